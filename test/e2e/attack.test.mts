// A real n8n with a published trigger, and senders that keep to no rule.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canvas, vortexTrigger } from '../demo/workflows/canvas.mts';
import type { Stage } from '../n8n-host/stage.mts';
import { waitFor } from '../support/say.mts';
import { answers, breakOff, dial, exchange, requestHead } from '../support/raw-http.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();

type Headers = Record<string, string>;

/** A published workflow that only starts, and what n8n has stored of it. */
class Target {
	constructor(
		private readonly stage: Stage,
		readonly url: string,
		private readonly workflowId: string,
	) {}

	/** The ids of the events that were executed, as n8n has stored them. */
	async executed(): Promise<string[]> {
		const stored = await this.stage.n8n.executions(this.workflowId);
		return await Promise.all(
			stored.map(async ({ id }) => {
				const { data } = await this.stage.n8n.call<{ data: string }>(
					'GET',
					`/rest/executions/${id}`,
				);
				return /evt_[0-9a-z-]+/.exec(data)?.[0] ?? 'no event';
			}),
		);
	}

	/** Sends a good delivery and makes sure that n8n has executed it and nothing else. */
	async expectOnly(events: string[] = []): Promise<void> {
		const event = newEvent();
		const { status } = await this.deliver(event);
		expect(status, 'of a good delivery afterwards').toBe(200);
		const expected = [...events, event.id].sort();
		const seen = await waitFor('The execution of a good delivery', 30, async () => {
			const ids = await this.executed();
			return ids.includes(event.id) ? ids : undefined;
		});
		expect(seen.sort()).toEqual(expected);
	}

	async deliver(event: object) {
		const body = Buffer.from(JSON.stringify(event));
		const [answer] = await exchange(this.url, this.head(body, signed(body, this.stage)), body);
		return answer;
	}

	/** The head of a request that carries so many bytes. */
	head(body: Buffer, headers: Headers, length: number | null = body.length): Buffer {
		return requestHead(this.url, [
			...Object.entries({ Connection: 'close', 'Content-Type': 'application/json', ...headers }),
			...(length === null ? [] : [['Content-Length', String(length)] as [string, string]]),
		]);
	}
}

async function publish(on: Stage = stage): Promise<Target> {
	const webhookId = randomUUID();
	const vortexApi = await on.addCredential();
	const setting = { webhookId, vortexApi, sandboxUrl: on.sandboxUrl };
	const flow = canvas('Under attack', [vortexTrigger(setting, ['*'])], '');
	const { id } = await on.n8n.publish(flow);
	return new Target(on, `${on.n8n.url}/webhook/${webhookId}/vortex`, id);
}

function newEvent(fields: object = {}) {
	return { id: `evt_${randomUUID()}`, type: 'invitation.accepted', ...fields };
}

const digest = (body: Buffer, secret = stage.webhookSecret) =>
	createHmac('sha256', secret).update(body).digest('hex');

const signed = (body: Buffer, { webhookSecret } = stage): Headers => ({
	'X-Vortex-Signature': digest(body, webhookSecret),
});

const forged = (body: Buffer): Headers => ({ 'X-Vortex-Signature': digest(body, 'a forger') });

const MEGABYTE = 1024 * 1024;

/** An event of so many bytes. */
const large = (bytes: number) => Buffer.from(JSON.stringify(newEvent({ pad: 'x'.repeat(bytes) })));

const zipped: Headers = { 'Content-Encoding': 'gzip' };
const plain: Headers = { 'Content-Type': 'text/plain' };
/** n8n leaves such a body on the socket: the node itself reads it. */
const unread: Headers = { 'Content-Type': 'multipart/mixed; boundary=b' };
const form: Headers = { 'Content-Type': 'multipart/form-data; boundary=b' };

function formBody(content: string, end = '--b--\r\n'): Buffer {
	const part = `Content-Disposition: form-data; name="a"; filename="a"\r\n\r\n${content}\r\n`;
	return Buffer.from(`--b\r\n${part}${end}`);
}

interface Shot {
	body: Buffer;
	headers?: Headers;
	/** What is declared; the truth when left out, nothing when null. */
	length?: number | null;
	/** Instead of the body's bytes. */
	wire?: Buffer;
}

