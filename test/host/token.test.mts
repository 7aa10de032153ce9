// What each token operation signs: the contract's table. That the bytes are right, conformance tests say.
import type { INodeParameters } from 'n8n-workflow';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Vortex } from '@teamvortexsoftware/vortex-node-22-sdk';
import { API_KEY, vortexNode } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const NOW = 1_700_000_000_000;
const KID = '00000000-0000-4000-8000-000000000001';
const sdk = new Vortex(API_KEY);

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'], now: NOW });
	vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

interface Signed {
	token: string;
	kid: string;
	issuedAt: string;
	expiresAt: string;
}

async function run(
	operation: string,
	parameters: INodeParameters,
	{ items = [{}] as unknown[], apiKey = API_KEY as unknown } = {},
) {
	const node = vortexNode('token', operation, parameters);
	const result = await execute({ credential: { apiKey }, items, node });
	return { ...result, json: result.json as Signed[] };
}

const claims = ({ token }: Signed) => decodeJwt(token);

describe('generate', () => {
	it('signs every field where Vortex expects it', async () => {
		const { json, error, hints } = await run('generate', {
			userId: '={{ 17 }}',
			userFields: {
				email: 'zoe@example.com',
				name: 'Zoë Ünï',
				phone: '+15551234567',
				avatarUrl: 'https://example.com/a.png',
				adminScopes: 'autojoin, team-1',
				allowedEmailDomains: '={{ ["acme.com", "acme.org"] }}',
			},
			additionalFields: {
				component: 'c-1',
				scopeType: 'team',
				scopeId: 'team-123',
				vars: '{"company_name":"Acme"}',
				trigger: '#invite',
				embed: '#slot',
				claims: '{"plan":"pro","iat":1,"exp":2}',
			},
			expiresIn: '24h',
		});
		expect(error).toBeUndefined();
		expect(claims(json[0])).toEqual({
			user: {
				id: '17',
				email: 'zoe@example.com',
				name: 'Zoë Ünï',
				phone: '+15551234567',
				avatarUrl: 'https://example.com/a.png',
				adminScopes: ['autojoin', 'team-1'],
				allowedEmailDomains: ['acme.com', 'acme.org'],
			},
			component: 'c-1',
			scope: 'team:team-123',
			vars: { company_name: 'Acme' },
			trigger: '#invite',
			embed: '#slot',
			plan: 'pro',
			iat: NOW / 1000,
			exp: NOW / 1000 + 86_400,
		});
		expect(json[0]).toMatchObject({
			kid: KID,
			issuedAt: '2023-11-14T22:13:20.000Z',
			expiresAt: '2023-11-15T22:13:20.000Z',
		});
		expect(hints).toEqual([]);
	});

	it('takes a scope as it is before one in two parts', async () => {
		const additionalFields = { scope: 'workspace_456', scopeType: 'team', scopeId: 'team-1' };
		const { json } = await run('generate', { userId: 'u', additionalFields });
		expect(claims(json[0]).scope).toBe('workspace_456');
	});

	it('is good for 30 days when nothing is said', async () => {
		const { json } = await run('generate', { userId: 'u' });
		expect(claims(json[0])).toEqual({
			user: { id: 'u' },
			iat: NOW / 1000,
			exp: NOW / 1000 + 2_592_000,
		});
	});

	it("signs a JSON payload byte for byte as Vortex's SDK does, text or object", async () => {
		const payload = { scope: 'x', exp: 5, user: { id: 0, name: 'Zoë' }, z: [1, { b: 1, a: null }] };
		const expected = sdk.generateToken(payload, { expiresIn: '7d' });
		const asText = { payloadMode: 'json', payload: JSON.stringify(payload), expiresIn: '7d' };
		const asObject = { ...asText, payload: '={{ $json.payload }}' };
		expect((await run('generate', asText)).json[0].token).toBe(expected);
		expect((await run('generate', asObject, { items: [{ payload }] })).json[0].token).toBe(
			expected,
		);
	});

	it('keeps __proto__ a claim like any other', async () => {
		const payload = '{"user":{"id":"u"},"__proto__":{"admin":true}}';
		const { json } = await run('generate', { payloadMode: 'json', payload });
		expect(json[0].token).toBe(sdk.generateToken(JSON.parse(payload)));
		expect(Object.keys(claims(json[0]))).toEqual(['user', '__proto__', 'iat', 'exp']);
		expect(({} as { admin?: boolean }).admin).toBeUndefined();
	});

	it.each([
		['no user', '{"scope":"x"}'],
		['a user without an id', '{"user":{"email":"a@b.c"}}'],
		['a user whose id is null', '{"user":{"id":null}}'],
	])('signs a payload with %s, with a hint', async (_what, payload) => {
		const { json, hints } = await run('generate', { payloadMode: 'json', payload });
		expect(json[0].token).toBe(sdk.generateToken(JSON.parse(payload)));
		expect(hints).toEqual([expect.stringContaining('no user ID')]);
	});

	it('gives no such hint for the id 0', async () => {
		const { hints } = await run('generate', { payloadMode: 'json', payload: '{"user":{"id":0}}' });
		expect(hints).toEqual([]);
	});

	it('signs one token for each item, paired', async () => {
		const items = [{ id: 'a' }, { id: 'b' }];
		const { json, outputs } = await run('generate', { userId: '={{ $json.id }}' }, { items });
		expect(json.map((one) => claims(one).user)).toEqual([{ id: 'a' }, { id: 'b' }]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it.each(['0', '-5m', '10s', '1.5', '5 minutes', '={{ 0 }}', '={{ -1 }}', '={{ 1.5 }}'])(
		'refuses the expiry %s',
		async (expiresIn) => {
			const { error } = await run('generate', { userId: 'u', expiresIn });
			expect(error?.message).toBe("'Expires In' is not a duration");
			expect(error?.description).toContain("'5m', '24h' or '30d'");
		},
	);

	it.each(['300', '={{ 300 }}', '5m', ' 5m '])('takes the expiry %s', async (expiresIn) => {
		const { json } = await run('generate', { userId: 'u', expiresIn });
		expect(claims(json[0]).exp).toBe(NOW / 1000 + 300);
	});

	it.each([
		['Content', { payloadMode: 'json', payload: 'no JSON' }],
		['Content', { payloadMode: 'json', payload: '["a list"]' }],
		['Variables', { userId: 'u', additionalFields: { vars: 'no JSON' } }],
		['Claims', { userId: 'u', additionalFields: { claims: '"text"' } }],
	])('refuses %s that is no JSON object', async (label, parameters) => {
		const { error } = await run('generate', parameters);
		expect(error?.message).toBe(`'${label}' is not a JSON object`);
	});

	it('refuses a payload that an expression leaves empty', async () => {
		const { error } = await run('generate', { payloadMode: 'json', payload: '={{ "" }}' });
		expect(error?.message).toBe("'Content' is empty");
	});

	it('refuses a payload mode that does not exist, naming those that do', async () => {
		const { error } = await run('generate', { payloadMode: '={{ "xml" }}', userId: 'u' });
		expect(error?.message).toBe("'Token Content' cannot be 'xml'. Use one of: fields, json");
	});
});

describe('generateJwt', () => {
	it("signs byte for byte what Vortex's SDK signs", async () => {
		const user = { id: 'user-123', email: 'a@b.c', adminScopes: ['autojoin'], more: 1 };
		const more = { componentId: 'c-1', expires: 7 };
		const { json } = await run('generateJwt', {
			user: JSON.stringify(user),
			claims: JSON.stringify(more),
			expiresIn: '24h',
		});
		expect(json[0].token).toBe(sdk.generateJwt({ user, ...more }, { expiresIn: '24h' }));
		expect(decodeProtectedHeader(json[0].token).kid).toBe(KID);
		expect(json[0].expiresAt).toBe('2023-11-15T22:13:20.000Z');
	});

	it.each(['={{ "" }}', 'no JSON', '[]'])('refuses the user %s', async (user) => {
		const { error } = await run('generateJwt', { user });
		expect(error?.message).toMatch(/^'User' is (empty|not a JSON object)$/);
	});

	it('refuses a second user among the claims', async () => {
		const { error } = await run('generateJwt', { user: '{"id":"a"}', claims: '{"user":{}}' });
		expect(error?.message).toBe(`'Claims' must not hold "user"`);
	});
});

describe('signUser', () => {
	it("signs what Vortex's SDK signs", async () => {
		const user = { id: 'u1', email: 'e@x.com', nested: { b: 1, a: [{ d: 1, c: 2 }] } };
		const { json } = await run('signUser', { user: JSON.stringify(user) });
		expect(json).toEqual([{ signature: sdk.sign(user), kid: KID }]);
	});

	it('refuses a user without an id', async () => {
		const { error } = await run('signUser', { user: '{"email":"a@b.c"}' });
		expect(error?.message).toBe("'User' has no ID");
	});
});

describe('the API key', () => {
	it('may have blanks around it', async () => {
		const { json } = await run('generate', { userId: 'u' }, { apiKey: `  ${API_KEY}\n` });
		expect(json[0].token).toBe(sdk.generateToken({ user: { id: 'u' } }));
	});

	it.each([
		['empty', ''],
		['missing', null],
		['without its secret', API_KEY.split('.').slice(0, 2).join('.')],
	])('is refused when it is %s, and never repeated', async (_what, apiKey) => {
		const { error } = await run('generate', { userId: 'u' }, { apiKey });
		expect(error?.message).toContain("The 'API Key' in your Vortex credential");
		expect(error?.description).toContain("A whole key looks like 'VRTX.'");
		expect(JSON.stringify(error)).not.toContain('AAAAAAAAQACAAAAAAAAAAQ');
	});
});
