// Tokens, JWTs and user signatures are those of Vortex's own SDK, byte for byte, and jose accepts them.
import { Vortex, type User } from '@teamvortexsoftware/vortex-node-22-sdk';
import fc from 'fast-check';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	deriveSigningKey,
	expirySeconds,
	generateJwt,
	generateToken,
	signUser,
} from '../../nodes/shared/signing';
import { API_KEY } from '../support/vortex.mts';

type Json = Record<string, unknown>;

const SEED = 20_260_421;

const CASES = 1000;

/** The clock of most test vectors, in ms. */
const NOW = 1_700_000_000_000;

const KEY_A = API_KEY;
const KEY_B = ['VRTX', 'a6e4EJ2tQdGAtADAT9QwyA', 's3cr3t_KEY-with_url-safe~chars'].join('.');

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'], now: NOW });
	vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

/** What a function gives, or that it refuses. */
function outcome(make: () => unknown): unknown {
	try {
		return make();
	} catch {
		return 'refused';
	}
}

const ourToken = (payload: Json, expiresIn?: unknown, apiKey = KEY_A) =>
	generateToken(deriveSigningKey(apiKey), payload, expiresIn, Date.now()).token;
const ourJwt = (user: Json, claims: Json, expiresIn?: unknown) =>
	generateJwt(deriveSigningKey(KEY_A), user, claims, expiresIn, Date.now()).token;
const ourSignature = (user: Json) => signUser(deriveSigningKey(KEY_A), user).signature;

const options = (expiresIn: unknown) =>
	expiresIn === undefined ? undefined : { expiresIn: expiresIn as string };

describe('published vectors', () => {
	it('V1: a token with the default expiry', () => {
		expect(ourToken({ user: { id: 'user-1' } })).toBe(
			'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9.eyJ1c2VyIjp7ImlkIjoidXNlci0xIn0sImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAyNTkyMDAwfQ.XXrFlce5hHRKam2KmGtqEzHuaZevd4rgQeElJsknw70',
		);
	});

	it('V2: a token with everything in it', () => {
		const payload = {
			component: 'widget-123',
			user: {
				id: 'user-1',
				name: 'Zoë Ünï',
				email: 'zoe@example.com',
				phone: '+15551234567',
				avatarUrl: 'https://example.com/a.png',
				adminScopes: ['autojoin'],
				allowedEmailDomains: ['acme.com'],
			},
			scope: 'team:team-123',
			vars: { company_name: 'Acme' },
			trigger: '#invite',
			embed: '#slot',
		};
		expect(ourToken(payload, '1h').split('.')[2]).toBe(
			'vxWr8pEWgaZGbBGPAvgEiMt9RssNcJ8aEWT-fF8GuLk',
		);
	});

	it('V3: a user id that is a number, seconds, another key', () => {
		vi.setSystemTime(1_750_000_000_000);
		const payload = { user: { id: 12345 }, scope: 'workspace_456' };
		expect(ourToken(payload, 300, KEY_B).split('.')[2]).toBe(
			'0fTxmC1pukEae1fX17AcSYaEf7R9mVCC0_wYKS5nCZU',
		);
	});

	it('J1: the older form, with the default expiry', () => {
		expect(ourJwt({ id: 'user-1' }, {})).toBe(
			'eyJpYXQiOjE3MDAwMDAwMDAsImFsZyI6IkhTMjU2IiwidHlwIjoiSldUIiwia2lkIjoiMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIn0.eyJ1c2VySWQiOiJ1c2VyLTEiLCJleHBpcmVzIjoxNzAyNTkyMDAwLCJpZGVudGlmaWVycyI6W119.szANluyzTU82Nu6UECkgjsth8cw-PiVR8RUBIjxJE_o',
		);
	});

	it('J2: the older form, with everything in it', () => {
		const user = {
			id: 'user-123',
			email: 'user@example.com',
			name: 'Jane Doe',
			avatarUrl: 'https://example.com/j.png',
			adminScopes: ['autojoin'],
			allowedEmailDomains: ['acme.com', 'acme.org'],
		};
		const claims = { componentId: 'c-1', scope: 'team-1', scopeType: 'team' };
		expect(ourJwt(user, claims, '24h').split('.')[2]).toBe(
			'IJqiLrhN48XjgZuPn5JeQDJlSTXdMp5bYThq-jj0qvE',
		);
	});

	it('S1 and S2: signatures of users', () => {
		expect(ourSignature({ id: 'user-1', email: 'test@example.com' })).toBe(
			'00000000-0000-4000-8000-000000000001:3b5797c15f24621ab98eab466945cc5cdee15e04cb3e0bd27ea233bd187ef696',
		);
		const user = {
			id: 'u1',
			email: 'e@x.com',
			name: 'Test',
			avatarUrl: 'https://example.com/avatar.png',
			adminScopes: ['autojoin'],
			allowedEmailDomains: ['example.com'],
			nested: { b: 1, a: [{ d: 1, c: 2 }] },
		};
		expect(ourSignature(user)).toBe(
			'00000000-0000-4000-8000-000000000001:c89eb924b5cdaeeb69500c9093d6f98327f8f2ff1f632936ca8150afd443df6f',
		);
	});
});

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant(''));