const event = () => Buffer.from(JSON.stringify(newEvent()));

const chunked = (body: Buffer) =>
	Buffer.concat([
		Buffer.from(`${body.length.toString(16)}\r\n`),
		body,
		Buffer.from('\r\n0\r\n\r\n'),
	]);

const TOO_LARGE = 20 * MEGABYTE;

const pack = (body: Buffer, headers: Headers, packed = gzipSync(body)): Shot => ({
	body,
	wire: packed,
	length: packed.length,
	headers: { ...zipped, ...headers },
});

/** What is sent, signed or forged, and how n8n or the node may answer. */
const SHOTS: Array<
	[what: string, statuses: number[], shot: () => Shot, sign: 'signed' | 'forged']
> = [
	['20 MB', [413, 500], () => ({ body: large(TOO_LARGE) }), 'signed'],
	['20 MB', [413, 500], () => ({ body: large(TOO_LARGE) }), 'forged'],
	[
		'20 MB in one chunk',
		[413, 500],
		() => {
			const body = large(TOO_LARGE);
			return {
				body,
				wire: chunked(body),
				length: null,
				headers: { 'Transfer-Encoding': 'chunked' },
			};
		},
		'signed',
	],
	['20 MB as text', [413, 500], () => ({ body: large(TOO_LARGE), headers: plain }), 'signed'],
	[
		'20 MB that the node reads',
		[401],
		() => ({ body: large(TOO_LARGE), headers: unread }),
		'signed',
	],
	['15 MB', [401], () => ({ body: large(15 * MEGABYTE) }), 'forged'],
	['10 MB of zeros, packed', [422], () => pack(Buffer.alloc(10 * MEGABYTE), {}), 'signed'],
	[
		'10 MB of zeros, packed, as text',
		[401],
		() => pack(Buffer.alloc(10 * MEGABYTE), plain),
		'forged',
	],
	[
		'10 MB of zeros, packed, as text',
		[400],
		() => pack(Buffer.alloc(10 * MEGABYTE), plain),
		'signed',
	],
	[
		'200 MB of zeros, packed',
		[413, 500],
		() => pack(Buffer.alloc(200 * MEGABYTE), plain),
		'signed',
	],
	[
		'200 MB of zeros that the node reads',
		[401],
		() => pack(Buffer.alloc(200 * MEGABYTE), unread),
		'signed',
	],
	['something that is not gzip', [400, 500], () => ({ body: event(), headers: zipped }), 'signed'],
	[
		'something that is not gzip, for the node',
		[401],
		() => ({ body: event(), headers: { ...zipped, ...unread } }),
		'signed',
	],
	[
		'half of a gzip',
		[400, 500],
		() => {
			const body = event();
			return pack(body, {}, gzipSync(body).subarray(0, -20));
		},
		'signed',
	],
	[
		'gzip that is called deflate',
		[400, 500],
		() => {
			const shot = pack(event(), {});
			return { ...shot, headers: { 'Content-Encoding': 'deflate' } };
		},
		'signed',
	],
	[
		'packed twice',
		[422],
		() => {
			const body = event();
			return pack(body, {}, gzipSync(gzipSync(body)));
		},
		'signed',
	],
	[
		'Brotli, which n8n does not know',
		[422],
		() => {
			const packed = deflateSync(event());
			return { body: packed, headers: { 'Content-Encoding': 'br' } };
		},
		'signed',
	],
	['form data', [401], () => ({ body: formBody('{}'), headers: form }), 'signed'],
	[
		'form data of 30 MB',
		[401, has('refusesLargeFormsAsBroken') ? 500 : 413],
		() => ({ body: formBody('x'.repeat(30 * MEGABYTE)), headers: form }),
		'signed',
	],
	[
		'form data without an end',
		[400, 401, 500],
		() => ({ body: formBody('{}', ''), headers: form }),
		'signed',
	],
	[
		'form data without a boundary',
		[400, 500],
		() => ({ body: formBody('{}'), headers: { 'Content-Type': 'multipart/form-data' } }),
		'signed',
	],
	['mixed parts', [400], () => ({ body: formBody('{}'), headers: unread }), 'signed'],
	['mixed parts', [401], () => ({ body: formBody('{}'), headers: unread }), 'forged'],
	[
		'XML',
		[401],
		() => ({ body: Buffer.from('<a/>'), headers: { 'Content-Type': 'text/xml' } }),
		'forged',
	],
	[
		'XML that grows',
		[401, 422],
		() => {
			const entities = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]>';
			return {
				body: Buffer.from(`${entities}<a>&c;</a>`),
				headers: { 'Content-Type': 'text/xml' },
			};
		},
		'forged',
	],
	[
		'another character set',
		[422],
		() => ({ body: event(), headers: { 'Content-Type': 'application/json; charset=utf-16' } }),
		'signed',
	],
	[
		'an unknown character set',
		[422],
		() => ({ body: event(), headers: { 'Content-Type': 'text/plain; charset=\\' } }),
		'signed',
	],
	['JSON that is no object', [400], () => ({ body: Buffer.from('[{}]') }), 'signed'],
	['JSON that ends too soon', [422], () => ({ body: Buffer.from('{"id":') }), 'signed'],
	[
		'100,000 levels',
		[401],
		() => ({ body: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) }),
		'forged',
	],
	['nothing', [401], () => ({ body: Buffer.alloc(0) }), 'forged'],
	['nothing', [400], () => ({ body: Buffer.alloc(0) }), 'signed'],
	[
		'less than there is',
		[400, 422],
		() => {
			const body = event();
			return { body, length: body.length - 10 };
		},
		'signed',
	],
	['a negative length', [400], () => ({ body: event(), length: -1 }), 'signed'],
	['two lengths', [400], () => ({ body: event(), headers: { 'Content-length': '1' } }), 'signed'],
	[
		'a length and chunks',
		[400],
		() => ({ body: event(), headers: { 'Transfer-Encoding': 'chunked' } }),
		'signed',
	],
	[
		'chunks that are none',
		[400],
		() => ({ body: event(), length: null, headers: { 'Transfer-Encoding': 'chunked' } }),
		'signed',
	],
	[
		'a control character in a header',
		[400],
		() => ({ body: event(), headers: { 'X-Other': 'a\x01b' } }),
		'signed',
	],
	[
		'a header of 100 KB',
		[431],
		() => ({ body: event(), headers: { 'X-Other': 'a'.repeat(100_000) } }),
		'signed',
	],
	[
		'a header in two lines',
		[400],
		() => ({ body: event(), headers: { 'X-Other': 'a\r\n b' } }),
		'signed',
	],
];

