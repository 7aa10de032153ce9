import type { Clock } from './throttle';

/** The stretch, in ms, over which the pace of a service is measured. */
const SECOND = 1_000;

/** The part of the measured pace to go on with, so as not to meet the service at its very limit. */
const KEPT = 0.95;

/** How long, in ms, until a pace without refusals has doubled: it grows hardly at first, then faster. */
const DOUBLES_IN = 20_000;

/** A timer wakes late. By how much, in ms, at most the next start is not put off as well. */
const LATE = 10;

/**
 * How fast requests may start: without bound until the service turns one away, then about as fast as
 * it has been seen to serve, evenly spread. A run that only pauses meets the limit of a service that
 * allows so many requests a second again after each pause, and leaves it idle in between.
 */
export class Pace {
	/** The time, in ms since 1970, before which the next request should not start. */
	next = 0;

	private perSecond = Infinity;

	private grownSince = 0;

	/** When the successes of the last second came. */
	private recent: number[] = [];

	private readonly begun: number;

	constructor(private readonly clock: Clock) {
		this.begun = clock.now();
	}

	/** Notes that a request starts now. */
	start(): void {
		// Without a bound, not even a clock that is put back may hold anyone up.
		if (this.perSecond === Infinity) return;
		const now = this.clock.now();
		const growth = 1 + (Math.max(0, now - this.grownSince) / DOUBLES_IN) ** 3;
		this.next = Math.max(this.next, now - LATE) + SECOND / (this.perSecond * growth);
	}

	/** Notes that the service has done what was asked. */
	succeeded(): void {
		this.recent.push(this.clock.now());
		this.forget();
	}

	/**
	 * Takes the pace down, because the service has refused to go faster.
	 *
	 * More served within a second than could be in flight: so many a second is what the service takes.
	 * Otherwise their number at once may have been too much, and half of it is tried. From then on it
	 * is what was served in the last second, but at least half as fast as before: a pause, in which
	 * nothing could be served, may be a part of that second. Nothing served at all says nothing.
	 *
	 * @param inFlight how many requests could be in flight
	 * @param resumeAt when requests may start again, in ms since 1970
	 */
	refused(inFlight: number, resumeAt: number): void {
		this.forget();
		const served = this.recent.length;
		if (this.perSecond === Infinity) {
			const age = Math.min(SECOND, this.clock.now() - this.begun);
			this.perSecond = served > inFlight ? KEPT * served : ((inFlight / 2) * SECOND) / age;
		} else if (served > 0) {
			this.perSecond = Math.max(KEPT * served, this.perSecond / 2);
		}
		this.next = resumeAt;
		this.grownSince = resumeAt;
	}

	private forget(): void {
		const start = this.clock.now() - SECOND;
		while (this.recent[0] <= start) this.recent.shift();
	}
}