/** What a JSON parser can give, and at which keys. */
const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });

const awkwardKey = fc.constantFrom(
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'10',
	'9',
	'iat',
	'exp',
	'expires',
	'userId',
	'userEmail',
	'identifiers',
	'ä',
	'Z',
	'a',
);

/** Objects as `JSON.parse` makes them: `__proto__` is a key like any other. */
const object = fc
	.array(fc.tuple(fc.oneof(awkwardKey, text), json), { maxLength: 5 })
	.map(
		(entries) =>
			JSON.parse(
				`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
			) as Json,
	);

const list = fc.oneof(
	fc.array(fc.oneof(text, fc.constant('autojoin')), { maxLength: 3 }),
	fc.constant('autojoin'),
	fc.constant(null),
);

const user = fc
	.tuple(
		fc.record(
			{
				id: fc.oneof(text, fc.integer(), fc.constant(null)),
				userId: text,
				email: fc.oneof(text, fc.constant(null)),
				phone: text,
				name: fc.oneof(text, fc.constant(null)),
				userName: text,
				avatarUrl: fc.oneof(text, fc.constant(null)),
				userAvatarUrl: text,
				adminScopes: list,
				allowedEmailDomains: list,
			},
			{ requiredKeys: [] },
		),
		object,
	)
	.map(
		([known, more]) =>
			Object.defineProperties(
				{},
				{
					...Object.getOwnPropertyDescriptors(more),
					...Object.getOwnPropertyDescriptors(known),
				},
			) as Json,
	);

const payload = fc
	.tuple(object, fc.option(user, { nil: undefined }))
	.map(([more, held]) => (held === undefined ? more : { ...more, user: held }));

const expiry = fc.oneof(
	fc.constant(undefined),
	fc.integer({ min: -5, max: 1e9 }),
	fc.double({ noNaN: false, min: -1e3, max: 1e6 }),
	fc.tuple(fc.nat({ max: 5000 }), fc.constantFrom('m', 'h', 'd')).map((parts) => parts.join('')),
	fc.constantFrom('0', '0m', '-5m', '10s', '1.5', '1.5h', '5 m', ' 5m x', '1w', 'm', 'abc', '5M'),
);

/** Whole seconds as text are taken by us and refused by the SDK; a list of them is below. */
const isSecondsAsText = (given: unknown) =>
	typeof given === 'string' && /^\d*[1-9]\d*$/.test(given);

describe('generated cases', () => {
	const sdk = new Vortex(KEY_A);

	function compare<T>(
		what: string,
		cases: T[],
		ours: (given: T) => unknown,
		theirs: (given: T) => unknown,
	) {
		let refused = 0;
		const disagreements: unknown[] = [];
		for (const given of cases) {
			const expected = outcome(() => theirs(given));
			if (expected === 'refused') refused += 1;
			if (outcome(() => ours(given)) !== expected) disagreements.push(given);
		}
		console.log(
			`${what} conformance: ${cases.length} cases (seed ${SEED}; ${refused} refused by both), ${disagreements.length} disagreements with the SDK`,
		);
		expect(disagreements).toEqual([]);
		expect(cases.length - refused).toBeGreaterThan(cases.length / 4);
	}

	it(`${CASES} tokens are the same`, () => {
		const cases = fc.sample(fc.tuple(payload, expiry), { seed: SEED, numRuns: CASES });
		compare(
			'token',
			cases,
			([given, expiresIn]) => ourToken(given, expiresIn),
			([given, expiresIn]) => sdk.generateToken(given, options(expiresIn)),
		);
	});

	it(`${CASES} JWTs of the older form are the same`, () => {
		const withoutUser = object.map((claims) => claims);
		const cases = fc.sample(fc.tuple(user, withoutUser, expiry), { seed: SEED, numRuns: CASES });
		compare(
			'JWT',
			cases,
			([given, claims, expiresIn]) => ourJwt(given, claims, expiresIn),
			([given, claims, expiresIn]) =>
				sdk.generateJwt({ ...claims, user: given as User }, options(expiresIn)),
		);
	});

	it(`${CASES} user signatures are the same`, () => {
		compare(
			'user signature',
			fc.sample(user, { seed: SEED, numRuns: CASES }),
			(given) => ourSignature(given),
			(given) => sdk.sign(given as User),
		);
	});
});

describe('where we differ on purpose', () => {
	it('whole seconds given as text are taken, as n8n fields hold text', () => {
		expect(isSecondsAsText('3600')).toBe(true);
		expect(expirySeconds('3600', 0)).toBe(3600);
		expect(ourToken({ user: { id: 'u' } }, '3600')).toBe(ourToken({ user: { id: 'u' } }, 3600));
		expect(() => new Vortex(KEY_A).generateToken({}, { expiresIn: '3600' })).toThrow();
	});

	it('an empty expiry is the default one, and blanks around one do not count', () => {
		expect(expirySeconds('', 0)).toBe(2_592_000);
		expect(expirySeconds(null, 0)).toBe(2_592_000);
		expect(expirySeconds(' 5m ', 0)).toBe(300);
	});

	it('an expiry beyond the end of time is refused', () => {
		expect(() => expirySeconds('99999999999d', 0)).toThrow(/not a duration/);
	});

	it('key ids of any UUID version sign, as with all SDKs but this one', () => {
		const odd = ['VRTX', Buffer.alloc(16, 0xf7).toString('base64url'), 'some-test-value'].join('.');
		expect(deriveSigningKey(odd).kid).toBe('f7f7f7f7-f7f7-f7f7-f7f7-f7f7f7f7f7f7');
		expect(() => new Vortex(odd).generateToken({ user: { id: 'u' } })).toThrow();
	});

	it('blanks around a key do not count', () => {
		expect(deriveSigningKey(` ${KEY_A}\n`)).toEqual(deriveSigningKey(KEY_A));
	});

	it.each([
		['a fourth part', `${KEY_A}.more`],
		['bytes after the sixteenth', KEY_A.replace('AAAQ.', 'AAAQAA.')],
	])('a key with %s is refused, though this SDK overlooks it', (_what, key) => {
		expect(() => deriveSigningKey(key)).toThrow(/API Key/);
		expect(new Vortex(key).generateToken({ user: { id: 'u' } })).toEqual(expect.any(String));
	});
});

describe('a wrong key is refused without being repeated', () => {
	it.each([
		['nothing', ''],
		['two parts', 'VRTX.AAAAAAAAQACAAAAAAAAAAQ'],
		['an empty secret', 'VRTX.AAAAAAAAQACAAAAAAAAAAQ.'],
		['an empty id', 'VRTX..some-test-value'],
		['another prefix', KEY_A.replace('VRTX', 'VRTY')],
		['a short id', 'VRTX.AAAA.some-test-value'],
		['white space inside', KEY_A.replace('-secret', ' secret')],
	])('%s', (_what, key) => {
		const thrown = (() => {
			try {
				deriveSigningKey(key);
			} catch (error) {
				return error as Error & { description: string };
			}
			throw new Error('It was taken.');
		})();
		expect(thrown.message).toMatch(/^The 'API Key' in your Vortex credential /);
		expect(thrown.description).toContain("A whole key looks like 'VRTX.'");
		for (const part of key.split('.').filter((one) => one !== 'VRTX' && one !== '')) {
			expect(thrown.message + thrown.description).not.toContain(part);
		}
	});
});

describe('jose, which knows nothing of Vortex', () => {
	const { key, kid } = deriveSigningKey(KEY_A);

	it('verifies a token and reads every claim', async () => {
		const given = { user: { id: 'user-1', name: 'Zoë' }, scope: 'team:1', vars: { a: [1, null] } };
		const signed = generateToken(deriveSigningKey(KEY_A), given, '2h', NOW);
		const { payload: read, protectedHeader } = await jwtVerify(signed.token, key, {
			currentDate: new Date(NOW),
		});
		expect(read).toEqual({ ...given, iat: NOW / 1000, exp: NOW / 1000 + 7200 });
		expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT', kid });
		expect(signed).toMatchObject({
			kid,
			issuedAt: '2023-11-14T22:13:20.000Z',
			expiresAt: '2023-11-15T00:13:20.000Z',
		});
	});

	it('refuses it when it has expired, and with another key', async () => {
		const token = ourToken({ user: { id: 'user-1' } }, '5m');
		const later = { currentDate: new Date(NOW + 301_000) };
		await expect(jwtVerify(token, key, later)).rejects.toThrow(/exp/);
		const other = deriveSigningKey(KEY_B).key;
		await expect(jwtVerify(token, other, { currentDate: new Date(NOW) })).rejects.toThrow();
	});

	it('verifies a JWT of the older form', async () => {
		const token = ourJwt({ id: 'user-1', email: 'a@b.c' }, { componentId: 'c-1' }, '1h');
		const { payload: read } = await jwtVerify(token, key);
		expect(read).toEqual({
			userId: 'user-1',
			userEmail: 'a@b.c',
			expires: NOW / 1000 + 3600,
			identifiers: [{ type: 'email', value: 'a@b.c' }],
			componentId: 'c-1',
		});
		expect(decodeProtectedHeader(token)).toEqual({
			iat: NOW / 1000,
			alg: 'HS256',
			typ: 'JWT',
			kid,
		});
	});
});
