// What a test, the demo or a person does to the sandbox from outside: none of it is Vortex's API.
import type { FastifyInstance } from 'fastify';
import type { App } from './app.mts';
import type { Crm } from './crm.mts';
import { ANALYTICS_NAMES, analyticsEvent, WEBHOOK_TYPES, webhookEvent } from './events.mts';
import type { Fault, Faults } from './faults.mts';
import { Refusal, type Invitations } from './invitations.mts';
import type { Journal } from './journal.mts';
import type { Lives } from './life.mts';
import type { Team } from './team.mts';
import { sendTrial, TRIALS, type Trial } from './trials.mts';
import type { Destination, Webhooks } from './webhooks.mts';

const DESTINATION = {
	type: 'object',
	required: ['url', 'secret'],
	properties: {
		url: { type: 'string', pattern: '^https?://' },
		secret: { type: 'string', minLength: 1 },
		name: { type: 'string' },
		events: { type: 'array', items: { type: 'string' } },
	},
} as const;

const EVENT = {
	type: 'object',
	properties: {
		type: { enum: WEBHOOK_TYPES },
		name: { type: 'string', minLength: 1 },
		data: { type: 'object' },
	},
	anyOf: [{ required: ['type'] }, { required: ['name'] }],
} as const;

const AGE = {
	type: 'object',
	required: ['days'],
	properties: { days: { type: 'number', exclusiveMinimum: 0 } },
} as const;

const TRIAL = { type: 'object', properties: { kind: { enum: TRIALS } } } as const;

const FAULT = {
	type: 'object',
	required: ['urlEnd'],
	properties: {
		urlEnd: { type: 'string', minLength: 1 },
		status: { type: 'integer', minimum: 400, maximum: 599 },
		message: { type: 'string' },
	},
} as const;

interface EventRequest {
	type?: string;
	name?: string;
	data?: Record<string, unknown>;
}

/** One request to the API, as it arrived. */
export interface RecordedRequest {
	method: string;
	/** Path and query, still encoded. */
	url: string;
	headers: Record<string, string | string[] | undefined>;
	body: unknown;
}

/** All that the sandbox consists of. */
export interface Parts {
	invitations: Invitations;
	lives: Lives;
	webhooks: Webhooks;
	crm: Crm;
	app: App;
	team: Team;
	journal: Journal;
	requests: RecordedRequest[];
	faults: Faults;
}

export function serveControl(app: FastifyInstance, parts: Parts): void {
	const { invitations, lives, webhooks, crm, team, journal, requests, faults } = parts;

	app.get('/sandbox/health', () => ({ ok: true }));
	app.get('/sandbox/requests', () => ({ requests }));
	app.get('/sandbox/invitations', () => ({ invitations: invitations.all() }));
	app.get('/sandbox/deliveries', () => ({ deliveries: webhooks.deliveries }));
	app.get('/sandbox/events', () => ({ types: WEBHOOK_TYPES, names: ANALYTICS_NAMES }));
	app.get<{ Querystring: { after?: string } }>('/sandbox/journal', ({ query }) => ({
		entries: journal.after(Number(query.after ?? 0)),
	}));
	app.get('/sandbox/webhooks', () => ({ webhooks: webhooks.list() }));

	app.post<{ Body: Omit<Destination, 'id'> }>(
		'/sandbox/webhooks',
		{ schema: { body: DESTINATION } },
		({ body }, reply) => {
			reply.status(201);
			return webhooks.register(body);
		},
	);
	app.delete<{ Params: { id: string } }>('/sandbox/webhooks/:id', ({ params }, reply) => {
		if (!webhooks.unregister(params.id)) throw new Refusal(404, 'No such webhook');
		return reply.send();
	});
	app.post<{ Params: { id: string }; Body: { days: number } }>(
		'/sandbox/invitations/:id/age',
		{ schema: { body: AGE } },
		({ params, body }) => invitations.age(params.id, body.days),
	);
	app.post<{ Params: { id: string; action: string } }>(
		'/sandbox/invitations/:id/:action',
		({ params }) => invitations.play(params.id, params.action),
	);
	app.post<{ Body: EventRequest }>(
		'/sandbox/events',
		{ schema: { body: EVENT } },
		({ body: { type, name, data = {} } }, reply) => {
			const event =
				type === undefined
					? analyticsEvent(String(name), data)
					: webhookEvent({ type, sourceTable: 'invitations', operation: 'update', data });
			const deliveries = webhooks.publish(event).map(({ id }) => id);
			reply.status(202);
			return { event, deliveries };
		},
	);
	app.post<{ Params: { kind: Trial } }>(
		'/sandbox/trials/:kind',
		{ schema: { params: TRIAL } },
		({ params }, reply) => {
			reply.status(202);
			return sendTrial(params.kind, webhooks, invitations.all().at(-1));
		},
	);
	app.post<{ Body: { urlEnd: string; status?: number; message?: string } }>(
		'/sandbox/faults',
		{ schema: { body: FAULT } },
		({ body: { urlEnd, status, message } }) => {
			const body = JSON.stringify({ statusCode: status, message });
			const fault: Fault = status ? { kind: 'answer', status, body } : { kind: 'silence' };
			faults.plan = ({ url }) => (url.endsWith(urlEnd) ? fault : undefined);
			return { ok: true };
		},
	);
	app.delete('/sandbox/faults', () => {
		faults.clear();
		return { ok: true };
	});
	app.post('/sandbox/reset', () => {
		invitations.clear();
		lives.clear();
		webhooks.clear();
		crm.clear();
		parts.app.clear();
		team.messages.length = 0;
		journal.clear();
		requests.length = 0;
		faults.clear();
		return { ok: true };
	});
}