describe('what is refused', () => {
	it('is answered, starts nothing, and lets the next delivery through', async () => {
		const target = await publish();
		for (const [what, statuses, shot, sign] of SHOTS) {
			const { body, headers, length = body.length, wire = body } = shot();
			const signature = sign === 'signed' ? signed(body) : forged(body);
			const head = target.head(body, { ...signature, ...headers }, length);
			const [answer] = await exchange(target.url, head, wire);
			expect(statuses, `${what}, ${sign}: ${answer?.body}`).toContain(answer?.status);
		}
		await target.expectOnly();
	});

	it.each([
		['a signature of 0 bytes', () => ''],
		['a NUL in it', (good: string) => `${good}\0`],
		['upper case', (good: string) => good.toUpperCase()],
		['a second one', (good: string) => `${good}\r\nX-Vortex-Signature: ${good}`],
		['a list', (good: string) => `${good}, ${good}`],
	])('includes a header with %s', async (_what, change) => {
		const target = await publish();
		const body = event();
		const head = target.head(body, { 'X-Vortex-Signature': change(digest(body)) });
		const [{ status }] = await exchange(target.url, head, body);
		expect([400, 401]).toContain(status);
		await target.expectOnly();
	});
});

describe('a slow sender', () => {
	/** Sends a delivery byte by byte, but for the last 20 bytes. */
	async function dribble(target: Target, body: Buffer) {
		const socket = dial(target.url);
		const bytes = Buffer.concat([target.head(body, signed(body)), body]);
		for (const byte of bytes.subarray(0, -20)) {
			socket.write(Buffer.of(byte));
			await pause(5);
		}
		return { socket, rest: bytes.subarray(-20) };
	}

	it('that gives up starts nothing and holds nobody up', async () => {
		const target = await publish();
		const slow = await dribble(target, event());
		await target.expectOnly();
		slow.socket.destroy();
	});

	it('that gives up in the middle of the body starts nothing', async () => {
		const target = await publish();
		const body = event();
		const head = target.head(body, signed(body));
		const given = await breakOff(target.url, head, body.subarray(0, -1));
		expect(given.map(({ status }) => status)).not.toContain(200);
		await target.expectOnly();
	});

	it('that is complete at last starts one execution', async () => {
		const target = await publish();
		const sent = newEvent();
		const { socket, rest } = await dribble(target, Buffer.from(JSON.stringify(sent)));
		socket.write(rest);
		expect((await answers(socket)).map(({ status }) => status)).toEqual([200]);
		await target.expectOnly([sent.id]);
	});
});

