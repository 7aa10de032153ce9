import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Ledger, type LedgerLimits } from '../../nodes/VortexTrigger/ledger';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** A clock that only the tests move, and what wakes up when it has moved. */
class Clock {
	time = 1_700_000_000_000;

	private sleepers: Array<{ until: number; wake: () => void }> = [];

	now = () => this.time;

	wait = async (ms: number) =>
		await new Promise<void>((wake) => this.sleepers.push({ until: this.time + ms, wake }));

	/** How many are asleep. */
	get asleep() {
		return this.sleepers.length;
	}

	/** Moves on by small steps, so that everybody who sleeps wakes up in turn. */
	async pass(ms: number): Promise<void> {
		const end = this.time + ms;
		await settle();
		while (this.sleepers.some(({ until }) => until <= end)) {
			this.time = Math.min(...this.sleepers.map(({ until }) => until));
			const due = this.sleepers.filter(({ until }) => until <= this.time);
			this.sleepers = this.sleepers.filter((sleeper) => !due.includes(sleeper));
			due.forEach(({ wake }) => wake());
			await settle();
		}
		this.time = end;
	}
}

const settle = async () => await new Promise((resolve) => setImmediate(resolve));

/** As much of an HTTP response as the ledger asks. */
class FakeAnswer extends EventEmitter {
	statusCode = 200;

	writableEnded = false;

	closed = false;

	/** The host answers and the sender takes the answer. */
	finish(status = 200): void {
		this.end(status);
		this.emit('finish');
		this.hangUp();
	}

	/** The host answers; nobody may be there to take it, and then no event follows. */
	end(status = 200): void {
		this.statusCode = status;
		this.writableEnded = true;
	}

	/** The sender is gone. */
	hangUp(): void {
		this.closed = true;
		this.emit('close');
	}
}

let clock: Clock;
let ledger: Ledger;

function open(limits?: Partial<LedgerLimits>) {
	clock = new Clock();
	ledger = new Ledger(limits, clock.now, clock.wait);
}

beforeEach(() => open());

/** Claims an id with a delivery of its own. */
function claim(id: string, answer = new FakeAnswer()) {
	return { answer, claim: ledger.claim(['workflow', 'node', id], answer) };
}

/** Claims an id and has the host answer. */
async function deliver(id: string, status = 200): Promise<string> {
	const { answer, claim: claimed } = claim(id);
	const result = await claimed;
	if (result === 'first') answer.finish(status);
	return result;
}

/** What a claim has become so far. */
async function stateOf(claimed: Promise<string>): Promise<string> {
	return await Promise.race([claimed, settle().then(() => 'waiting')]);
}

describe('an id', () => {
	it('is first once, and seen from then on', async () => {
		expect(await deliver('a')).toBe('first');
		expect(await deliver('a')).toBe('seen');
		expect(await deliver('a')).toBe('seen');
		expect(await deliver('b')).toBe('first');
	});

	it.each([
		['workflow', ['other', 'node', 'a']],
		['node', ['workflow', 'other', 'a']],
		['id', ['workflow', 'node', 'b']],
		['place where two parts meet', ['workflown', 'ode', 'a']],
		['comma', ['workflow","node', 'a']],
	])('is another one with another %s', async (_what, parts) => {
		await deliver('a');
		expect(await ledger.claim(parts, new FakeAnswer())).toBe('first');
	});

	it.each([
		[200, 'seen'],
		[204, 'seen'],
		[299, 'seen'],
		[300, 'first'],
		[404, 'first'],
		[500, 'first'],
		[503, 'first'],
	])('whose first delivery was answered %i is %s afterwards', async (status, then) => {
		await deliver('a', status);
		expect(await deliver('a')).toBe(then);
	});

	it('is not given up by an error that comes after it was seen', async () => {
		await deliver('a');
		await deliver('a', 500);
		expect(await deliver('a')).toBe('seen');
	});
});

