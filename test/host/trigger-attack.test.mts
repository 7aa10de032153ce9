// Good deliveries, changed at random in every way that a forger or a broken sender has: the rule is that what
// was not signed as it arrived starts nothing, and that every refusal looks the same.
import { createHmac } from 'node:crypto';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../../nodes/VortexTrigger/ledger';
import { breakOff, exchange, requestHead, type RawAnswer } from '../support/raw-http.mts';
import { SECRET, newEvent, sign, useWebhookHost } from './webhook-host.mts';

const { ledgers } = vi.hoisted(() => ({ ledgers: [] as Ledger[] }));

vi.mock('../../nodes/VortexTrigger/ledger', async (original) => {
	const module = await original<typeof import('../../nodes/VortexTrigger/ledger')>();
	return {
		Ledger: class extends module.Ledger {
			constructor() {
				super();
				ledgers.push(this);
			}
		},
	};
});

const host = useWebhookHost();

const BATCHES = 200;
const BATCH = 50;

const SECOND_SECRET = ['whsec', 'the', 'new', 'one'].join('_');

type Change = (body: Buffer) => Buffer;

const splice = (body: Buffer, at: number, drop: number, add: Buffer = Buffer.alloc(0)) =>
	Buffer.concat([body.subarray(0, at), add, body.subarray(at + drop)]);

/** A place in a body of any length. */
const place = fc.nat({ max: 100_000 });

