// What the API may do, and what the client does then: the contract's table of faults.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { ExecuteContext } from 'n8n-core';
import type { NodeApiError } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';
import { VortexClient, type ApiRequest } from '../../nodes/shared/client';
import { HurriedClock } from '../support/clock.mts';
import { useScriptedServer, type Answer, type Outage } from '../support/scripted.mts';
import { invitationNode } from '../support/vortex.mts';
import { makeWorkflow, type Credential } from './n8n.mts';

const vortex = useScriptedServer();

interface Settings {
	concurrency?: number;
	timeout?: number;
	maxRetries?: number;
	credential?: Credential;
}

/** The client as a node opens it on the real host, on a clock without waiting. */
async function openClient({ credential = vortex.credential, ...settings }: Settings = {}) {
	const setup = makeWorkflow({ credential, node: invitationNode('get', { invitationId: 'x' }) });
	const { workflow, node, additionalData } = setup;
	const cancelling = new AbortController();
	const host = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'manual',
		{ resultData: { runData: {} } } as never,
		0,
		[],
		{ main: [[]] },
		{ node, data: { main: [[]] }, source: null },
		[],
		cancelling.signal,
	);
	const clock = new HurriedClock();
	const limits = { concurrency: 10, timeout: 5_000, maxRetries: 3, ...settings };
	return { client: await VortexClient.open(host, limits, clock), clock, cancelling, host };
}

/** How a request ended: with an answer, or with an error. */
async function outcome(client: VortexClient, request: ApiRequest) {
	return await client.send(request, 7).then(
		(answer) => ({ answer, error: undefined }),
		(error: NodeApiError) => ({ answer: undefined, error }),
	);
}

const READ: ApiRequest = { method: 'GET', path: ['invitations', 'inv-1'] };
const DELETE: ApiRequest = { method: 'DELETE', path: ['invitations', 'inv-1'] };
const SET: ApiRequest = {
	method: 'POST',
	path: ['invitations', 'autojoin'],
	body: { domains: [] },
	repeatable: true,
};
const CREATE: ApiRequest = { method: 'POST', path: ['invitations'], body: { target: {} } };
const RESEND: ApiRequest = { method: 'POST', path: ['invitations', 'inv-1', 'reinvite'] };

const REPEATABLE: Array<[name: string, request: ApiRequest]> = [
	['a read', READ],
	['a delete', DELETE],
	['an autojoin post', SET],
];

const ONE_SHOT: Array<[name: string, request: ApiRequest]> = [
	['a create', CREATE],
	['a resend', RESEND],
];

const EVERY = [...REPEATABLE, ...ONE_SHOT];

const OK: Answer = { body: { id: 'inv-1' } };

const UNCERTAIN: Array<Answer | Outage> = [
	{ status: 408 },
	{ status: 500, body: { message: 'Internal server error' } },
	{ status: 502, body: '<html>Bad gateway</html>' },
	{ status: 503 },
	{ status: 504 },
	'reset',
	'silence',
];

describe.each(UNCERTAIN)('after %j', (fault) => {
	const settings = { timeout: fault === 'silence' ? 300 : 5_000 };

	it.each(REPEATABLE)('%s is tried again', async (_name, request) => {
		vortex.answer([fault, OK]);
		const { client, clock } = await openClient(settings);
		expect(await client.send(request, 0)).toMatchObject({ status: 200, body: OK.body });
		expect(vortex.arrivals).toHaveLength(2);
		expect(clock.slept).toEqual([500]);
		expect(vortex.arrivals[1]).toEqual(
			expect.objectContaining({ ...vortex.arrivals[0], headers: expect.anything() }),
		);
	});

	it.each(ONE_SHOT)('%s is not, and may have been done', async (_name, request) => {
		vortex.answer([fault, OK]);
		const { client, clock } = await openClient(settings);
		const { error } = await outcome(client, request);
		expect(error?.description).toContain('may have been done');
		expect(error?.context).toMatchObject({ outcome: 'unknown', itemIndex: 7 });
		expect(vortex.arrivals).toHaveLength(1);
		expect(clock.slept).toEqual([]);
	});
});

