// Every operation of the Vortex node in a workflow that a real n8n has run, on two items at once.
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { resources } from '../../nodes/Vortex/resources';
import { OPERATIONS, seedItem } from '../faults/operations.mts';
import { sign } from '../sandbox/webhooks.mts';

import { Bench, output, vortexStep } from './flows.mts';
import { useOwnSandbox, useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();
const sandbox = useOwnSandbox(stage);

type Item = ReturnType<typeof seedItem> & { body: string; signature: string };
type Sent = [method: string, path: string, body?: object];

interface Expectation {
	/** What Vortex is asked for one item. */
	sent: (item: Item) => Sent[];
	/** What comes out for one item. */
	gives: (item: Item) => object[];
	parameters?: object;
}

const USER = '{ "id": "user-17", "email": "jane@example.com" }';
const TEXT: unknown = expect.stringMatching(/./);
const JWT: unknown = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);

const autojoinPath = ({ team }: Item) => `/invitations/by-scope/team/${team}/autojoin`;
const postDomains = (item: Item, domains: string[]): Sent => [
	'POST',
	'/invitations/autojoin',
	{ scope: item.team, scopeType: 'team', domains, componentId: 'component-1' },
];
const scopeWith = (item: Item, domains: string[]) => [
	{ scopeType: 'team', scopeId: item.team, domains },
];

const EXPECTED: Record<string, Expectation> = {
	'invitation/create': {
		sent: ({ guest }) => [
			[
				'POST',
				'/invitations',
				{
					widgetConfigurationId: 'wc-1',
					target: { type: 'email', value: guest },
					inviter: { userId: 'user-17' },
				},
			],
		],
		gives: () => [{ id: TEXT, shortLink: TEXT, status: 'queued' }],
	},
	'invitation/get': {
		sent: ({ id }) => [['GET', `/invitations/${id}`]],
		gives: ({ id, email, team }) => [
			{
				id,
				status: 'sent',
				targetType: 'email',
				targetValue: email,
				scopeType: 'team',
				scopeId: team,
				inviterUserId: 'user-17',
			},
		],
	},
	'invitation/getManyByTarget': {
		sent: ({ email }) => [
			['GET', `/invitations?targetType=email&targetValue=${encodeURIComponent(email)}`],
		],
		gives: ({ id, email }) => [{ id, targetValue: email }],
	},
	'invitation/getManyByScope': {
		sent: ({ team }) => [['GET', `/invitations/by-scope/team/${team}`]],
		gives: ({ id, user, team }) => [
			{ id, scopeId: team },
			{ targetType: 'internal', targetValue: user, scopeId: team },
			{ invitationType: 'autojoin', scopeId: team },
		],
	},
	'invitation/accept': {
		sent: ({ id, email }) => [
			['POST', '/invitations/accept', { invitationIds: [id], user: { email } }],
		],
		gives: ({ id }) => [{ id, status: 'accepted' }],
	},
	'invitation/acceptAll': {
		sent: ({ id, email }) => [
			['GET', `/invitations?targetType=email&targetValue=${encodeURIComponent(email)}`],
			['POST', '/invitations/accept', { invitationIds: [id], user: { email } }],
		],
		gives: ({ id }) => [{ id, status: 'accepted' }],
	},
	'invitation/resend': {
		sent: ({ id }) => [['POST', `/invitations/${id}/reinvite`]],
		gives: ({ id }) => [{ id, status: 'sent' }],
	},
	'invitation/revoke': {
		sent: ({ id }) => [['DELETE', `/invitations/${id}`]],
		gives: ({ id }) => [{ success: true, invitationId: id }],
	},
	'invitation/deleteByScope': {
		sent: ({ team }) => [['DELETE', `/invitations/by-scope/team/${team}`]],
		gives: ({ team }) => [{ deleted: true, scopeType: 'team', scopeId: team }],
	},
	'invitation/syncInternal': {
		sent: ({ user }) => [
			[
				'POST',
				'/invitations/sync-internal-invitation',
				{
					creatorId: 'user-17',
					targetValue: user,
					action: 'accepted',
					componentId: 'component-1',
				},
			],
		],
		gives: () => [{ processed: 1, invitationIds: [TEXT] }],
	},
	'autojoin/getDomains': {
		sent: (item) => [['GET', autojoinPath(item)]],
		gives: (item) => scopeWith(item, ['acme.com', 'acme.org']),
	},
	'autojoin/setDomains': {
		sent: (item) => [postDomains(item, [item.domain])],
		gives: (item) => scopeWith(item, [item.domain]),
	},
	'autojoin/addDomains': {
		sent: (item) => [
			['GET', autojoinPath(item)],
			postDomains(item, ['acme.com', 'acme.org', item.domain]),
		],
		gives: (item) => scopeWith(item, ['acme.com', 'acme.org', item.domain]),
	},
	'autojoin/removeDomains': {
		sent: (item) => [['GET', autojoinPath(item)], postDomains(item, ['acme.org'])],
		gives: (item) => scopeWith(item, ['acme.org']),
	},
	'autojoin/disable': {
		sent: (item) => [postDomains(item, [])],
		gives: (item) => scopeWith(item, []),
	},
	'autojoin/getDomain': {
		sent: ({ domainId }) => [['GET', `/invitations/autojoin/${domainId}`]],
		gives: ({ domainId }) => [{ id: domainId, domain: 'acme.com' }],
	},
	'autojoin/deleteDomain': {
		sent: ({ domainId }) => [['DELETE', `/invitations/autojoin/${domainId}`]],
		gives: ({ domainId }) => [{ success: true, domainId }],
	},
	'autojoin/findByDomain': {
		sent: () => [['GET', '/invitations/autojoin/by-domain/acme.com']],
		// Both items' scopes have that domain.
		gives: () => [{ invitations: [{ scope: 'team-0' }, { scope: 'team-1' }] }],
	},
	'token/generate': {
		parameters: { userId: '={{ $json.user }}', expiresIn: '1h' },
		sent: () => [],
		gives: () => [{ token: JWT, kid: TEXT, issuedAt: TEXT, expiresAt: TEXT }],
	},
	'token/generateJwt': {
		parameters: { user: USER },
		sent: () => [],
		gives: () => [{ token: JWT, kid: TEXT, issuedAt: TEXT, expiresAt: TEXT }],
	},
	'token/signUser': {
		parameters: { user: USER },
		sent: () => [],
		gives: () => [{ signature: TEXT, kid: TEXT }],
	},
	'webhook/verify': {
		parameters: { body: '={{ $json.body }}', signature: '={{ $json.signature }}' },
		sent: () => [],
		gives: ({ body, team }) =>
			team === 'team-0' ? [{ valid: true, event: JSON.parse(body) as object }] : [{ valid: false }],
	},
};