const changes: fc.Arbitrary<Change> = fc.oneof(
	fc.tuple(place, fc.nat(7)).map(([at, bit]): Change => (body) => {
		const flipped = Buffer.from(body);
		if (body.length > 0) flipped[at % body.length] ^= 1 << bit;
		return flipped;
	}),
	fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(
		([at, bytes]): Change =>
			(body) =>
				splice(body, at % (body.length + 1), 0, Buffer.from(bytes)),
	),
	fc.tuple(place, fc.integer({ min: 1, max: 20 })).map(
		([at, length]): Change =>
			(body) =>
				splice(body, at % (body.length + 1), length),
	),
	fc.tuple(place, place).map(([from, to]): Change => (body) => {
		const [start, end] = [from % (body.length + 1), to % (body.length + 1)].sort((a, b) => a - b);
		return splice(body, end, 0, body.subarray(start, end));
	}),
	fc.constantFrom<Change>(
		(body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
		(body) => Buffer.concat([body, Buffer.from('\n')]),
		(body) => Buffer.concat([body, body]),
		(body) => Buffer.from(body.toString('utf8'), 'utf16le'),
		(body) => Buffer.from(body.toString('utf8'), 'latin1'),
		(body) => Buffer.from(body.toString('utf8').normalize('NFD')),
		(body) => Buffer.from(body.toString('utf8').replaceAll(':', ': ')),
		(body) => Buffer.from(encodeURIComponent(body.toString('utf8'))),
		() => Buffer.alloc(0),
		() => Buffer.from('{}'),
	),
);

/** The lines of the signature header, made of the body as it was signed. */
type Signing = (signed: Buffer, sent: Buffer) => string[];

const good: Signing = (signed) => [sign(signed)];

const onGood = (change: (signature: string) => string | string[]): Signing => {
	return (signed) => [change(sign(signed))].flat();
};

const forgedSignings: fc.Arbitrary<Signing> = fc.oneof(
	fc.integer({ min: 1, max: 64 }).map((count) => onGood((good) => good.slice(count))),
	fc.integer({ min: 1, max: 64 }).map((count) => onGood((good) => good.slice(0, -count))),
	fc
		.tuple(fc.nat(63), fc.constantFrom(...'0123456789abcdef'))
		.map(([at, digit]) => onGood((good) => good.slice(0, at) + digit + good.slice(at + 1))),
	fc.nat(64).map((at) => onGood((good) => `${good.slice(0, at)} ${good.slice(at)}`)),
	fc.nat(63).map((at) => onGood((good) => `${good.slice(0, at)}\xe4${good.slice(at + 1)}`)),
	fc.stringMatching(/^[0-9a-f]{64}$/).map((digits) => onGood(() => digits)),
	fc.string({ unit: 'grapheme-ascii', maxLength: 100 }).map((text) => onGood(() => text)),
	fc.constantFrom<Signing>(
		() => [],
		() => [''],
		onGood((good) => good.toUpperCase()),
		onGood((good) => `sha256=${good}`),
		onGood((good) => `v1=${good}`),
		onGood((good) => `"${good}"`),
		onGood((good) => `${good},${good}`),
		onGood((good) => `${good}, `),
		onGood((good) => [good, good]),
		onGood((good) => ['', good]),
		onGood((good) => [good, 'bad']),
		onGood((good) => good.repeat(50)),
		onGood((good) => Buffer.from(good, 'hex').toString('base64')),
		onGood((good) => `${good}\0`),
		onGood((good) => `${good}\r\n ${good}`),
		(signed) => [sign(signed, 'another')],
		(signed) => [sign(signed, '')],
		(signed) => [sign(signed, `${SECRET},${SECOND_SECRET}`)],
		(signed) => [sign(signed, SECRET.replace('whsec_', ''))],
		(signed) => [createHmac('sha512', SECRET).update(signed).digest('hex').slice(0, 64)],
		() => [sign('')],
		() => [sign('{}')],
		() => [sign('{"data":{},"files":{}}')],
		() => ['__proto__'],
		() => ['true'],
	),
);

/** Right all the same: blanks around a header's value do not count, and either secret is good. */
const goodSignings: fc.Arbitrary<Signing> = fc.constantFrom<Signing>(
	good,
	onGood((signature) => `  ${signature}\t `),
	(signed) => [sign(signed, SECOND_SECRET)],
	(_signed, sent) => [sign(sent)],
);

/** Content types with which n8n itself may refuse a body, whoever has sent it. */
const HOSTILE_TYPES = [
	'application/json; charset=utf-16',
	'application/json; charset=utf-16le',
	'application/json; charset=base64',
	'application/json; charset=nonsense',
	'application/json; charset="%',
	'text/plain; charset=utf-7',
	'application/xml',
	'text/xml',
	'application/atom+xml',
	'multipart/form-data; boundary=b',
	'multipart/form-data',
];

const KIND_TYPES = [
	'application/json',
	'application/json; charset=utf-8',
	'text/plain',
	'text/plain; charset=latin1',
	'text/html',
	'application/octet-stream',
	'application/x-www-form-urlencoded',
	'multipart/mixed; boundary=b',
	'multipart/',
	'image/png',
	'nonsense; ; =',
	undefined,
];

/** What the header says of how the bytes are packed, and how they really are. */
type Packing = [says: string | undefined, pack: Change];

const packings: fc.Arbitrary<Packing> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant<Packing>([undefined, (body) => body]) },
	fc.tuple(
		fc.constantFrom(undefined, 'gzip', 'deflate', 'br', 'GZIP', 'gzip, gzip', 'identity', 'x'),
		fc.constantFrom<Change>(
			(body) => body,
			(body) => gzipSync(body),
			(body) => deflateSync(body),
			(body) => gzipSync(gzipSync(body)),
			(body) => gzipSync(body).subarray(0, -9),
			(body) => deflateSync(body).subarray(0, -5),
			(body) => gzipSync(body).fill(0xff, 10, 20),
		),
	),
);

/** How the packed bytes travel. `lie` is added to the declared length. */
const transports = fc.oneof(
	{ weight: 4, arbitrary: fc.constant({ chunk: 0, lie: 0 }) },
	fc.record({ chunk: fc.integer({ min: 1, max: 300 }), lie: fc.constant(0) }),
	fc.record({ chunk: fc.constant(0), lie: fc.integer({ min: -50, max: 50 }) }),
);

