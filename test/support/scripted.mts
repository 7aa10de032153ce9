// A server that answers what a test tells it: for everything that the sandbox, being well-behaved, never does.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { API_KEY } from './vortex.mts';

/** A request, as it arrived. */
export interface Arrival {
	method: string;
	/** Path and query, still encoded. */
	url: string;
	headers: IncomingMessage['headers'];
	/** The JSON that was sent, or undefined. */
	body: unknown;
}

export interface Answer {
	/** Default 200. */
	status?: number;
	headers?: Record<string, string>;
	/** An object is sent as JSON, text as it is; left out, the answer is empty. */
	body?: unknown;
}

/** What becomes of a request that is not answered: left without an answer, or the connection cut. */
export type Outage = 'silence' | 'reset';

/**
 * @param arrival the request to answer
 * @param index how many requests arrived before it
 */
export type Script = (
	arrival: Arrival,
	index: number,
) => Answer | Outage | Promise<Answer | Outage>;

export interface ScriptedServer {
	readonly url: string;
	readonly credential: { apiKey: string; baseUrl: string };
	/** Every request since the test began, in the order of arrival. */
	readonly arrivals: Arrival[];
	/** The most requests that were waiting for their answer at the same time. */
	readonly mostInFlight: number;
	/** Says how requests are answered from now on: with a script, or with a list of answers, the last of them again and again. */
	answer(script: Script | ReadonlyArray<Answer | Outage>): void;
}

/** Starts a scripted server before the file's tests. Each test begins with answers of `{}`. */
export function useScriptedServer(): ScriptedServer {
	const arrivals: Arrival[] = [];
	let script: Script = () => ({ body: {} });
	let inFlight = 0;
	let mostInFlight = 0;
	let url = '';

	const server = createServer((request, response) => void serve(request, response));

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		inFlight += 1;
		mostInFlight = Math.max(mostInFlight, inFlight);
		response.once('close', () => (inFlight -= 1));
		const { method = '', headers } = request;
		const index = arrivals.length;
		const arrival: Arrival = { method, url: String(request.url), headers, body: undefined };
		arrivals.push(arrival);
		const sent = await text(request).catch(() => '');
		if (sent !== '') arrival.body = JSON.parse(sent);
		const answer = await script(arrival, index);
		if (answer === 'silence') return;
		if (answer === 'reset') return void request.socket.destroy();
		const isText = typeof answer.body === 'string';
		response.writeHead(answer.status ?? 200, {
			'Content-Type': isText ? 'text/plain' : 'application/json',
			...answer.headers,
		});
		response.end(isText || answer.body === undefined ? answer.body : JSON.stringify(answer.body));
	}

	beforeAll(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	beforeEach(() => {
		arrivals.length = 0;
		mostInFlight = 0;
		script = () => ({ body: {} });
	});
	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	return {
		arrivals,
		get url() {
			return url;
		},
		get credential() {
			return { apiKey: API_KEY, baseUrl: url };
		},
		get mostInFlight() {
			return mostInFlight;
		},
		answer(given) {
			if (typeof given === 'function') {
				script = given;
				return;
			}
			const left = [...given];
			script = () => (left.length > 1 ? left.shift() : left[0]) as Answer | Outage;
		},
	};
}

/** @returns a promise, and what fulfils it: to hold an answer back until a test lets it go */
export function gate(): { opened: Promise<void>; open: () => void } {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { opened, open };
}
