import { describe, expect, it } from 'vitest';
import { Pace } from '../../nodes/shared/pace';
import { StoppedClock } from '../support/clock.mts';

/** A run that is served `served` requests, evenly over `ms`. */
async function serve(pace: Pace, clock: StoppedClock, served: number, ms: number): Promise<void> {
	for (let n = 0; n < served; n += 1) {
		await clock.wind(ms / served);
		pace.succeeded();
	}
}

/** The gap in ms that is kept between two starts. */
function gap(pace: Pace, clock: StoppedClock): number {
	pace.start();
	return pace.next - clock.now();
}

describe('the pace', () => {
	it('has no bound as long as nothing is refused', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 500, 1_000);
		expect(gap(pace, clock)).toBeLessThanOrEqual(0);
	});

	it('has no bound either when the clock of the machine is put back', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		pace.start();
		await clock.wind(-3_600_000);
		expect(pace.next).toBeLessThanOrEqual(clock.now());
	});

	it('is what a second of the service holds, when more was served than could be in flight', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 50, 250);
		pace.refused(10, clock.now());
		expect(gap(pace, clock)).toBeCloseTo(1_000 / (50 * 0.95));
	});

	it('is half of what was tried, when it may have been the number at once', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 4, 50);
		pace.refused(10, clock.now());
		expect(gap(pace, clock)).toBeCloseTo(50 / 5);
	});

	it('falls at later refusals to what was served in the last second, at most by half', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 50, 250);
		pace.refused(10, clock.now());
		await serve(pace, clock, 40, 1_000);
		pace.refused(10, clock.now());
		expect(gap(pace, clock)).toBeCloseTo(1_000 / (40 * 0.95));
		await serve(pace, clock, 3, 1_000);
		pace.refused(10, clock.now());
		expect(pace.next).toBe(clock.now());
		expect(gap(pace, clock)).toBeCloseTo(1_000 / 19);
	});

	it('stays as it is when nothing at all was served', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 50, 250);
		pace.refused(10, clock.now());
		for (let n = 0; n < 20; n += 1) {
			await clock.wind(2_000);
			pace.refused(10, clock.now());
		}
		expect(gap(pace, clock)).toBeCloseTo(1_000 / (50 * 0.95));
	});

	it('grows, hardly at first and then fast, when nothing is refused any more', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 100, 250);
		pace.refused(10, clock.now());
		const perSecond: number[] = [];
		for (let n = 0; n < 4; n += 1) {
			await clock.wind(10_000);
			perSecond.push(Math.round(1_000 / (gap(pace, clock) + 10)));
		}
		expect(perSecond).toEqual([107, 190, 416, 855]);
	});

	it('is kept on the whole by timers that wake a little late', async () => {
		const clock = new StoppedClock();
		const pace = new Pace(clock);
		await serve(pace, clock, 100, 250);
		pace.refused(10, clock.now());
		const begun = clock.now();
		for (let n = 0; n < 95; n += 1) {
			await clock.wind(pace.next - clock.now() + 4);
			pace.start();
		}
		expect(clock.now() - begun).toBeLessThan(1_000);
	});
});