const mutations = fc.record({
	changes: fc.array(changes, { maxLength: 3 }),
	signing: fc.oneof(goodSignings, forgedSignings, fc.constant(good)),
	type: fc.constantFrom(...KIND_TYPES, ...HOSTILE_TYPES),
	packing: packings,
	transport: transports,
});

type Mutation = typeof mutations extends fc.Arbitrary<infer T> ? T : never;

/** What is sent, and what the receiver has to make of it. */
function compose(url: string, { changes, signing, type, packing, transport }: Mutation) {
	const signed: Buffer = Buffer.from(JSON.stringify(newEvent()));
	const sent = changes.reduce((body, change) => change(body), signed);
	const signatures = signing(signed, sent);
	const [says, pack] = packing;
	const packed = pack(sent);
	const { chunk } = transport;
	const declared = Math.max(0, packed.length + transport.lie);
	const headers: Array<[string, string]> = [
		['Connection', 'close'],
		...signatures.map((value): [string, string] => ['X-Vortex-Signature', value]),
		...(type === undefined ? [] : [['Content-Type', type] as [string, string]]),
		...(says === undefined ? [] : [['Content-Encoding', says] as [string, string]]),
		chunk > 0 ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(declared)],
	];
	const bytes = [requestHead(url, headers), chunk > 0 ? chunked(packed, chunk) : packed];
	const isWhole = chunk > 0 || declared <= packed.length;
	const arrived = isWhole ? packed.subarray(0, chunk > 0 ? undefined : declared) : undefined;
	const read = arrived && unpack(says, arrived);
	const isSigned =
		read !== undefined &&
		signatures.length === 1 &&
		[SECRET, SECOND_SECRET].some((secret) => signatures[0].trim() === sign(read, secret));
	const isGood = isSigned && isObject(read);
	return { bytes, read, isSigned, isGood, isBrokenOff: arrived === undefined };
}

