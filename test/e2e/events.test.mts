// Every event that Vortex sends, through published triggers with every kind of choice.
import { beforeAll, expect, it } from 'vitest';
import { EVENT_OPTIONS } from '../../nodes/VortexTrigger/events';
import type { ExecutionRecord } from '../n8n-host/n8n.mts';
import {
	ANALYTICS_NAMES,
	WEBHOOK_TYPES,
	analyticsEvent,
	webhookEvent,
} from '../sandbox/events.mts';
import { ended, NOTHING, output, triggerStep, triggerUrl, workflow } from './flows.mts';
import { useOwnSandbox, useStage } from './host.mts';

const stage = useStage();
const sandbox = useOwnSandbox(stage);

const webhook = (type: string) =>
	webhookEvent({ type, sourceTable: 'invitations', operation: 'update', data: { of: type } });

interface SentEvent extends Record<string, unknown> {
	id: string;
	kind: string;
}

const EVENTS: SentEvent[] = [
	...WEBHOOK_TYPES.map((type) => ({ ...webhook(type), kind: 'webhook' })),
	...ANALYTICS_NAMES.map((name) => ({ ...analyticsEvent(name, {}), kind: 'analytics' })),
	{ ...webhook('invitation.shared'), kind: 'webhook' },
	{ ...analyticsEvent('widget_error', { code: 7 }), kind: 'analytics' },
	{ id: 'evt_neither', data: { deep: [{ er: null }, 'ünï – 招待 – 🎉'] }, kind: 'unknown' },
];

const nameOf = ({ type, name, id }: Record<string, unknown>) => String(name ?? type ?? id);
const ofKind = (kind: string) => EVENTS.filter((event) => event.kind === kind).map(nameOf);

/** What 'Trigger On' and 'Other Events' hold, and the events that start the workflow then. */
const CHOICES: Array<[what: string, parameters: object, expected: string[]]> = [
	[
		'each of the 15 types alone',
		{ events: WEBHOOK_TYPES },
		ofKind('webhook').filter((name) => name !== 'invitation.shared'),
	],
	['any event', { events: ['*'] }, EVENTS.map(nameOf)],
	['any analytics event', { events: ['analytics'] }, ofKind('analytics')],
	[
		'each analytics event that is offered',
		{ events: ANALYTICS_NAMES.map((name) => `analytics.${name}`) },
		[...ANALYTICS_NAMES],
	],
	[
		'events that are not offered',
		{
			events: ['invitation.accepted'],
			options: { otherEvents: 'invitation.shared, widget_error' },
		},
		['invitation.accepted', 'invitation.shared', 'widget_error'],
	],
	['nothing changed', {}, ['invitation.accepted']],
];

const workflowIds = new Map<string, string>();

beforeAll(async () => {
	const vortexApi = await stage.addCredential();
	for (const [what, parameters] of CHOICES) {
		const trigger = triggerStep(vortexApi, parameters);
		const { id } = await stage.n8n.publish(workflow(what, [trigger, NOTHING]));
		workflowIds.set(what, id);
		const url = triggerUrl(stage, trigger);
		sandbox.webhooks.register({ url, secret: stage.webhookSecret });
	}
	for (const event of EVENTS) {
		const sent = { ...event, kind: undefined };
		sandbox.webhooks.publish(sent);
		await sandbox.webhooks.settled();
	}
});

it('has sent every event that the node offers', () => {
	const offered = EVENT_OPTIONS.map(({ value }) => String(value));
	const tried = CHOICES.flatMap(([, parameters]) => (parameters as { events?: string[] }).events);
	expect(offered.filter((value) => !tried.includes(value))).toEqual([]);
	expect(WEBHOOK_TYPES).toHaveLength(15);
});

it('answered each delivery at once with what the contract says', () => {
	expect(sandbox.webhooks.deliveries).toHaveLength(EVENTS.length * CHOICES.length);
	for (const { attempts } of sandbox.webhooks.deliveries) {
		expect(attempts).toMatchObject([{ answer: 200, body: '{"received":true}' }]);
	}
});

it.each(CHOICES)('%s', async (what, _parameters, expected) => {
	const executions = await ended(stage.n8n, String(workflowIds.get(what)), expected.length);
	const events = await Promise.all(
		executions.map(async ({ id }) => startedBy(await stage.n8n.execution(id))[0]),
	);
	expect(events.map(nameOf).sort()).toEqual([...expected].sort());
	for (const event of events) {
		expect(event).toEqual(EVENTS.find(({ id }) => id === event.id));
	}
	expect(executions.every(({ status }) => status === 'success')).toBe(true);
});

/** The events that reached the step after the trigger. */
function startedBy(execution: ExecutionRecord) {
	return output(execution, NOTHING.name).map(({ json }) => json);
}
