import { Pace } from './pace';

/** Time and chance, so that a test can be its own clock. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	sleep(ms: number): Promise<void>;
	/** Like `sleep`, for what is too short to matter to anyone who waits. */
	moment(ms: number): Promise<void>;
	/** Is aborted after so many ms. */
	deadline(ms: number): AbortSignal;
	/** At least 0, below 1. */
	random(): number;
}

/** Longest pause, in ms, whatever the service asks for. */
const LONGEST_PAUSE = 60_000;

/** First pause, in ms, when the service does not say how long. */
const FIRST_PAUSE = 500;

/**
 * How far apart, in ms, two starts are held at most. Requests that start together are answered
 * together, and start together again: n8n sends none of them before it has dealt with all those answers,
 * so that each waits for the whole bunch.
 */
const APART = 3;

/** The part of the even distance that is kept. */
const PART = 0.6;

/** Longest time, in ms, for which whoever has an answer gives way. */
const LONGEST_WAY = 5;

/** A place among the requests in flight. */
export interface Slot {
	readonly epoch: number;
	/** Ms since 1970. */
	readonly start: number;
}

/** Thrown to whoever waits when the execution is cancelled, or when another item has failed. */
export class Stopped extends Error {
	constructor() {
		super('Everything was stopped before this was done');
	}
}

/**
 * Keeps the requests of one run within bounds: never more than `concurrency` in flight, all of them
 * paused when the service says that it is too much, then half as many, growing back with success, and
 * at the pace that the service has been seen to take. Pausing everything, rather than each request on
 * its own, makes the outcome independent of luck.
 */
export class Throttle {
	/** Requests that went well so far. */
	successes = 0;

	private inFlight = 0;

	private inLine = 0;

	private limit: number;

	private pausedUntil = 0;

	private pauses = 0;

	private epoch = 0;

	/** How long the last success took, in ms. */
	private answerTime = 0;

	/** By how much the last start was later than its distance asked for, in ms. */
	private late = 0;

	private readonly pace: Pace;

	/** Whoever wants to enter stands behind the one before. */
	private line: Promise<unknown> = Promise.resolve();

	private wakeFirst = () => {};

	private readonly end = new AbortController();

	private readonly onAbort = () => this.stop();

	/**
	 * @param concurrency most requests in flight, a whole number from 1
	 * @param signal is aborted when the execution is cancelled
	 */
	constructor(
		private readonly concurrency: number,
		private readonly clock: Clock,
		private readonly signal: AbortSignal | undefined,
	) {
		this.limit = concurrency;
		this.pace = new Pace(clock);
		if (signal?.aborted) this.stop();
		signal?.addEventListener('abort', this.onAbort, { once: true });
	}

	/** Lets go of the execution's signal, which outlives the run. */
	close(): void {
		this.signal?.removeEventListener('abort', this.onAbort);
	}

	/** Lets no further request begin, and ends every wait at once. */
	stop(): void {
		this.end.abort();
		this.wakeFirst();
	}

	/** Waits for a place among the requests in flight, first come, first served. Throws `Stopped`. */
	async enter(): Promise<Slot> {
		const turn = this.line.then(async () => await this.admit());
		this.line = turn.then(
			async () => await this.keepDistance(),
			() => {},
		);
		this.inLine += 1;
		try {
			return await turn;
		} finally {
			this.inLine -= 1;
		}
	}

	/** Gives the place back. */
	leave(): void {
		this.inFlight -= 1;
		this.wakeFirst();
	}

	/**
	 * Waits a moment when another request stands in line, as it takes the place: n8n sends it only when
	 * its one thread has nothing else to do, and whoever has an answer goes on to read the next item.
	 */
	async giveWay(): Promise<void> {
		const time = Math.min(LONGEST_WAY, Math.floor(this.evenDistance()));
		if (this.inLine > 0 && time > 0) await this.clock.moment(time);
	}

	/** Notes that the service did what was asked, so that more may be in flight again. */
	succeeded(slot: Slot): void {
		this.successes += 1;
		this.answerTime = this.clock.now() - slot.start;
		this.pace.succeeded();
		if (slot.epoch === this.epoch) this.pauses = 0;
		this.limit = Math.min(this.concurrency, this.limit + 1 / this.limit);
	}

	/**
	 * Pauses every request of the run, and lets it go on with less. Answers to requests that were sent
	 * before the last pause bring nothing new.
	 *
	 * @param slot the place of the request that was turned away
	 * @param asked how long the service asked to wait, in ms, if it did
	 * @param isItsOwn it is this one request that is turned away, not the run: pauses all the same
	 */
	pause(slot: Slot, asked: number | undefined, isItsOwn = false): void {
		const isNews = slot.epoch === this.epoch;
		if (!isNews && asked === undefined) return;
		if (isNews) {
			this.epoch += 1;
			this.pauses += 1;
		}
		const pause = Math.min(asked ?? this.backoff(this.pauses), LONGEST_PAUSE);
		this.pausedUntil = Math.max(this.pausedUntil, this.clock.now() + pause);
		if (isNews && !isItsOwn) {
			this.pace.refused(this.limit, this.pausedUntil);
			this.limit = Math.max(1, Math.floor(this.limit / 2));
		}
	}

	/**
	 * @param attempt 1 for the first repetition
	 * @returns how long to wait before it, in ms: doubling, with up to a half taken off by chance
	 */
	backoff(attempt: number): number {
		const longest = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
		return longest * (1 - this.clock.random() / 2);
	}

	/** Waits, but not longer than until everything is stopped. Throws `Stopped`. */
	async wait(ms: number): Promise<void> {
		const { signal } = this.end;
		await new Promise<void>((resolve) => {
			const done = () => {
				signal.removeEventListener('abort', done);
				resolve();
			};
			signal.addEventListener('abort', done, { once: true });
			if (signal.aborted) done();
			else void this.clock.sleep(ms).then(done);
		});
		this.checkStopped();
	}

	private async admit(): Promise<Slot> {
		for (;;) {
			this.checkStopped();
			const pause = Math.max(this.pausedUntil, this.pace.next) - this.clock.now();
			if (pause > 0) {
				await this.wait(Math.min(pause, LONGEST_PAUSE));
			} else if (this.inFlight < Math.floor(this.limit)) {
				this.inFlight += 1;
				this.pace.start();
				return { epoch: this.epoch, start: this.clock.now() };
			} else {
				await new Promise<void>((resolve) => (this.wakeFirst = resolve));
			}
		}
	}

	/**
	 * Keeps a part of the distance that would spread the starts evenly: all that may be in flight still
	 * can be. When n8n has so much else to do that the timer wakes late, as many go on without a timer
	 * as should have started meanwhile.
	 */
	private async keepDistance(): Promise<void> {
		const even = this.evenDistance();
		const distance = Math.min(APART, Math.floor(PART * even));
		if (distance <= 0) return;
		if (this.late >= even) {
			this.late -= even;
			return;
		}
		const due = this.clock.now() + distance;
		await this.clock.moment(distance);
		this.late = Math.min(this.clock.now() - due, this.answerTime);
	}

	/** @returns the ms between two starts when all that may be in flight are evenly spread */
	private evenDistance(): number {
		return this.answerTime / this.limit;
	}

	private checkStopped(): void {
		if (this.end.signal.aborted) throw new Stopped();
	}
}