describe('the tries of a request', () => {
	it.each([0, 1, 3])('are one, and %i more', async (maxRetries) => {
		vortex.answer([{ status: 500 }]);
		const { client } = await openClient({ maxRetries });
		const { error } = await outcome(client, READ);
		expect(error?.httpCode).toBe('500');
		expect(vortex.arrivals).toHaveLength(maxRetries + 1);
	});

	it('are further and further apart, by chance up to a half nearer', async () => {
		vortex.answer([{ status: 500 }]);
		const [most, half] = [await openClient(), await openClient()];
		half.clock.chance = 0.5;
		await outcome(most.client, READ);
		await outcome(half.client, READ);
		expect(most.clock.slept).toEqual([500, 1_000, 2_000]);
		expect(half.clock.slept).toEqual([375, 750, 1_500]);
	});

	it.each([
		['a read that never came through changed nothing', READ, 'not done'],
		['a delete that never came through may have been done', DELETE, 'unknown'],
		['an autojoin post that never came through may have been done', SET, 'unknown'],
	])('%s', async (_what, request, expected) => {
		vortex.answer([{ status: 500 }]);
		const { client } = await openClient({ maxRetries: 1 });
		const { error } = await outcome(client, request);
		expect(error?.context.outcome).toBe(expected);
		expect(error?.description?.includes('may have been done')).toBe(expected === 'unknown');
	});

	it('do not make certain what an earlier one has left open', async () => {
		vortex.answer([{ status: 500 }, { status: 401 }]);
		const { client } = await openClient();
		const { error } = await outcome(client, DELETE);
		expect(error?.httpCode).toBe('401');
		expect(error?.context.outcome).toBe('unknown');
		expect(vortex.arrivals).toHaveLength(2);
	});
});

describe('a 404', () => {
	it.each([{ status: 500 }, 'reset'] as const)(
		'after our own repeated delete is success (%j)',
		async (fault) => {
			vortex.answer([fault, { status: 404, body: { message: 'Invitation inv-1 not found' } }]);
			const { client } = await openClient();
			expect(await client.send(DELETE, 0)).toMatchObject({ body: undefined });
			expect(vortex.arrivals).toHaveLength(2);
		},
	);

	it.each([
		['a first delete', DELETE, []],
		['a delete that was only turned away before', DELETE, [{ status: 429 }]],
		['a repeated read', READ, [{ status: 500 }]],
		['a repeated autojoin post', SET, [{ status: 500 }]],
	])('after %s is none', async (_what, request, before) => {
		vortex.answer([...before, { status: 404, body: { message: 'not found' } }]);
		const { client } = await openClient();
		const { error } = await outcome(client, request);
		expect(error?.httpCode).toBe('404');
		expect(vortex.arrivals).toHaveLength(before.length + 1);
	});
});

describe.each([400, 401, 403, 404, 409, 422])('a %i', (status) => {
	it.each(EVERY)('to %s is final after one request', async (_name, request) => {
		vortex.answer([{ status, body: { statusCode: status, message: 'said the service' } }, OK]);
		const { client, clock } = await openClient();
		const { error } = await outcome(client, request);
		expect(error?.message).toMatch(/: said the service$/);
		expect(error?.description).toBeTruthy();
		expect(error).toMatchObject({
			httpCode: String(status),
			context: { itemIndex: 7, outcome: 'not done' },
		});
		expect(error?.description).not.toContain('may have been done');
		expect(error?.description?.includes('Nothing was changed')).toBe(request.method !== 'GET');
		expect(vortex.arrivals).toHaveLength(1);
		expect(clock.slept).toEqual([]);
	});
});

describe('the credential', () => {
	it('is read once: a run is not sent half with the old key and half with the new one', async () => {
		vortex.answer([OK]);
		const credential: Credential = { ...vortex.credential };
		const { client } = await openClient({ credential });
		credential.apiKey = 'VRTX.another.key';
		await client.send(READ, 0);
		await client.send(CREATE, 1);
		const keys = vortex.arrivals.map(({ headers }) => headers['x-api-key']);
		expect(keys).toEqual([vortex.credential.apiKey, vortex.credential.apiKey]);
	});
});

