import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Stopped, Throttle, type Slot } from '../../nodes/shared/throttle';
import { StoppedClock } from '../support/clock.mts';

/** A throttle on a clock that stands still. */
function makeThrottle(concurrency: number) {
	const clock = new StoppedClock();
	const cancelling = new AbortController();
	const throttle = new Throttle(concurrency, clock, cancelling.signal);
	return { clock, throttle, cancel: () => cancelling.abort() };
}

/** Lets as many in as may be, and says which they are. More are left waiting. */
async function enterAll(throttle: Throttle, clock: StoppedClock, count: number): Promise<Slot[]> {
	const slots: Slot[] = [];
	for (let n = 0; n < count; n += 1) void throttle.enter().then((slot) => slots.push(slot));
	await clock.wind(0);
	return slots;
}

describe('requests in flight', () => {
	it('are never more than allowed, and the next one enters when one leaves', async () => {
		const { throttle, clock } = makeThrottle(3);
		const slots = await enterAll(throttle, clock, 10);
		expect(slots).toHaveLength(3);
		throttle.leave();
		await clock.wind(0);
		expect(slots).toHaveLength(4);
		throttle.leave();
		throttle.leave();
		await clock.wind(0);
		expect(slots).toHaveLength(6);
	});

	it('all get through in the end', async () => {
		const { throttle, clock } = makeThrottle(2);
		let inFlight = 0;
		let most = 0;
		const requests = Array.from({ length: 50 }, async () => {
			const slot = await throttle.enter();
			inFlight += 1;
			most = Math.max(most, inFlight);
			await turn();
			inFlight -= 1;
			throttle.succeeded(slot);
			throttle.leave();
		});
		await clock.wind(0);
		await Promise.all(requests);
		expect(most).toBe(2);
		expect(throttle.successes).toBe(50);
	});
});

describe('the distance between two starts', () => {
	/** Serves one request, which takes so long, and says how far the next two are held apart, in ms. */
	async function distanceAfter(answerTime: number, concurrency: number): Promise<number> {
		const { throttle, clock } = makeThrottle(concurrency);
		const [slot] = await enterAll(throttle, clock, 1);
		await clock.wind(answerTime);
		throttle.succeeded(slot);
		throttle.leave();
		let distance = 0;
		clock.moment = async (ms) => {
			distance = ms;
			await clock.sleep(ms);
		};
		const entered = await enterAll(throttle, clock, 2);
		expect(entered).toHaveLength(distance === 0 ? 2 : 1);
		await clock.wind(distance);
		expect(entered).toHaveLength(2);
		return distance;
	}

	it.each([
		[50, 10, 3],
		[50, 20, 1],
		[20, 10, 1],
		[50, 50, 0],
		[10, 10, 0],
		[60_000, 2, 3],
	])('answers after %i ms, %i in flight: %i ms', async (answerTime, concurrency, expected) => {
		expect(await distanceAfter(answerTime, concurrency)).toBe(expected);
	});
});

describe('whoever has an answer', () => {
	/** How long it gives way, in ms, with so many requests in line. */
	async function wayGiven(answerTime: number, concurrency: number, inLine: number) {
		const { throttle, clock } = makeThrottle(concurrency);
		const slots = await enterAll(throttle, clock, concurrency);
		await clock.wind(answerTime);
		throttle.succeeded(slots[0]);
		await enterAll(throttle, clock, inLine);
		let time = 0;
		clock.moment = async (ms) => void (time = ms);
		await throttle.giveWay();
		return time;
	}

	it.each([
		[50, 10, 5],
		[5_000, 2, 5],
		[50, 20, 2],
		[9, 10, 0],
	])(
		'gives way to who is in line: answers after %i ms, %i in flight: %i ms',
		async (answerTime, concurrency, expected) => {
			expect(await wayGiven(answerTime, concurrency, 1)).toBe(expected);
		},
	);

	it('goes on when nobody is in line', async () => {
		expect(await wayGiven(50, 10, 0)).toBe(0);
	});

	it('goes on when who was in line has a place', async () => {
		const { throttle, clock } = makeThrottle(1);
		const [slot] = await enterAll(throttle, clock, 1);
		await enterAll(throttle, clock, 1);
		await clock.wind(50);
		throttle.succeeded(slot);
		throttle.leave();
		await clock.wind(0);
		let time = 0;
		clock.moment = async (ms) => void (time = ms);
		await throttle.giveWay();
		expect(time).toBe(0);
	});
});

