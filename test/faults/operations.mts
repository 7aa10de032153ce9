// Every operation that sends requests: its main request, and how often that may be sent.
import type { INodeParameters } from 'n8n-workflow';
import type { Sandbox } from '../sandbox/server.mts';

/**
 * `read` changes nothing, `repeatable` changes to the same state however often it is sent, `one-shot`
 * does something anew each time.
 */
export type Kind = 'read' | 'repeatable' | 'one-shot';

export interface OperationCase {
	name: string;
	kind: Kind;
	/** Method and path (with `ID` for an id) of the request that does the work. */
	main: RegExp;
	parameters: INodeParameters;
	/** Whether 404 or 409 have a meaning of their own here. */
	takes?: number[];
}

const TEAM = { scopeType: 'team', scopeId: '={{ $json.team }}' };
const CHANGE = { ...TEAM, componentId: 'component-1' };
const INVITATION = { invitationId: '={{ $json.id }}' };

export const OPERATIONS: OperationCase[] = [
	{
		name: 'invitation/accept',
		kind: 'one-shot',
		main: /^POST .*\/accept$/,
		parameters: { invitationIds: '={{ $json.id }}', userEmail: '={{ $json.email }}' },
	},
	{
		name: 'invitation/acceptAll',
		kind: 'one-shot',
		main: /^POST .*\/accept$/,
		parameters: { userEmail: '={{ $json.email }}' },
		takes: [404, 409],
	},
	{
		name: 'invitation/create',
		kind: 'one-shot',
		main: /^POST .*\/invitations$/,
		parameters: {
			widgetConfigurationId: 'wc-1',
			targetType: 'email',
			targetValue: '={{ $json.guest }}',
			inviterUserId: 'user-17',
		},
	},
	{
		name: 'invitation/deleteByScope',
		kind: 'repeatable',
		main: /^DELETE .*\/by-scope\//,
		parameters: TEAM,
	},
	{ name: 'invitation/get', kind: 'read', main: /^GET /, parameters: INVITATION },
	{ name: 'invitation/getManyByScope', kind: 'read', main: /^GET /, parameters: TEAM },
	{
		name: 'invitation/getManyByTarget',
		kind: 'read',
		main: /^GET /,
		parameters: { targetType: 'email', targetValue: '={{ $json.email }}' },
	},
	{
		name: 'invitation/resend',
		kind: 'one-shot',
		main: /^POST .*\/reinvite$/,
		parameters: INVITATION,
	},
	{ name: 'invitation/revoke', kind: 'repeatable', main: /^DELETE /, parameters: INVITATION },
	{
		name: 'invitation/syncInternal',
		kind: 'one-shot',
		main: /^POST /,
		parameters: {
			inviterUserId: 'user-17',
			inviteeUserId: '={{ $json.user }}',
			decision: 'accepted',
			componentId: 'component-1',
		},
		takes: [404],
	},
	{
		name: 'autojoin/addDomains',
		kind: 'repeatable',
		main: /^POST /,
		parameters: { ...CHANGE, domains: '={{ $json.domain }}' },
	},
	{
		name: 'autojoin/deleteDomain',
		kind: 'repeatable',
		main: /^DELETE /,
		parameters: { domainId: '={{ $json.domainId }}' },
	},
	{ name: 'autojoin/disable', kind: 'repeatable', main: /^POST /, parameters: CHANGE },
	{
		name: 'autojoin/findByDomain',
		kind: 'read',
		main: /^GET /,
		parameters: { domain: 'acme.com' },
	},
	{
		name: 'autojoin/getDomain',
		kind: 'read',
		main: /^GET /,
		parameters: { domainId: '={{ $json.domainId }}' },
	},
	{ name: 'autojoin/getDomains', kind: 'read', main: /^GET /, parameters: TEAM },
	{
		name: 'autojoin/removeDomains',
		kind: 'repeatable',
		main: /^POST /,
		parameters: { ...CHANGE, domains: 'acme.com' },
	},
	{
		name: 'autojoin/setDomains',
		kind: 'repeatable',
		main: /^POST /,
		parameters: { ...CHANGE, domains: '={{ $json.domain }}' },
	},
];

/** Puts into the sandbox what one item works on, and gives the item. */
export function seedItem({ invitations, url }: Sandbox, index: number) {
	const email = `person-${index}@example.com`;
	const user = `user-of-${index}`;
	const team = `team-${index}`;
	const base = {
		widgetConfigurationId: 'wc-1',
		inviter: { userId: 'user-17' },
		groups: [{ type: 'team', groupId: team, name: 'Team' }],
		linkBase: url,
	};
	const { id } = invitations.create({ ...base, target: { type: 'email', value: email } });
	invitations.create({ ...base, target: { type: 'internal', value: user } });
	const { autojoinDomains } = invitations.setAutojoin({
		scope: team,
		scopeType: 'team',
		domains: ['acme.com', 'acme.org'],
		componentId: 'component-1',
	});
	return {
		id,
		email,
		user,
		team,
		guest: `guest-${index}@example.com`,
		domain: `new-${index}.com`,
		domainId: autojoinDomains[0].id,
	};
}