describe('a sender that hangs up before the answer', () => {
	it('has its event executed once, and a repetition is ignored', async () => {
		const target = await publish();
		const [warmUp, timed] = [newEvent(), newEvent()];
		await target.deliver(warmUp);
		const start = performance.now();
		await target.deliver(timed);
		const usual = performance.now() - start;

		const events = Array.from({ length: 30 }, () => newEvent());
		const unanswered: string[] = [];
		for (const [index, sent] of events.entries()) {
			const body = Buffer.from(JSON.stringify(sent));
			const socket = dial(target.url);
			socket.write(Buffer.concat([target.head(body, signed(body)), body]));
			let isAnswered = false;
			socket.once('data', () => (isAnswered = true));
			await once(socket, 'connect');
			// At every moment between the first byte and the usual time of the answer.
			await pause((usual * index) / events.length);
			socket.destroy();
			if (!isAnswered) unanswered.push(sent.id);
		}
		await waitFor('The execution of an event whose sender was gone', 30, async () => {
			const ids = await target.executed();
			return ids.some((id) => unanswered.includes(id)) ? true : undefined;
		});
		for (const sent of events) expect((await target.deliver(sent)).status).toBe(200);
		await target.expectOnly([warmUp, timed, ...events].map(({ id }) => id));
	});
});

it('requests in one go are answered in their order, each for itself', async () => {
	const target = await publish();
	const first = newEvent();
	const second = newEvent();
	const parts = [first, newEvent(), second].flatMap((sent, index) => {
		const body = Buffer.from(JSON.stringify(sent));
		const signature = index === 1 ? forged(body) : signed(body);
		const connection = { Connection: index === 2 ? 'close' : 'keep-alive' };
		return [target.head(body, { ...signature, ...connection }), body];
	});
	const given = await exchange(target.url, ...parts);
	expect(given.map(({ status }) => status)).toEqual([200, 401, 200]);
	await target.expectOnly([first.id, second.id]);
});

// The default engine makes a sandbox for expressions for each delivery, which takes ten times as long.
describe('a flood', () => {
	const flooded = useStage({ N8N_EXPRESSION_ENGINE: 'legacy' });

	/** Memory that n8n's process takes, in MB. */
	async function memory(): Promise<number> {
		const status = await readFile(`/proc/${flooded.n8n.pid}/status`, 'utf8');
		return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
	}

	it('5,000 forged deliveries of 200 KB start nothing and leave nothing behind', async () => {
		const target = await publish(flooded);
		const body = large(200_000);
		const shoot = async () => {
			const signature = { 'X-Vortex-Signature': randomBytes(32).toString('hex') };
			const [{ status }] = await exchange(target.url, target.head(body, signature), body);
			expect(status).toBe(401);
		};
		const shootMany = async (count: number) => {
			const lanes = Array.from({ length: 10 }, async () => {
				for (let shot = 0; shot < count / 10; shot += 1) await shoot();
			});
			await Promise.all(lanes);
		};
		await shootMany(200);
		const before = await memory();
		const started = Date.now();
		await shootMany(5000);
		const seconds = Math.round((Date.now() - started) / 1000);
		const after = await memory();
		console.log(`attack: ${before} MB before, ${after} MB after 5,000 forged ones in ${seconds} s`);
		// A gigabyte was sent.
		expect(after - before).toBeLessThan(500);
		await target.expectOnly();
	}, 600_000);
});