describe('a timer that wakes late', () => {
	it('holds nobody up: as many start at once as have to for all to be in flight', async () => {
		const { throttle, clock } = makeThrottle(10);
		const slots = await enterAll(throttle, clock, 10);
		await clock.wind(50);
		clock.moment = clock.sleep;
		for (const slot of slots) {
			throttle.succeeded(slot);
			throttle.leave();
		}
		const entered = await enterAll(throttle, clock, 10);
		expect(entered).toHaveLength(1);
		// Asked to wait 3 ms, the timer wakes after 23: four times the 5 ms that are even, too late.
		await clock.wind(23);
		expect(entered).toHaveLength(6);
		await clock.wind(3);
		expect(entered).toHaveLength(7);
	});
});

describe('a pause', () => {
	it('holds everyone, also those who come later, until it is over', async () => {
		const { throttle, clock } = makeThrottle(4);
		const [slot] = await enterAll(throttle, clock, 1);
		throttle.pause(slot, 5_000);
		throttle.leave();
		const later = await enterAll(throttle, clock, 2);
		await clock.wind(4_999);
		expect(later).toHaveLength(0);
		await clock.wind(1);
		expect(later).toHaveLength(2);
	});

	it('lasts 60 seconds at most, whatever the service asks for', async () => {
		const { throttle, clock } = makeThrottle(2);
		const [slot] = await enterAll(throttle, clock, 1);
		throttle.pause(slot, 3_600_000);
		throttle.leave();
		const later = await enterAll(throttle, clock, 1);
		await clock.wind(59_999);
		expect(later).toHaveLength(0);
		await clock.wind(1);
		expect(later).toHaveLength(1);
	});

	it('becomes longer, never shorter, when another answer of the burst asks for more', async () => {
		const { throttle, clock } = makeThrottle(4);
		const [a, b, c] = await enterAll(throttle, clock, 3);
		throttle.pause(a, 2_000);
		throttle.pause(b, 5_000);
		throttle.pause(c, 1_000);
		for (let n = 0; n < 3; n += 1) throttle.leave();
		const later = await enterAll(throttle, clock, 1);
		await clock.wind(4_999);
		expect(later).toHaveLength(0);
		await clock.wind(1);
		expect(later).toHaveLength(1);
	});

	it('doubles from one refusal to the next when the service names no time, until a success', async () => {
		const { throttle, clock } = makeThrottle(1);
		/** Lets one in, and says how long that took. */
		const enterOne = async (): Promise<{ slot: Slot; waited: number }> => {
			const entered = await enterAll(throttle, clock, 1);
			let waited = 0;
			for (; entered.length === 0; waited += 50) await clock.wind(50);
			return { slot: entered[0], waited };
		};
		const pauses: number[] = [];
		let { slot } = await enterOne();
		for (const isSuccess of [false, false, false, true, false]) {
			if (isSuccess) throttle.succeeded(slot);
			else throttle.pause(slot, undefined);
			throttle.leave();
			const next = await enterOne();
			if (!isSuccess) pauses.push(next.waited);
			slot = next.slot;
		}
		expect(pauses).toEqual([500, 1_000, 2_000, 500]);
	});

	it('of no length pauses nobody', async () => {
		const { throttle, clock } = makeThrottle(2);
		const [slot] = await enterAll(throttle, clock, 1);
		throttle.pause(slot, 0);
		throttle.leave();
		expect(await enterAll(throttle, clock, 1)).toHaveLength(1);
	});
});