function chunked(body: Buffer, size: number): Buffer {
	const parts: Buffer[] = [];
	for (let at = 0; at < body.length; at += size) {
		const part = body.subarray(at, at + size);
		parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
	}
	return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

function unpack(says: string | undefined, body: Buffer): Buffer | undefined {
	try {
		if (says === 'gzip') return gunzipSync(body);
		return says === 'deflate' ? inflateSync(body) : body;
	} catch {
		return undefined;
	}
}

function isObject(body: Buffer): boolean {
	try {
		const value = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
		return typeof value === 'object' && value !== null && !Array.isArray(value);
	} catch {
		return false;
	}
}

/** What the node makes of the text of an event. */
function itemOf(text: string): object {
	const event = JSON.parse(text) as object;
	const kind = 'name' in event ? 'analytics' : 'type' in event ? 'webhook' : 'unknown';
	return { ...event, kind };
}

/** What a sender can tell one answer from another by. */
const withoutDate = ({ head, body }: RawAnswer) =>
	[...head.filter((line) => !/^date:/i.test(line)), body].join('\n');

const REFUSALS = [400, 401, 413, 422, 500];

it('10,000 changed deliveries: only what was signed as it arrived starts anything', async () => {
	const tally = { started: 0, refused: 0, stopped: 0, brokenOff: 0 };
	const refusals = new Set<string>();

	await fc.assert(
		fc.asyncProperty(fc.array(mutations, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
			const trigger = host.publish({
				credential: { webhookSecret: `${SECRET}, ${SECOND_SECRET}` },
			});
			const started = await Promise.all(
				batch.map(async (mutation) => {
					const delivery = compose(trigger.url, mutation);
					const { bytes, read, isSigned, isGood, isBrokenOff } = delivery;
					if (isBrokenOff) {
						const [answer] = await breakOff(trigger.url, ...bytes);
						expect([undefined, ...REFUSALS]).toContain(answer?.status);
						tally.brokenOff += 1;
						return undefined;
					}
					const [answer, ...more] = await exchange(trigger.url, ...bytes);
					expect(answer, 'an answer').toBeDefined();
					expect(more, 'further answers').toEqual([]);
					if (answer.status === 200) {
						expect(isGood, 'was signed as it arrived').toBe(true);
						return read?.toString('utf8').replace(/^\uFEFF/, '') ?? '';
					}
					expect(REFUSALS, answer.body).toContain(answer.status);
					if (answer.status === 401) {
						expect(isSigned && !mutation.type?.startsWith('multipart/form-data')).toBe(false);
						refusals.add(withoutDate(answer));
					} else if (isGood) {
						expect(HOSTILE_TYPES, answer.body).toContain(mutation.type);
					}
					tally[answer.status === 401 ? 'refused' : 'stopped'] += 1;
					return undefined;
				}),
			);
			const expected = started.filter((text) => text !== undefined).map(itemOf);
			tally.started += expected.length;
			expect(trigger.executions.filter(({ failure }) => failure)).toEqual([]);
			const byText = (items: unknown[]) => items.map((item) => JSON.stringify(item)).sort();
			expect(byText(trigger.items)).toEqual(byText(expected));
		}),
		{ numRuns: BATCHES, endOnFailure: true },
	);

	expect([...refusals]).toHaveLength(1);
	expect([...refusals][0]).not.toContain(SECRET);
	// Nothing but what has started is remembered, and nothing is still in flight.
	expect(ledgers).toHaveLength(1);
	expect(ledgers[0].size).toBeLessThanOrEqual(tally.started);
	// The changes are neither all harmless nor all hopeless.
	for (const count of Object.values(tally)) expect(count).toBeGreaterThan(100);
}, 300_000);

describe('a refusal tells a forger nothing', () => {
	const event = JSON.stringify(newEvent());
	const right = sign(event);

	/** The whole answer to the right body, with these header lines. */
	async function refusal(webhookSecret: unknown, lines: Array<[string, string]>, body = event) {
		const trigger = host.publish({ credential: { webhookSecret } });
		const head = requestHead(trigger.url, [
			['Connection', 'close'],
			['Content-Type', 'text/plain'],
			['Content-Length', String(Buffer.byteLength(body))],
			...lines,
		]);
		const [answer] = await exchange(trigger.url, head, Buffer.from(body));
		expect(trigger.executions).toEqual([]);
		expect(answer.status).toBe(401);
		return withoutDate(answer);
	}

	const signature = (value: string): [string, string] => ['X-Vortex-Signature', value];

	it('about the secret, the header or the body: every answer is the same to the byte', async () => {
		const manySecrets = Array.from({ length: 1000 }, (_, index) => `secret-${index}`).join();
		const answers = [
			await refusal(undefined, [signature(right)]),
			await refusal('', [signature(sign(event, ''))]),
			await refusal(' ,, ', [signature(sign(event, ','))]),
			await refusal(17, [signature(sign(event, '17'))]),
			await refusal('another', [signature(right)]),
			await refusal(manySecrets, [signature(right)]),
			await refusal(`${SECRET},,`, [signature(sign(event, ''))]),
			await refusal(SECRET, []),
			await refusal(SECRET, [signature('')]),
			await refusal(SECRET, [signature(right.slice(1))]),
			await refusal(SECRET, [signature(right.toUpperCase())]),
			await refusal(SECRET, [signature(right), signature(right)]),
			await refusal(SECRET, [signature(right)], `${event} `),
			await refusal(SECRET, [signature(right)], ''),
			await refusal(SECRET, [signature(right)], 'no JSON'),
			await refusal(SECRET, [['X_Vortex_Signature', right]]),
			await refusal(SECRET, [['X-Vortex-Signature-2', right]]),
		];
		expect(new Set(answers).size).toBe(1);
		expect(answers[0]).not.toMatch(/retry-after/i);
	});

	it.each([
		['broken', 'gzip', Buffer.from(event)],
		['truncated', 'gzip', gzipSync(event).subarray(0, -9)],
		['broken', 'deflate', Buffer.from(event)],
	])('when what it has packed is %s, and only the node reads it: %s', async (_what, says, body) => {
		const trigger = host.publish();
		const headers = { 'Content-Type': 'multipart/mixed; boundary=b', 'Content-Encoding': says };
		const answer = await trigger.deliver(body, { headers, signature: right });
		expect(answer.status).toBe(401);
		expect(`${answer.body}`).toBe((await trigger.deliver('', { signature: null })).body);
		expect(trigger.executions).toEqual([]);
	});

	it('when the signature comes after the body', async () => {
		const trigger = host.publish();
		const head = requestHead(trigger.url, [
			['Connection', 'close'],
			['Content-Type', 'application/json'],
			['Transfer-Encoding', 'chunked'],
			['Trailer', 'X-Vortex-Signature'],
		]);
		const end = Buffer.from(`0\r\nX-Vortex-Signature: ${right}\r\n\r\n`);
		const body = chunked(Buffer.from(event), 100).subarray(0, -5);
		const [answer] = await exchange(trigger.url, head, body, end);
		expect(answer.status).toBe(401);
		expect(trigger.executions).toEqual([]);
	});
});

describe('a signed event with something nasty in it is an event like any other', () => {
	const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
	const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 1]));

	it.each<[string, string]>([
		['a prototype', '{"__proto__":{"type":"polluted","polluted":1},"data":{"__proto__":{"p":1}}}'],
		['a constructor', '{"constructor":{"prototype":{"polluted":1}},"id":"constructor"}'],
		['its own toString', '{"id":"evt-a","type":"a","toString":1,"hasOwnProperty":null,"then":1}'],
		['very many fields', JSON.stringify({ id: 'evt-keys', type: 'a', data: keys })],
		['one field twice', '{"type":"b","id":"evt-twice","type":"a"}'],
		['a thousand levels', `{"id":"evt-deep","type":"a","data":${nested(1000)}}`],
		['a long id', JSON.stringify({ id: 'i'.repeat(1_000_000), type: 'a' })],
		['half a character as its id', '{"id":"\\ud800","type":"a"}'],
		['large numbers', '{"id":"evt-large","type":"a","data":[1e999,-0,123456789012345678901]}'],
		['a field called kind', '{"id":"evt-kind","type":"a","kind":"analytics"}'],
	])('%s', async (_what, text) => {
		const trigger = host.publish();
		expect((await trigger.deliver(text)).status).toBe(200);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		expect(JSON.stringify(trigger.items)).toBe(JSON.stringify([itemOf(text)]));
		expect(Object.getPrototypeOf(trigger.items[0])).toBe(Object.prototype);
	});

	it('a prototype cannot choose the event', async () => {
		const trigger = host.publish({ events: ['invitation.accepted'] });
		const text = '{"__proto__":{"type":"invitation.accepted","id":"evt-1"}}';
		expect((await trigger.deliver(text)).status).toBe(200);
		expect(trigger.executions).toEqual([]);
	});

	it.each([
		['differ only in how a letter is written', 'evt-\u00e9', 'evt-e\u0301'],
		['differ only in case', 'evt-a', 'EVT-A'],
		['differ only in a blank', 'evt-b', 'evt-b '],
		['differ only in half a character', 'evt-\ud800', 'evt-\ud801'],
		['look like a list of parts', 'evt-c', '","evt-c'],
	])('two ids are two events when they %s', async (_what, one, other) => {
		const trigger = host.publish();
		for (const id of [one, other]) await trigger.deliver(JSON.stringify({ id, type: 'a' }));
		expect(trigger.executions).toHaveLength(2);
	});
});