describe('an expected refusal', () => {
	it('is an answer', async () => {
		vortex.answer([{ status: 404, body: { message: 'nothing pending' } }]);
		const { client } = await openClient();
		const isExpected = (status: number, message: string) =>
			status === 404 && message === 'nothing pending';
		expect(await client.send({ ...CREATE, isExpected }, 0)).toEqual({
			status: 404,
			body: undefined,
			message: 'nothing pending',
		});
	});
});

describe('too many requests', () => {
	const date = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toUTCString();

	it.each<[what: string, refusal: Answer, pause: number]>([
		['429 with seconds', { status: 429, headers: { 'Retry-After': '2' } }, 2_000],
		['429 with a date', { status: 429, headers: { 'Retry-After': date(30) } }, 30_000],
		['429 with a long time', { status: 429, headers: { 'Retry-After': '3600' } }, 60_000],
		['429 without a time', { status: 429 }, 500],
		['429 with nonsense', { status: 429, headers: { 'Retry-After': 'soon' } }, 500],
		['503 with seconds', { status: 503, headers: { 'Retry-After': '2' } }, 2_000],
	])('%s: every kind of request waits and is tried again', async (_what, refusal, pause) => {
		for (const [, request] of EVERY) {
			vortex.arrivals.length = 0;
			vortex.answer([refusal, OK]);
			const { client, clock } = await openClient();
			expect(await client.send(request, 0)).toMatchObject({ body: OK.body });
			expect(vortex.arrivals).toHaveLength(2);
			expect(clock.slept).toEqual([pause]);
		}
	});

	it.each(['0', date(0), date(-60)])('Retry-After: %s waits for nothing', async (header) => {
		vortex.answer([{ status: 429, headers: { 'Retry-After': header } }, OK]);
		const { client, clock } = await openClient();
		expect(await client.send(CREATE, 0)).toMatchObject({ body: OK.body });
		expect(clock.slept).toEqual([]);
	});

	it('ends after maxRetries when nothing at all gets through, and nothing was done', async () => {
		vortex.answer([{ status: 429, body: { message: 'slow down' } }]);
		const { client } = await openClient({ maxRetries: 2 });
		const { error } = await outcome(client, CREATE);
		expect(vortex.arrivals).toHaveLength(3);
		expect(error?.message).toMatch(/: slow down$/);
		expect(error).toMatchObject({ httpCode: '429', context: { outcome: 'not done' } });
		expect(error?.description).toContain("'Requests at Once'");
	});

	it('does not count while others succeed', async () => {
		const { client } = await openClient({ maxRetries: 1, concurrency: 64 });
		const other: ApiRequest = { method: 'GET', path: ['invitations', 'other'] };
		let refusals = 0;
		vortex.answer(async ({ url }) => {
			if (url.endsWith('/other') || refusals === 4) return OK;
			refusals += 1;
			await client.send(other, 0);
			return { status: 429, headers: { 'Retry-After': '0' } };
		});
		expect(await client.send(CREATE, 0)).toMatchObject({ body: OK.body });
		expect(refusals).toBe(4);
	});
});

describe('a request that never left', () => {
	it.each(EVERY)('%s: is tried again, and was not done', async (_name, request) => {
		const credential = { ...vortex.credential, baseUrl: 'http://127.0.0.1:1' };
		const { client, clock } = await openClient({ credential });
		const { error } = await outcome(client, request);
		expect(clock.slept).toEqual([500, 1_000, 2_000]);
		expect(error?.message).toBe('Vortex could not be reached (ECONNREFUSED)');
		expect(error?.context.outcome).toBe('not done');
	});

	it('because there is no secure connection is not tried again', async () => {
		const baseUrl = vortex.url.replace('http:', 'https:');
		const { client, clock } = await openClient({ credential: { ...vortex.credential, baseUrl } });
		const { error } = await outcome(client, CREATE);
		expect(error?.message).toContain('No secure connection');
		expect(error?.context.outcome).toBe('not done');
		expect(clock.slept).toEqual([]);
		expect(vortex.arrivals).toEqual([]);
	});

	it.each(['', '.', '..'])('because a part of its path is "%s"', async (part) => {
		const { client } = await openClient();
		for (const request of [READ, DELETE, RESEND]) {
			const { error } = await outcome(client, { ...request, path: ['invitations', part] });
			expect(error?.context.outcome).toBe('not done');
		}
		expect(vortex.arrivals).toEqual([]);
	});
});

