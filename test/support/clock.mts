// Clocks that a test winds itself, so that nothing has to be waited for.
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../nodes/shared/throttle';

/** The time that a request may take stays real: sockets do not know of our clocks. */
const deadline = (ms: number) => AbortSignal.timeout(ms);

/** A clock that stands still until it is wound on. */
export class StoppedClock implements Clock {
	/** What `random` gives; 0 means the longest pause. */
	chance = 0;

	readonly deadline = deadline;

	private time = Date.UTC(2026, 0, 1);

	private sleepers: Array<{ until: number; wake: () => void }> = [];

	now(): number {
		return this.time;
	}

	random(): number {
		return this.chance;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => this.sleepers.push({ until: this.time + ms, wake }));
	}

	/** Too short to be noticed, unless a test is about it. */
	moment: Clock['moment'] = async () => {};

	/** Lets time pass, and everything happen that it brings about. */
	async wind(ms: number): Promise<void> {
		this.time += ms;
		const due = this.sleepers.filter(({ until }) => until <= this.time);
		this.sleepers = this.sleepers.filter(({ until }) => until > this.time);
		for (const { wake } of due) wake();
		await turn();
	}
}

/** A clock on which every sleep is over at once, and is written down. */
export class HurriedClock implements Clock {
	/** What `random` gives; 0 means the longest pause. */
	chance = 0;

	readonly deadline = deadline;

	/** How long each sleep should have taken, in ms. */
	readonly slept: number[] = [];

	private time = Date.UTC(2026, 0, 1);

	now(): number {
		return this.time;
	}

	random(): number {
		return this.chance;
	}

	async sleep(ms: number): Promise<void> {
		this.time += ms;
		this.slept.push(ms);
	}

	async moment(): Promise<void> {}
}

/** Turns of the event loop without anything new after which everything waits for the clock. */
const QUIET_TURNS = 6;

/**
 * A clock that jumps to the next thing due as soon as everything else has come to rest: what takes
 * minutes is over in a moment, in the order in which it would have happened. Only for what happens
 * within this process; it would not wait for a socket.
 */
export class JumpingClock implements Clock {
	/** What `random` gives, one after the other, again and again; 0 means the longest pause. */
	chances = [0];

	readonly deadline = deadline;

	private time = Date.UTC(2026, 0, 1);

	private drawn = 0;

	private calls = 0;

	private sleepers: Array<{ until: number; wake: () => void }> = [];

	now = (): number => this.time;

	random = (): number => {
		this.drawn += 1;
		return this.chances[this.drawn % this.chances.length];
	};

	sleep = async (ms: number): Promise<void> => {
		this.calls += 1;
		await new Promise<void>((wake) => this.sleepers.push({ until: this.time + ms, wake }));
	};

	moment = this.sleep;

	/** Lets time pass until the work is over, and gives what it gave. */
	async during<T>(work: Promise<T>): Promise<T> {
		let isOver = false;
		const end = () => (isOver = true);
		work.then(end, end);
		while (!isOver) {
			await this.rest();
			this.jump();
		}
		return await work;
	}

	private async rest(): Promise<void> {
		let quiet = 0;
		while (quiet < QUIET_TURNS) {
			const before = this.calls;
			await turn();
			quiet = this.calls === before ? quiet + 1 : 0;
		}
	}

	private jump(): void {
		const next = Math.min(...this.sleepers.map(({ until }) => until));
		if (!Number.isFinite(next)) return;
		this.time = Math.max(this.time, next);
		const due = this.sleepers.filter(({ until }) => until <= next);
		this.sleepers = this.sleepers.filter(({ until }) => until > next);
		for (const { wake } of due) wake();
	}
}