const PATHS = resources.flatMap((resource) =>
	resource.operations.map(({ option }) => `${resource.option.value}/${option.value}`),
);

const parametersOf = (path: string) =>
	EXPECTED[path]?.parameters ?? OPERATIONS.find(({ name }) => name === path)?.parameters;

/** What one item works on: for the second one, the signature is good for another body only. */
function newItem(index: number): Item {
	const body = JSON.stringify({ id: `evt-${index}`, type: 'invitation.accepted', data: {} });
	const signature = sign(index === 0 ? body : '{}', stage.webhookSecret);
	return { ...seedItem(sandbox, index), body, signature };
}

let bench: Bench;

beforeAll(async () => {
	const vortexApi = await stage.addCredential('Own sandbox', { baseUrl: sandbox.url });
	const known = PATHS.filter((path) => parametersOf(path) !== undefined);
	bench = await Bench.publish(
		stage.n8n,
		'Every operation',
		known.map((path) => vortexStep(path, vortexApi, parametersOf(path) ?? {})),
	);
});

beforeEach(() => {
	sandbox.invitations.clear();
	sandbox.requests.length = 0;
});

it('knows what to expect of every operation that the node offers, and of no other', () => {
	expect(Object.keys(EXPECTED).sort()).toEqual([...PATHS].sort());
});

it.each(PATHS)('%s', async (path) => {
	const items = [newItem(0), newItem(1)];
	const execution = await bench.run(path, items);
	expect(execution.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');

	const { sent, gives } = EXPECTED[path];
	const requests = sandbox.requests.map(({ method, url, body }): Sent => {
		const route = url.replace(/^\/api\/v1/, '');
		return body === undefined ? [method, route] : [method, route, body as object];
	});
	expect(requests.sort(byText)).toEqual(items.flatMap(sent).sort(byText));
	for (const { headers } of sandbox.requests) expect(headers['x-api-key']).toBe(stage.apiKey);

	const expected = items.flatMap((item, index) =>
		gives(item).map((json) => ({ json, pairedItem: { item: index } })),
	);
	expect(execution.answer).toMatchObject(expected.map(({ json }) => json));
	const stored = output(execution, path);
	expect(stored.map(({ pairedItem }) => pairedItem)).toEqual(
		expected.map(({ pairedItem }) => pairedItem),
	);
	expect(stored).toMatchObject(expected.map(asShown));
});

/** As n8n shows a stored output item. */
function asShown<T extends { json: object }>(item: T): T {
	if (!has('hidesTokens')) return item;
	const hidden = Object.keys(item.json)
		.filter((name) => ['token', 'signature'].includes(name))
		.map((name) => [name, { __redacted: true }]);
	return { ...item, json: { ...item.json, ...Object.fromEntries(hidden) } };
}

function byText(one: unknown, other: unknown): number {
	return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