describe('a repetition while the first delivery is in flight', () => {
	it('waits, and is seen soon after the first was stored', async () => {
		const first = claim('a');
		expect(await first.claim).toBe('first');
		const second = claim('a');
		await clock.pass(5 * SECOND);
		expect(await stateOf(second.claim)).toBe('waiting');
		first.answer.finish(200);
		await clock.pass(100);
		expect(await stateOf(second.claim)).toBe('seen');
	});

	it('is the first itself when that was not stored; only one of many is', async () => {
		const first = claim('a');
		await first.claim;
		const others = Array.from({ length: 20 }, () => claim('a'));
		await clock.pass(SECOND);
		first.answer.finish(500);
		await clock.pass(100);
		const states = await Promise.all(others.map(async (other) => await stateOf(other.claim)));
		expect(states.filter((state) => state === 'first')).toHaveLength(1);
		expect(states.filter((state) => state === 'waiting')).toHaveLength(19);
		others[states.indexOf('first')].answer.finish(200);
		await clock.pass(100);
		const after = await Promise.all(others.map(async (other) => await stateOf(other.claim)));
		expect(after.filter((state) => state === 'seen')).toHaveLength(19);
	});

	it('has 10 s of patience, then is busy', async () => {
		await claim('a').claim;
		const second = claim('a');
		await clock.pass(9.9 * SECOND);
		expect(await stateOf(second.claim)).toBe('waiting');
		await clock.pass(0.2 * SECOND);
		expect(await stateOf(second.claim)).toBe('busy');
	});

	it('does not free the first when it is busy', async () => {
		const first = claim('a');
		await first.claim;
		const second = claim('a');
		await clock.pass(11 * SECOND);
		second.answer.finish(503);
		first.answer.finish(200);
		expect(await deliver('a')).toBe('seen');
	});

	it('does not wait for other ids', async () => {
		await claim('a').claim;
		expect(await stateOf(claim('b').claim)).toBe('first');
		expect(clock.asleep).toBe(0);
	});
});

describe('a first delivery that is never answered', () => {
	it('does not stay in flight for ever', async () => {
		await claim('a').claim;
		await clock.pass(61 * SECOND);
		expect(await stateOf(claim('a').claim)).toBe('first');
	});

	it('stays in flight for longer than a repetition waits', async () => {
		await claim('a').claim;
		await clock.pass(30 * SECOND);
		const second = claim('a');
		expect(await stateOf(second.claim)).toBe('waiting');
		await clock.pass(11 * SECOND);
		expect(await second.claim).toBe('busy');
	});

	it('still makes the id seen when its answer comes late', async () => {
		const first = claim('a');
		await first.claim;
		await clock.pass(61 * SECOND);
		const second = claim('a');
		expect(await second.claim).toBe('first');
		first.answer.finish(200);
		second.answer.finish(500);
		expect(await deliver('a')).toBe('seen');
	});

	it('does not free its successor when its failure comes late', async () => {
		const first = claim('a');
		await first.claim;
		await clock.pass(61 * SECOND);
		await claim('a').claim;
		first.answer.finish(500);
		expect(await stateOf(claim('a').claim)).toBe('waiting');
	});
});

describe('a sender that hangs up before the answer', () => {
	it('does not free the id: the execution is still being stored', async () => {
		const first = claim('a');
		await first.claim;
		first.answer.hangUp();
		await clock.pass(SECOND);
		expect(await stateOf(claim('a').claim)).toBe('waiting');
	});

	it('makes the id seen once the host has answered, though nothing announces that', async () => {
		const first = claim('a');
		await first.claim;
		first.answer.hangUp();
		first.answer.end(200);
		expect(await stateOf(claim('a').claim)).toBe('seen');
	});

	it('frees the id once the host has answered with an error', async () => {
		const first = claim('a');
		await first.claim;
		first.answer.hangUp();
		first.answer.end(500);
		expect(await stateOf(claim('a').claim)).toBe('first');
	});

	it('makes the id seen for a repetition that waits already', async () => {
		const first = claim('a');
		await first.claim;
		const second = claim('a');
		first.answer.hangUp();
		await clock.pass(SECOND);
		first.answer.end(200);
		await clock.pass(100);
		expect(await stateOf(second.claim)).toBe('seen');
	});

	it('is remembered for its whole day, also when nobody asks at first', async () => {
		const first = claim('a');
		await first.claim;
		first.answer.hangUp();
		first.answer.end(200);
		await clock.pass(DAY - SECOND);
		expect(await stateOf(claim('a').claim)).toBe('seen');
	});

	it('leaves nothing behind when the host never answers', async () => {
		const first = claim('a');
		await first.claim;
		first.answer.hangUp();
		await clock.pass(61 * SECOND);
		expect(ledger.size).toBe(0);
		expect(clock.asleep).toBe(0);
	});
});

