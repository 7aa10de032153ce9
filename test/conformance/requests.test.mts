// For the same intent, the node and the official SDK send the same request.
import type { INodeParameters } from 'n8n-workflow';
import type { Vortex } from '@teamvortexsoftware/vortex-node-22-sdk';
import { describe, expect, it } from 'vitest';
import { execute } from '../host/n8n.mts';
import { useSdk } from '../support/sdk.mts';
import { API_KEY, invitationNode, useSandbox, vortexNode } from '../support/vortex.mts';

const vortex = useSandbox();
const sdk = useSdk(vortex);

/** What arrived since the last call: all that makes a request what it is. */
function takeRequests() {
	return vortex.sandbox.requests.splice(0).map(({ method, url, headers, body }) => ({
		method,
		url,
		body,
		key: headers['x-api-key'],
		type: body === undefined ? undefined : headers['content-type'],
	}));
}

async function bySdk(ask: (sdk: Vortex) => Promise<unknown>) {
	await ask(sdk).catch(() => 'A refusal is an answer too: only the request matters here.');
	return takeRequests();
}

async function byNode(operation: string, parameters: INodeParameters, resource = 'invitation') {
	const node = vortexNode(resource, operation, parameters);
	await execute({ credential: vortex.credential, node });
	return takeRequests();
}

type Case = [
	intent: string,
	operation: string,
	parameters: INodeParameters,
	ask: (sdk: Vortex) => Promise<unknown>,
];

const REQUIRED = {
	widgetConfigurationId: 'wc-1',
	targetType: 'email',
	targetValue: 'ann+list@example.com',
	inviterUserId: 'user-17',
};

const TARGET = { type: 'email', value: 'ann+list@example.com' } as const;