describe('on n8n before 2.41, which loses the causes of an error', () => {
	it.each([
		['ECONNABORTED', CREATE, 'unknown', 0],
		['ECONNRESET', CREATE, 'unknown', 0],
		['ECONNREFUSED', CREATE, 'not done', 3],
		['ECONNRESET', READ, 'not done', 3],
	])('%s is still told by its code', async (httpCode, request, told, repetitions) => {
		const { client, clock, host } = await openClient();
		host.helpers.httpRequestWithAuthentication = async () => {
			throw Object.assign(new Error('The connection was aborted'), { httpCode });
		};
		const { error } = await outcome(client, request);
		expect(error?.context.outcome).toBe(told);
		expect(clock.slept).toHaveLength(repetitions);
	});
});

describe('an answer that never comes to its end', () => {
	const CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

	it.each([
		['101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
		['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
		['a drip of spaces', CHUNKS],
	])('is waited for no longer than the timeout: %s', async (_what, head) => {
		const sockets: Socket[] = [];
		const server = createServer((socket) => {
			sockets.push(socket.on('error', () => {}));
			socket.once('data', () => {
				socket.write(head);
				if (head === CHUNKS) drip = setInterval(() => socket.write('1\r\n \r\n'), 20);
			});
		}).listen(0, '127.0.0.1');
		let drip: NodeJS.Timeout | undefined;
		try {
			await once(server, 'listening');
			const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
			const credential = { ...vortex.credential, baseUrl };
			const { client } = await openClient({ credential, timeout: 200 });
			const { error } = await outcome(client, CREATE);
			expect(error?.message).toBe('Vortex did not answer in time');
			expect(error?.context.outcome).toBe('unknown');
			expect(sockets).toHaveLength(1);
			await vi.waitFor(() => expect(sockets[0].destroyed).toBe(true));
		} finally {
			clearInterval(drip);
			for (const socket of sockets) socket.destroy();
			server.close();
		}
	});
});

describe('encryption that breaks down', () => {
	it.each([
		['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'unknown'],
		['ERR_SSL_BAD_RECORD_TYPE', 'unknown'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'not done'],
		['CERT_HAS_EXPIRED', 'not done'],
		['EPROTO', 'not done'],
	])('with %s is told as %s, and not tried again', async (code, told) => {
		const { client, clock, host } = await openClient();
		let requests = 0;
		host.helpers.httpRequestWithAuthentication = async () => {
			requests += 1;
			throw Object.assign(new Error('write failed'), { cause: { code } });
		};
		const { error } = await outcome(client, CREATE);
		expect(error?.message).toBe(`No secure connection to Vortex could be made (${code})`);
		expect(error?.context.outcome).toBe(told);
		expect(error?.description?.includes('may have been done')).toBe(told === 'unknown');
		expect(requests).toBe(1);
		expect(clock.slept).toEqual([]);
	});
});

describe('cancelling', () => {
	it('ends a request under way, which is not sent again', async () => {
		const { client, cancelling } = await openClient();
		vortex.answer(() => {
			cancelling.abort();
			return 'silence';
		});
		const { error } = await outcome(client, READ);
		expect(error?.message).toContain('cancelled');
		expect(vortex.arrivals).toHaveLength(1);
	});

	it('lets no further request out', async () => {
		const { client, cancelling } = await openClient();
		cancelling.abort();
		const { error } = await outcome(client, CREATE);
		expect(error?.message).toContain('cancelled');
		expect(vortex.arrivals).toEqual([]);
	});
});
