// What can go wrong between a client and Vortex, on demand.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** `before`: the work is not done. `after`: it is, and only the answer suffers. */
type When = 'before' | 'after';

export type Fault =
	/** Another answer in place of Vortex's. */
	| {
			kind: 'answer';
			status: number;
			when?: When;
			headers?: Record<string, string>;
			body?: string;
	  }
	/** The connection is cut: `unread` before the request's body is read. */
	| { kind: 'reset'; when?: When | 'unread' }
	/** The work is done, and the connection is cut in the middle of the answer. */
	| { kind: 'half' }
	/** The connection stays open and nothing comes. */
	| { kind: 'silence'; when?: When };

/** One request to the API and what became of it. */
export interface Encounter {
	method: string;
	url: string;
	/** What was sent; undefined when nothing was, or when it was not read. */
	body?: unknown;
	/** The status with which the work ended; undefined when it was not done. */
	worked?: number;
	/** The fault that it met. */
	fault?: Fault;
}

export interface Limits {
	/** More requests at the same time are answered 429. */
	inFlight?: number;
	/** More requests in a running second are answered 429. */
	perSecond?: number;
	/** `Retry-After` of those answers. */
	retryAfter?: string;
}

/** The time by which latency and limits are reckoned. */
export interface SandboxClock {
	/** Milliseconds. */
	now(): number;
	sleep(ms: number): Promise<unknown>;
}

const REAL_TIME: SandboxClock = { now: Date.now, sleep };

export class Faults {
	/** Picks the fault that a request meets. */
	plan: (request: { method: string; url: string; index: number }) => Fault | undefined = () =>
		undefined;

	/** How long every answer takes, in ms. */
	latency = 0;

	/** Is told when a request will get no answer. */
	onSilence: () => void = () => {};

	limits: Limits = {};

	clock = REAL_TIME;

	/** Every request since the last `clear`, in the order of arrival. */
	readonly encounters: Encounter[] = [];

	mostInFlight = 0;

	private inFlight = 0;

	private recent: number[] = [];

	clear(): void {
		this.plan = () => undefined;
		this.latency = 0;
		this.onSilence = () => {};
		this.limits = {};
		this.clock = REAL_TIME;
		this.encounters.length = 0;
		this.mostInFlight = 0;
		this.recent = [];
	}

	/** How many requests did their work. */
	worked(): number {
		return this.encounters.filter(({ worked = 500 }) => worked < 300).length;
	}

	install(app: FastifyInstance): void {
		const met = new WeakMap<FastifyRequest, Encounter>();

		app.addHook('onRequest', async (request, reply) => {
			if (!request.url.startsWith('/api/')) return;
			const { method, url } = request;
			const encounter: Encounter = { method, url };
			const index = this.encounters.push(encounter) - 1;
			met.set(request, encounter);
			this.inFlight += 1;
			this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
			reply.raw.once('close', () => (this.inFlight -= 1));
			const isTooMuch = this.isTooMuch();
			if (this.latency > 0) await this.clock.sleep(this.latency);
			encounter.fault = isTooMuch ? tooMany(this.limits) : this.plan({ method, url, index });
			const { fault } = encounter;
			if (fault?.kind === 'reset' && fault.when === 'unread') this.misbehave(fault, reply);
		});
		app.addHook('preHandler', async (request, reply) => {
			const encounter = met.get(request);
			if (encounter === undefined) return;
			encounter.body = request.body;
			const { fault } = encounter;
			if (fault && fault.kind !== 'half' && fault.when !== 'after') this.misbehave(fault, reply);
		});
		app.addHook('onSend', async (request, reply, payload) => {
			const encounter = met.get(request);
			if (encounter === undefined) return payload;
			const { fault } = encounter;
			if (fault === undefined || fault.kind === 'half' || fault.when === 'after') {
				encounter.worked = reply.statusCode;
			}
			if (fault?.kind === 'half') breakOff(reply, String(payload ?? ''));
			else if (fault?.when === 'after') this.misbehave(fault, reply);
			else return payload;
			// Fastify would send its own answer now.
			return await new Promise<never>(() => {});
		});
	}

	private misbehave(fault: Exclude<Fault, { kind: 'half' }>, reply: FastifyReply): void {
		if (!reply.sent) reply.hijack();
		if (fault.kind === 'silence') {
			this.onSilence();
			return;
		}
		if (fault.kind === 'reset') {
			reply.raw.destroy();
			return;
		}
		const { status, headers, body = '' } = fault;
		reply.raw.writeHead(status, { 'content-type': 'application/json', ...headers });
		reply.raw.end(body);
	}

	private isTooMuch(): boolean {
		const { inFlight = Infinity, perSecond = Infinity } = this.limits;
		const now = this.clock.now();
		this.recent = this.recent.filter((time) => time > now - 1000);
		if (this.inFlight > inFlight || this.recent.length >= perSecond) return true;
		this.recent.push(now);
		return false;
	}
}

function tooMany({ retryAfter }: Limits): Fault {
	const headers: Record<string, string> = retryAfter ? { 'retry-after': retryAfter } : {};
	return { kind: 'answer', status: 429, headers, body: '{"message":"Too Many Requests"}' };
}

function breakOff(reply: FastifyReply, payload: string): void {
	reply.raw.writeHead(200, {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(payload) + 1,
	});
	reply.raw.write(payload.slice(0, payload.length / 2), () => reply.raw.destroy());
}