const CASES: Case[] = [
	[
		'invites an email address',
		'create',
		REQUIRED,
		(api) =>
			api.createInvitation({
				widgetConfigurationId: 'wc-1',
				target: TARGET,
				inviter: { userId: 'user-17' },
			}),
	],
	[
		'invites with everything there is',
		'create',
		{
			...REQUIRED,
			additionalFields: {
				ifAlreadyInvited: 'create',
				inviterEmail: 'jané@example.com',
				inviterName: 'Jane "J" Doe',
				inviterAvatarUrl: 'https://example.com/jane.png?size=1&x=ü',
				targetName: '李 Ann 🎉',
				targetAvatarUrl: 'https://example.com/ann.png',
				scopeType: 'team',
				scopeId: 'team/1 ü',
				scopeName: 'Team\u2028One',
				source: 'n8n',
				subtype: 'find-friends',
				templateVariables: {
					variable: [
						{ key: 'company', value: 'Acme & Söhne' },
						{ key: 'team size', value: '3' },
					],
				},
				metadata: '{"plan": {"seats": 3, "trial": false, "notes": [null, "ü"]}}',
				linkPreview: {
					value: {
						title: 'Join <us>',
						description: 'Nice\nhere',
						image: 'https://example.com/preview.png',
						type: 'profile',
						siteName: 'Acme',
					},
				},
			},
		},
		(api) =>
			api.createInvitation({
				widgetConfigurationId: 'wc-1',
				target: { ...TARGET, name: '李 Ann 🎉', avatarUrl: 'https://example.com/ann.png' },
				inviter: {
					userId: 'user-17',
					userEmail: 'jané@example.com',
					name: 'Jane "J" Doe',
					avatarUrl: 'https://example.com/jane.png?size=1&x=ü',
				},
				scopeType: 'team',
				scopeId: 'team/1 ü',
				scopeName: 'Team\u2028One',
				source: 'n8n',
				subtype: 'find-friends',
				templateVariables: { company: 'Acme & Söhne', 'team size': '3' },
				metadata: { plan: { seats: 3, trial: false, notes: [null, 'ü'] } },
				unfurlConfig: {
					title: 'Join <us>',
					description: 'Nice\nhere',
					image: 'https://example.com/preview.png',
					type: 'profile',
					siteName: 'Acme',
				},
			}),
	],
	[
		'invites a phone number',
		'create',
		{ ...REQUIRED, targetType: 'phone', targetValue: '+15551234567' },
		(api) =>
			api.createInvitation({
				widgetConfigurationId: 'wc-1',
				target: { type: 'phone', value: '+15551234567' },
				inviter: { userId: 'user-17' },
			}),
	],
	[
		'invites an internal user',
		'create',
		{ ...REQUIRED, targetType: 'internal', targetValue: 'user-42' },
		(api) =>
			api.createInvitation({
				widgetConfigurationId: 'wc-1',
				target: { type: 'internal', value: 'user-42' },
				inviter: { userId: 'user-17' },
			}),
	],
	[
		'gets one',
		'get',
		{ invitationId: '7c2f9a1e-3b7d-4c55-9d0e-2f6a8b1c4d3e' },
		(api) => api.getInvitation('7c2f9a1e-3b7d-4c55-9d0e-2f6a8b1c4d3e'),
	],
	...['ann@example.com', 'ann+list@example.com', "zoë.o'neil*@example.com", 'a b&c=d%~@x.y'].map(
		(address): Case => [
			`looks up the address ${address}`,
			'getManyByTarget',
			{ targetType: 'email', targetValue: address },
			(api) => api.getInvitationsByTarget('email', address),
		],
	),
	[
		'looks up a user name',
		'getManyByTarget',
		{ targetType: 'username', targetValue: 'ann' },
		(api) => api.getInvitationsByTarget('username', 'ann'),
	],
	[
		'looks up a scope',
		'getManyByScope',
		{ scopeType: 'team', scopeId: 'team-1_a.b~c' },
		(api) => api.getInvitationsByScope('team', 'team-1_a.b~c'),
	],
	[
		'accepts one for an email address',
		'accept',
		{ invitationIds: 'inv-1', userEmail: 'ann+list@example.com' },
		(api) => api.acceptInvitation('inv-1', { email: 'ann+list@example.com' }),
	],
	[
		'accepts several, saying all about the person',
		'accept',
		{
			invitationIds: 'inv-1, inv-2',
			userEmail: 'ann@example.com',
			userPhone: '+15551234567',
			additionalFields: { userName: 'Zoë', isExisting: false },
		},
		(api) =>
			api.acceptInvitations(['inv-1', 'inv-2'], {
				email: 'ann@example.com',
				phone: '+15551234567',
				name: 'Zoë',
				isExisting: false,
			}),
	],
	[
		'accepts for a phone number',
		'accept',
		{ invitationIds: 'inv-1', userPhone: '+15551234567' },
		(api) => api.acceptInvitations(['inv-1'], { phone: '+15551234567' }),
	],
	['resends', 'resend', { invitationId: 'inv-1' }, (api) => api.reinvite('inv-1')],
	['revokes', 'revoke', { invitationId: 'inv-1' }, (api) => api.revokeInvitation('inv-1')],
	[
		'deletes by scope',
		'deleteByScope',
		{ scopeType: 'team', scopeId: 'team-1' },
		(api) => api.deleteInvitationsByScope('team', 'team-1'),
	],
	...(['accepted', 'declined'] as const).map((decision): Case => [
		`syncs that an internal one was ${decision}`,
		'syncInternal',
		{ inviterUserId: 'user-17', inviteeUserId: 'üser-42', decision, componentId: 'component-1' },
		(api) =>
			api.syncInternalInvitation({
				creatorId: 'user-17',
				targetValue: 'üser-42',
				action: decision,
				componentId: 'component-1',
			}),
	]),
];

describe('the node and the SDK send the same', () => {
	it.each(CASES)('%s (%s)', async (_intent, operation, parameters, ask) => {
		const expected = await bySdk(ask);
		expect(expected).toMatchObject([{ key: API_KEY }]);
		expect(await byNode(operation, parameters)).toEqual(expected);
	});

	it('accepts all of a person as the SDK does in two steps (acceptAll)', async () => {
		const { id } = vortex.sandbox.invitations.create({
			widgetConfigurationId: 'wc-1',
			target: TARGET,
			inviter: { userId: 'user-17' },
			linkBase: '',
		});
		const byHand = await bySdk(async (api) => {
			const open = await api.getInvitationsByTarget('email', TARGET.value);
			const user = { email: TARGET.value };
			return await api.acceptInvitations(
				open.map((invitation) => invitation.id),
				user,
			);
		});
		vortex.sandbox.invitations.get(id).status = 'sent';
		expect(await byNode('acceptAll', { userEmail: TARGET.value })).toEqual(byHand);
		expect(byHand).toHaveLength(2);
	});
});

