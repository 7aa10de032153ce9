import type { INodePropertyOptions } from 'n8n-workflow';

import type { VortexEvent } from '../shared/types';

/** `analytics`: it has a `name`. `webhook`: it has a `type` and no `name`. `unknown`: neither. */
export type EventKind = 'analytics' | 'webhook' | 'unknown';

export const ANY_EVENT = '*';
export const ANY_ANALYTICS_EVENT = 'analytics';
const ANALYTICS_PREFIX = 'analytics.';

/**
 * Every choice of 'Trigger On', by name. The values of the 15 webhook events are their types. The
 * `action` is what n8n's nodes panel lists.
 */
export const EVENT_OPTIONS: INodePropertyOptions[] = [
	{
		name: 'A/B Test Started',
		value: 'abtest.started',
		action: 'On A/B test started',
		description: 'An A/B test of an invitation flow has started',
	},
	{
		name: 'A/B Test Winner Declared',
		value: 'abtest.winner_declared',
		action: 'On A/B test winner declared',
		description: 'An A/B test of an invitation flow has a winner',
	},
	{
		name: 'Analytics: Any',
		value: ANY_ANALYTICS_EVENT,
		action: 'On any analytics event',
		description:
			'Any analytics event. Vortex sends them when analytics forwarding is on for the webhook.',
	},
	{
		name: 'Analytics: Invitation Accepted',
		value: `${ANALYTICS_PREFIX}invitation_accepted`,
		action: 'On invitation accepted (analytics)',
		description: 'The analytics event of an accepted invitation',
	},
	{
		name: 'Analytics: Invitation Clicked',
		value: `${ANALYTICS_PREFIX}invitation_clicked`,
		action: 'On invitation clicked (analytics)',
		description: 'The analytics event of a clicked invitation link',
	},
	{
		name: 'Analytics: Invitation Sent',
		value: `${ANALYTICS_PREFIX}invitation_sent`,
		action: 'On invitation sent (analytics)',
		description: 'The analytics event of a sent invitation',
	},
	{
		name: 'Analytics: Share Triggered',
		value: `${ANALYTICS_PREFIX}share_triggered`,
		action: 'On share button used (analytics)',
		description: 'Somebody used a share button',
	},
	{
		name: 'Analytics: Widget Loaded',
		value: `${ANALYTICS_PREFIX}widget_loaded`,
		action: 'On invitation form shown (analytics)',
		description: 'Somebody saw the invitation form',
	},
	{
		name: 'Any Event',
		value: ANY_EVENT,
		action: 'On any event',
		description: 'Everything that Vortex sends, also events that are not in this list',
	},
	{
		name: 'Deployment Created',
		value: 'deployment.created',
		action: 'On deployment created',
		description: 'A deployment was created or activated',
	},
	{
		name: 'Deployment Deactivated',
		value: 'deployment.deactivated',
		action: 'On deployment deactivated',
		description: 'A deployment was deactivated',
	},
	{
		name: 'Email Marked as Spam',
		value: 'email.complained',
		action: 'On email marked as spam',
		description: 'The recipient marked an invitation email as spam',
	},
	{
		name: 'Invitation Accepted',
		value: 'invitation.accepted',
		action: 'On invitation accepted',
		description: 'The recipient accepted the invitation',
	},
	{
		name: 'Invitation Created',
		value: 'invitation.created',
		action: 'On invitation created',
		description: 'An invitation was created',
	},
	{
		name: 'Invitation Deactivated',
		value: 'invitation.deactivated',
		action: 'On invitation deactivated',
		description: 'An invitation was revoked or has expired',
	},
	{
		name: 'Invitation Email Bounced',
		value: 'invitation.email.bounced',
		action: 'On invitation email bounced',
		description: 'The invitation email could not be delivered',
	},
	{
		name: 'Invitation Email Delivered',
		value: 'invitation.email.delivered',
		action: 'On invitation email delivered',
		description: 'The invitation email reached the mailbox',
	},
	{
		name: 'Invitation Email Opened',
		value: 'invitation.email.opened',
		action: 'On invitation email opened',
		description: 'The recipient opened the invitation email',
	},
	{
		name: 'Invitation Link Clicked',
		value: 'invitation.link.clicked',
		action: 'On invitation link clicked',
		description: 'The recipient clicked the link of the invitation',
	},
	{
		name: 'Invitation Reminder Sent',
		value: 'invitation.reminder.sent',
		action: 'On invitation reminder sent',
		description: 'A reminder of the invitation was sent',
	},
	{
		name: 'Member Added to Group',
		value: 'group.member.added',
		action: 'On member added to group',
		description: 'A member was added to a scope, for example a team',
	},
	{
		name: 'Member Created',
		value: 'member.created',
		action: 'On member created',
		description: 'An accepted invitation became a member',
	},
];

/**
 * @param event the parsed content of one delivery
 * @returns what kind of event it is, by the rule of Vortex's SDKs
 */
export function eventKind(event: VortexEvent): EventKind {
	if ('name' in event) return 'analytics';
	return 'type' in event ? 'webhook' : 'unknown';
}

/**
 * Tells whether an event was chosen.
 *
 * @param event the parsed content of one delivery
 * @param chosen the values of 'Trigger On'
 * @param others further event types or analytics names, as Vortex sends them
 */
export function isChosen(
	event: VortexEvent,
	chosen: readonly string[],
	others: readonly string[],
): boolean {
	if (chosen.includes(ANY_EVENT)) return true;
	const kind = eventKind(event);
	if (kind === 'unknown') return false;
	if (kind === 'analytics' && chosen.includes(ANY_ANALYTICS_EVENT)) return true;
	const name: unknown = kind === 'analytics' ? event.name : event.type;
	if (typeof name !== 'string') return false;
	return others.includes(name) || chosen.some((choice) => stands(choice, kind, name));
}

/** A webhook type that looks like the choice of an analytics event is none. */
function stands(choice: string, kind: EventKind, name: string): boolean {
	const isAnalytics = choice === ANY_ANALYTICS_EVENT || choice.startsWith(ANALYTICS_PREFIX);
	if (isAnalytics) return kind === 'analytics' && choice === `${ANALYTICS_PREFIX}${name}`;
	return kind === 'webhook' && choice === name;
}

/**
 * @param list a list, or text with commas between its parts, as a user or an expression gives it
 * @returns the trimmed parts, without the empty ones
 */
export function splitList(list: unknown): string[] {
	const parts = Array.isArray(list) ? list : String(list ?? '').split(',');
	return parts.map((part) => String(part ?? '').trim()).filter((part) => part !== '');
}