describe('a sender that has hung up before its delivery was judged', () => {
	function claimAfterHangUp(id: string) {
		const answer = new FakeAnswer();
		answer.hangUp();
		return { answer, claim: ledger.claim(['workflow', 'node', id], answer) };
	}

	it('is still the first', async () => {
		expect(await claimAfterHangUp('a').claim).toBe('first');
		expect(await stateOf(claim('a').claim)).toBe('waiting');
	});

	it('makes the id seen once the host has answered', async () => {
		const first = claimAfterHangUp('a');
		await first.claim;
		first.answer.end(200);
		await clock.pass(100);
		expect(clock.asleep).toBe(0);
		expect(await stateOf(claim('a').claim)).toBe('seen');
	});

	it.each([
		['answered with an error', SECOND, (answer: FakeAnswer) => answer.end(500)],
		['never answered', 61 * SECOND, () => {}],
	])('leaves nothing behind when it is %s', async (_what, ms, happens) => {
		const first = claimAfterHangUp('a');
		await first.claim;
		happens(first.answer);
		await clock.pass(ms);
		expect(ledger.size).toBe(0);
		expect(clock.asleep).toBe(0);
	});
});

describe('what is remembered', () => {
	it('is forgotten after 24 hours', async () => {
		await deliver('a');
		await clock.pass(DAY - 1);
		expect(await deliver('a')).toBe('seen');
		await clock.pass(1);
		expect(await deliver('a')).toBe('first');
	});

	it('counts from the answer, and a repetition does not renew it', async () => {
		const first = claim('a');
		await first.claim;
		await clock.pass(30 * SECOND);
		first.answer.finish(200);
		await clock.pass(DAY - SECOND);
		expect(await deliver('a')).toBe('seen');
		await clock.pass(SECOND);
		expect(await deliver('a')).toBe('first');
	});

	it('is at most so many ids; the oldest go first', async () => {
		open({ size: 3 });
		for (const id of ['a', 'b', 'c', 'd']) await deliver(id);
		expect(ledger.size).toBe(3);
		expect(await deliver('d')).toBe('seen');
		expect(await deliver('c')).toBe('seen');
		expect(await deliver('b')).toBe('seen');
		expect(await deliver('a')).toBe('first');
		expect(await deliver('b')).toBe('first');
	});

	it('loses what is too old as others come', async () => {
		open({ age: 10 * SECOND });
		for (const id of ['a', 'b', 'c']) await deliver(id);
		await clock.pass(11 * SECOND);
		await deliver('d');
		expect(ledger.size).toBe(1);
	});

	it('counts an id that had been forgotten and came again among the youngest', async () => {
		open({ size: 2 });
		await deliver('a');
		await clock.pass(SECOND);
		await deliver('b');
		await clock.pass(DAY - SECOND);
		expect(await deliver('a')).toBe('first');
		await deliver('c');
		expect(await deliver('a')).toBe('seen');
		expect(await deliver('b')).toBe('first');
	});

	it('stays at 10,000 of 100,000 ids', async () => {
		let largest = 0;
		for (let id = 0; id < 100_000; id += 1) {
			await deliver(String(id));
			largest = Math.max(largest, ledger.size);
		}
		// One is in flight while the others are remembered.
		expect(largest).toBeLessThanOrEqual(10_001);
		expect(ledger.size).toBe(10_000);
		expect(await deliver('90000')).toBe('seen');
		expect(await deliver('89999')).toBe('first');
	});

	it('is let go of as soon as the answer is out, not only when the connection ends', async () => {
		const first = claim('a');
		await first.claim;
		first.answer.end(500);
		first.answer.emit('finish');
		expect(ledger.size).toBe(0);
	});

	it('is nothing when nothing was stored', async () => {
		for (let id = 0; id < 1000; id += 1) await deliver(String(id), 500);
		expect(ledger.size).toBe(0);
	});
});

/** One thing that happens: `which` picks the id, or the delivery among those not yet answered. */
type Step =
	| { does: 'arrive'; which: number; hungUp: boolean }
	| { does: 'answer'; which: number; status: number }
	| { does: 'hang up'; which: number }
	| { does: 'pass'; ms: number };

const which = fc.nat(20);

const steps: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({ does: fc.constant('arrive' as const), which, hungUp: fc.boolean() }),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			does: fc.constant('answer' as const),
			which,
			status: fc.constantFrom(200, 200, 204, 299, 300, 500),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ does: fc.constant('hang up' as const), which }) },
	{
		weight: 3,
		arbitrary: fc.record({
			does: fc.constant('pass' as const),
			ms: fc.oneof(
				fc.constantFrom(1, 49, 50, 51, SECOND, 9_950, 10_050, 59_950, 60_050, DAY - 1, DAY),
				fc.nat(2 * SECOND),
			),
		}),
	},
);

interface Sent {
	id: number;
	answer: FakeAnswer;
	arrived: number;
	result?: string;
	/** When it was told its result. */
	told?: number;
	/** When the host answered it below 300. */
	stored?: number;
}

