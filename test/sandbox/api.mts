// Vortex's REST API: the endpoints, what they accept, and the form of their refusals.
import type {
	ConfigureAutojoinRequest,
	CreateInvitationRequest,
	SyncInternalInvitationRequest,
} from '@teamvortexsoftware/vortex-node-22-sdk';
import type { FastifyInstance } from 'fastify';
import { Refusal, type AcceptingUser, type Invitations } from './invitations.mts';

const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'object', additionalProperties: { type: 'string' } } as const;

const CREATE = {
	type: 'object',
	required: ['widgetConfigurationId', 'target', 'inviter'],
	additionalProperties: false,
	properties: {
		widgetConfigurationId: text,
		target: {
			type: 'object',
			required: ['type', 'value'],
			additionalProperties: false,
			properties: {
				type: { enum: ['email', 'phone', 'internal', 'share'] },
				value: text,
				name: text,
				avatarUrl: text,
			},
		},
		inviter: {
			type: 'object',
			required: ['userId'],
			additionalProperties: false,
			properties: {
				userId: text,
				userEmail: text,
				name: text,
				avatarUrl: text,
				userName: text,
				userAvatarUrl: text,
			},
		},
		groups: {
			type: 'array',
			items: {
				type: 'object',
				required: ['type', 'groupId', 'name'],
				additionalProperties: false,
				properties: { type: text, groupId: text, name: text },
			},
		},
		source: text,
		subtype: text,
		templateVariables: texts,
		metadata: { type: 'object' },
		unfurlConfig: {
			type: 'object',
			additionalProperties: false,
			properties: {
				title: text,
				description: text,
				image: { type: 'string', pattern: '^https://' },
				type: {
					enum: ['website', 'article', 'video', 'music', 'book', 'profile', 'product'],
				},
				siteName: text,
			},
		},
	},
} as const;

const ACCEPT = {
	type: 'object',
	required: ['invitationIds', 'user'],
	additionalProperties: false,
	properties: {
		invitationIds: { type: 'array', minItems: 1, items: text },
		user: {
			type: 'object',
			additionalProperties: false,
			anyOf: [{ required: ['email'] }, { required: ['phone'] }],
			properties: { email: text, phone: text, name: text, isExisting: { type: 'boolean' } },
		},
	},
} as const;

const SYNC = {
	type: 'object',
	required: ['creatorId', 'targetValue', 'action', 'componentId'],
	additionalProperties: false,
	properties: {
		creatorId: text,
		targetValue: text,
		action: { enum: ['accepted', 'declined'] },
		componentId: text,
	},
} as const;

const AUTOJOIN = {
	type: 'object',
	required: ['scope', 'scopeType', 'domains', 'componentId'],
	additionalProperties: false,
	properties: {
		scope: text,
		scopeType: text,
		domains: { type: 'array', items: text },
		componentId: text,
		scopeName: text,
		metadata: { type: 'object' },
	},
} as const;

const BY_TARGET = {
	type: 'object',
	required: ['targetType', 'targetValue'],
	properties: { targetType: { enum: ['email', 'phone', 'share', 'internal'] }, targetValue: text },
} as const;

type Scope = { type: string; id: string };

export function serveApi(app: FastifyInstance, invitations: Invitations, apiKey: string): void {
	app.register(
		async (api) => {
			api.addHook('onRequest', async (request) => {
				if (request.headers['x-api-key'] !== apiKey) throw new Refusal(401, 'Unauthorized');
			});

			api.get<{ Querystring: { targetType: string; targetValue: string } }>(
				'/invitations',
				{ schema: { querystring: BY_TARGET } },
				({ query }) => ({
					invitations: invitations.listByTarget(query.targetType, query.targetValue),
				}),
			);
			api.post<{ Body: CreateInvitationRequest }>(
				'/invitations',
				{ schema: { body: CREATE } },
				({ body, host }, reply) => {
					reply.status(201);
					return invitations.create({ ...body, linkBase: `http://${host}` });
				},
			);
			api.post<{ Body: { invitationIds: string[]; user: AcceptingUser } }>(
				'/invitations/accept',
				{ schema: { body: ACCEPT } },
				({ body }) => ({ invitations: invitations.accept(body.invitationIds, body.user) }),
			);
			api.post<{ Body: SyncInternalInvitationRequest }>(
				'/invitations/sync-internal-invitation',
				{ schema: { body: SYNC } },
				({ body }) => invitations.sync(body),
			);
			api.get<{ Params: { id: string } }>('/invitations/:id', ({ params }) =>
				invitations.get(params.id),
			);
			api.delete<{ Params: { id: string } }>('/invitations/:id', ({ params }, reply) => {
				invitations.revoke(params.id);
				return reply.send();
			});
			api.post<{ Params: { id: string } }>('/invitations/:id/reinvite', ({ params }) =>
				invitations.reinvite(params.id),
			);

			for (const path of ['/invitations/by-scope/:type/:id', '/invitations/by-group/:type/:id']) {
				api.get<{ Params: Scope }>(path, ({ params }) => ({
					invitations: invitations.listByScope(params.type, params.id),
				}));
				api.delete<{ Params: Scope }>(path, ({ params }, reply) => {
					invitations.deleteByScope(params.type, params.id);
					return reply.send();
				});
			}

			api.get<{ Params: Scope }>('/invitations/by-scope/:type/:id/autojoin', ({ params }) =>
				invitations.getAutojoin(params.type, params.id),
			);
			api.post<{ Body: ConfigureAutojoinRequest }>(
				'/invitations/autojoin',
				{ schema: { body: AUTOJOIN } },
				({ body }) => invitations.setAutojoin(body),
			);
			api.get<{ Params: { id: string } }>('/invitations/autojoin/:id', ({ params }) =>
				invitations.getDomain(params.id),
			);
			api.delete<{ Params: { id: string } }>('/invitations/autojoin/:id', ({ params }, reply) => {
				invitations.deleteDomain(params.id);
				return reply.send();
			});
			api.get<{ Params: { domain: string } }>(
				'/invitations/autojoin/by-domain/:domain',
				({ params }) => ({ invitations: invitations.findByDomain(params.domain) }),
			);
		},
		{ prefix: '/api/v1' },
	);
}