describe('the number in flight after a refusal', () => {
	/** A crowd that wants in; each round, those inside are all refused or all served, and leave. */
	async function makeCrowd(concurrency: number) {
		const { throttle, clock } = makeThrottle(concurrency);
		const inside = await enterAll(throttle, clock, 1_000);
		return async (outcome: 'refused' | 'served') => {
			const leaving = inside.splice(0);
			for (const slot of leaving) {
				if (outcome === 'refused') throttle.pause(slot, 1_000);
				else throttle.succeeded(slot);
				throttle.leave();
			}
			for (let step = 0; step < 100; step += 1) await clock.wind(100);
			return leaving.length;
		};
	}

	it('is halved once for each burst, and is never less than one', async () => {
		const round = await makeCrowd(9);
		const widths: number[] = [];
		for (let n = 0; n < 5; n += 1) widths.push(await round('refused'));
		expect(widths).toEqual([9, 4, 2, 1, 1]);
	});

	it('grows back with success, by about one each round, and not beyond what is allowed', async () => {
		const round = await makeCrowd(8);
		await round('refused');
		const widths: number[] = [];
		for (let n = 0; n < 12; n += 1) widths.push(await round('served'));
		expect(widths[0]).toBe(4);
		for (const [index, width] of widths.slice(1).entries()) {
			expect([0, 1]).toContain(width - widths[index]);
		}
		expect(widths.slice(-3)).toEqual([8, 8, 8]);
	});
});

describe('the pause before a repetition', () => {
	it.each([
		[1, 500],
		[2, 1_000],
		[3, 2_000],
		[7, 32_000],
		[8, 60_000],
		[50, 60_000],
	])('number %i is at most %i ms and at least half of it', (attempt, longest) => {
		const { throttle, clock } = makeThrottle(1);
		clock.chance = 0;
		expect(throttle.backoff(attempt)).toBe(longest);
		clock.chance = 0.999_999;
		expect(throttle.backoff(attempt)).toBeGreaterThanOrEqual(longest / 2);
		expect(throttle.backoff(attempt)).toBeLessThan(longest / 2 + 1);
	});
});

describe('cancelling', () => {
	it('wakes who waits for a place', async () => {
		const { throttle, clock, cancel } = makeThrottle(1);
		await enterAll(throttle, clock, 1);
		const waiting = [throttle.enter(), throttle.enter()];
		cancel();
		for (const one of waiting) await expect(one).rejects.toThrow(Stopped);
	});

	it('wakes who waits for the end of a pause', async () => {
		const { throttle, clock, cancel } = makeThrottle(1);
		const [slot] = await enterAll(throttle, clock, 1);
		throttle.pause(slot, 60_000);
		throttle.leave();
		const waiting = throttle.enter();
		cancel();
		await expect(waiting).rejects.toThrow(Stopped);
	});

	it('wakes who waits before a repetition', async () => {
		const { throttle, cancel } = makeThrottle(1);
		const waiting = throttle.wait(60_000);
		cancel();
		await expect(waiting).rejects.toThrow(Stopped);
	});

	it('lets nobody in afterwards', async () => {
		const { throttle, cancel } = makeThrottle(1);
		cancel();
		await expect(throttle.enter()).rejects.toThrow(Stopped);
		await expect(throttle.wait(1)).rejects.toThrow(Stopped);
	});

	it('is not needed: a host without a signal can wait too', async () => {
		const clock = new StoppedClock();
		const throttle = new Throttle(1, clock, undefined);
		let isOver = false;
		void throttle.wait(100).then(() => (isOver = true));
		await clock.wind(99);
		expect(isOver).toBe(false);
		await clock.wind(1);
		expect(isOver).toBe(true);
	});
});