/** The longest time between two looks of the ledger. */
const LOOK = 50;

const FLIGHT = 60 * SECOND;

/** Plays a history, and calls `check` whenever a delivery is told something, and after each step. */
async function play(
	history: Step[],
	ids: number,
	check: (sent: Sent | undefined, all: Sent[]) => void,
) {
	const all: Sent[] = [];
	const untrue: unknown[] = [];
	const arrive = (id: number, hungUp: boolean) => {
		const answer = new FakeAnswer();
		if (hungUp) answer.hangUp();
		const sent: Sent = { id, answer, arrived: clock.time };
		void ledger.claim(['workflow', 'node', String(id)], answer).then((result) => {
			Object.assign(sent, { result, told: clock.time });
			try {
				check(sent, all);
			} catch (error) {
				untrue.push(error);
			}
			// What is not the first is answered by the node at once.
			if (result !== 'first') answer.finish(result === 'seen' ? 200 : 503);
		});
		all.push(sent);
	};
	const answerOne = ({ which, status }: Step & { does: 'answer' }) => {
		const open = all.filter(({ result, answer }) => result === 'first' && !answer.writableEnded);
		if (open.length === 0) return;
		const sent = open[which % open.length];
		if (status < 300) sent.stored = clock.time;
		if (sent.answer.closed) sent.answer.end(status);
		else sent.answer.finish(status);
	};
	for (const step of history) {
		if (step.does === 'arrive') arrive(step.which % ids, step.hungUp);
		if (step.does === 'answer') answerOne(step);
		if (step.does === 'hang up') {
			const open = all.filter(({ answer }) => !answer.closed && !answer.writableEnded);
			if (open.length > 0) open[step.which % open.length].answer.hangUp();
		}
		if (step.does === 'pass') await clock.pass(step.ms);
		await settle();
		if (untrue.length > 0) throw untrue[0];
		check(undefined, all);
	}
	return all;
}

describe('in any order of arrivals, answers, hang-ups and time', () => {
	const histories = fc.array(steps, { minLength: 10, maxLength: 50 });

	it('what is told of an id is true', async () => {
		const told = { first: 0, seen: 0, busy: 0 };
		await fc.assert(
			fc.asyncProperty(histories, async (history) => {
				open();
				await play(history, 2, (sent, all) => {
					if (sent?.told === undefined) return;
					const { told: now, result, id, arrived } = sent;
					told[result as keyof typeof told] += 1;
					const others = all.filter((other) => other.id === id && other !== sent);
					const firsts = others.filter((other) => other.result === 'first');
					expect(now - arrived).toBeLessThanOrEqual(10 * SECOND + LOOK);
					if (result === 'seen') {
						const since = ({ stored = -Infinity }: Sent) => now - stored;
						expect(firsts.some((first) => since(first) < DAY + LOOK)).toBe(true);
					}
					if (result === 'busy') expect(now - arrived).toBeGreaterThanOrEqual(10 * SECOND);
					if (result === 'first') {
						for (const first of firsts) {
							const start = first.told ?? Infinity;
							const isInFlight = !first.answer.writableEnded && now - start < FLIGHT;
							expect(isInFlight, 'two in flight').toBe(false);
							const { stored = -Infinity } = first;
							const isKnown = stored - start < FLIGHT && now - stored < DAY;
							expect(isKnown, 'stored before').toBe(false);
						}
					}
				});
			}),
			{ numRuns: 500 },
		);
		for (const count of Object.values(told)) expect(count).toBeGreaterThan(5);
	});

	it('no more is kept than fits and is in flight, and at last nothing that is in flight', async () => {
		await fc.assert(
			fc.asyncProperty(histories, async (history) => {
				open({ size: 3 });
				const all = await play(history, 10, (_sent, all) => {
					const flights = all.filter(({ result }) => result === 'first');
					const unsettled = flights.filter(({ answer }) => !answer.writableEnded || answer.closed);
					expect(ledger.size).toBeLessThanOrEqual(3 + unsettled.length);
				});
				for (const { answer } of all) if (!answer.writableEnded) answer.hangUp();
				await clock.pass(FLIGHT + 11 * SECOND);
				for (const { answer } of all) if (!answer.writableEnded) answer.hangUp();
				await clock.pass(FLIGHT + 11 * SECOND);
				expect(all.filter(({ result }) => result === undefined)).toEqual([]);
				expect(ledger.size).toBeLessThanOrEqual(3);
				expect(clock.asleep).toBe(0);
			}),
			{ numRuns: 200 },
		);
	});
});