describe('the node differs on purpose', () => {
	const IN_PATHS: Array<
		[
			operation: string,
			parameters: (id: string) => INodeParameters,
			ask: (api: Vortex, id: string) => Promise<unknown>,
			path: (encoded: string) => string,
		]
	> = [
		[
			'get',
			(invitationId) => ({ invitationId }),
			(api, id) => api.getInvitation(id),
			(id) => `/api/v1/invitations/${id}`,
		],
		[
			'revoke',
			(invitationId) => ({ invitationId }),
			(api, id) => api.revokeInvitation(id),
			(id) => `/api/v1/invitations/${id}`,
		],
		[
			'resend',
			(invitationId) => ({ invitationId }),
			(api, id) => api.reinvite(id),
			(id) => `/api/v1/invitations/${id}/reinvite`,
		],
		[
			'getManyByScope',
			(scopeId) => ({ scopeType: 'team', scopeId }),
			(api, id) => api.getInvitationsByScope('team', id),
			(id) => `/api/v1/invitations/by-scope/team/${id}`,
		],
		[
			'deleteByScope',
			(scopeId) => ({ scopeType: 'team', scopeId }),
			(api, id) => api.deleteInvitationsByScope('team', id),
			(id) => `/api/v1/invitations/by-scope/team/${id}`,
		],
	];

	it.each(IN_PATHS)(
		'%s: encodes each part of the path, where the SDK lets it address something else',
		async (operation, parameters, ask, path) => {
			const id = 'a/b c?x=1#f';
			const [mine] = await byNode(operation, parameters(id));
			const [theirs] = await bySdk((api) => ask(api, id));
			expect(mine.url).toBe(path('a%2Fb%20c%3Fx%3D1%23f'));
			expect(theirs.url).not.toBe(mine.url);
			expect(theirs.method).toBe(mine.method);
		},
	);

	it.each(IN_PATHS)(
		'%s: refuses a part that is two dots, where the SDK sends another request',
		async (operation, parameters, ask, path) => {
			expect(await byNode(operation, parameters('..'))).toEqual([]);
			const [theirs] = await bySdk((api) => ask(api, '..'));
			expect(theirs.url).not.toBe(path('..'));
		},
	);

	it.each(IN_PATHS)(
		'%s: refuses an empty part, where the SDK addresses another route',
		async (operation, parameters, ask) => {
			expect(await byNode(operation, parameters('={{ "" }}'))).toEqual([]);
			expect(await bySdk((api) => ask(api, ''))).toHaveLength(1);
		},
	);

	it.each([
		['get', { invitationId: 'inv-1' }],
		['resend', { invitationId: 'inv-1' }],
		['revoke', { invitationId: 'inv-1' }],
	])('%s: names no content type where there is no content', async (operation, parameters) => {
		await execute({ credential: vortex.credential, node: invitationNode(operation, parameters) });
		const [{ headers }] = vortex.sandbox.requests;
		expect(headers).not.toHaveProperty('content-type');
	});

	it('says who it is and asks for JSON, without the names of the SDK', async () => {
		await execute({
			credential: vortex.credential,
			node: invitationNode('get', { invitationId: 'inv-1' }),
		});
		const [{ headers }] = vortex.sandbox.requests;
		expect(headers).toMatchObject({
			accept: 'application/json',
			'user-agent': expect.stringMatching(/^n8n-nodes-vortex/),
		});
		expect(headers).not.toHaveProperty('x-vortex-sdk-name');
	});
});

describe('autojoin: the node asks as the SDK does', () => {
	const TEAM = { scopeType: 'team', scopeId: 'a/b ü' };

	it.each<Case>([
		[
			'gets the domains of a scope, its parts encoded by both',
			'getDomains',
			TEAM,
			(api) => api.getAutojoinDomains('team', 'a/b ü'),
		],
		[
			'sets the domains of a scope',
			'setDomains',
			{
				...TEAM,
				componentId: 'c-1',
				domains: 'acme.com, münchen.de',
				additionalFields: { scopeName: 'Team "A"', metadata: '{"deep":{"list":[1,null]}}' },
			},
			(api) =>
				api.configureAutojoin({
					scope: 'a/b ü',
					scopeType: 'team',
					domains: ['acme.com', 'münchen.de'],
					componentId: 'c-1',
					scopeName: 'Team "A"',
					metadata: { deep: { list: [1, null] } },
				}),
		],
		[
			'switches autojoin off',
			'disable',
			{ ...TEAM, componentId: 'c-1' },
			(api) =>
				api.configureAutojoin({
					scope: 'a/b ü',
					scopeType: 'team',
					domains: [],
					componentId: 'c-1',
				}),
		],
	])('%s', async (_intent, operation, parameters, ask) => {
		const mine = await byNode(operation, parameters, 'autojoin');
		expect(mine).toHaveLength(1);
		expect(mine).toEqual(await bySdk(ask));
	});
});
