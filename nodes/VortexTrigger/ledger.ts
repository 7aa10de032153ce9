import { createHash } from 'crypto';
import { sleep } from 'n8n-workflow';

/** The part of an HTTP response that tells whether, and how, the host has answered. */
export interface Answer {
	readonly statusCode: number;
	readonly writableEnded: boolean;
	/** Whether `close` has been told already. */
	readonly closed?: boolean;
	once(event: 'finish' | 'close', listener: () => void): unknown;
}

interface Flight {
	answer: Answer;
	since: number;
}

export interface LedgerLimits {
	/** Most ids remembered. */
	size: number;
	/** How long an id is remembered, in ms. */
	age: number;
	/** How long a first delivery may go unanswered before the next one is let through, in ms. */
	flight: number;
	/** How long a repetition waits for the first delivery's answer, in ms. */
	patience: number;
	/** How often a waiting repetition looks, in ms. */
	interval: number;
}

const LIMITS: LedgerLimits = {
	size: 10_000,
	age: 24 * 60 * 60_000,
	flight: 60_000,
	patience: 10_000,
	interval: 50,
};

/** `first`: go on and start an execution. `seen`: stored before. `busy`: still not answered. */
export type Claim = 'first' | 'seen' | 'busy';

/**
 * Remembers, in this process, which events have been handed to the host.
 *
 * An id is "in flight" from its first delivery until the host has answered it, and "seen" only if
 * that answer was below 300: n8n answers after it has stored the execution, so an id that was
 * marked earlier would lose the event when storing fails. The response is asked rather than
 * listened to, because `finish` never comes when the sender hangs up before the answer, while the
 * host ends the response all the same.
 */
export class Ledger {
	private readonly seen = new Map<string, number>();

	private readonly flights = new Map<string, Flight>();

	private readonly limits: LedgerLimits;

	constructor(
		limits: Partial<LedgerLimits> = {},
		private readonly now: () => number = Date.now,
		private readonly wait: (ms: number) => Promise<void> = sleep,
	) {
		this.limits = { ...LIMITS, ...limits };
	}

	/** Ids remembered and in flight, for tests and benchmarks. */
	get size(): number {
		return this.seen.size + this.flights.size;
	}

	/**
	 * Claims an event for this delivery.
	 *
	 * @param parts what makes the event unique here: workflow, node and event id
	 * @param answer the response of this delivery
	 */
	async claim(parts: readonly string[], answer: Answer): Promise<Claim> {
		const key = createHash('sha256').update(JSON.stringify(parts)).digest('base64');
		const patienceEnds = this.now() + this.limits.patience;
		for (;;) {
			this.settle(key, this.flights.get(key));
			if (this.isSeen(key)) return 'seen';
			if (!this.flights.has(key)) {
				this.takeOff(key, answer);
				return 'first';
			}
			if (this.now() >= patienceEnds) return 'busy';
			await this.wait(this.limits.interval);
		}
	}

	private takeOff(key: string, answer: Answer): void {
		const flight: Flight = { answer, since: this.now() };
		this.flights.set(key, flight);
		answer.once('finish', () => this.settle(key, flight));
		answer.once('close', () => void this.follow(key, flight));
		if (answer.closed) void this.follow(key, flight);
	}

	/** Waits for the host's answer to a sender that has hung up, so that the response can be freed. */
	private async follow(key: string, flight: Flight): Promise<void> {
		this.settle(key, flight);
		while (this.flights.get(key) === flight) {
			await this.wait(this.limits.interval);
			this.settle(key, flight);
		}
	}

	private settle(key: string, flight: Flight | undefined): void {
		if (flight === undefined) return;
		const { answer, since } = flight;
		if (answer.writableEnded && answer.statusCode < 300) this.remember(key);
		const isOver = answer.writableEnded || this.now() - since >= this.limits.flight;
		if (isOver && this.flights.get(key) === flight) this.flights.delete(key);
	}

	private remember(key: string): void {
		this.seen.delete(key);
		this.seen.set(key, this.now());
		for (const [oldest, since] of this.seen) {
			if (this.seen.size <= this.limits.size && this.now() - since < this.limits.age) break;
			this.seen.delete(oldest);
		}
	}

	private isSeen(key: string): boolean {
		const since = this.seen.get(key);
		return since !== undefined && this.now() - since < this.limits.age;
	}
}
