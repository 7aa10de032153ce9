// Clocks that a test winds itself, so that nothing has to be waited for.
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../nodes/shared/throttle';

/** A clock that stands still until it is wound on. */
export class StoppedClock implements Clock {
	/** What `random` gives; 0 means the longest pause. */
	chance = 0;

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
}
