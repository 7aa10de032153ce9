// Many items against a server that takes only so much: every item ends as done, none is repeated, however
// the server's limit is meant. Reckoned in the time of the test's own clock, latency and limits included.
import { describe, expect, it } from 'vitest';
import type { Fault, Limits } from '../sandbox/faults.mts';
import { JumpingClock } from '../support/clock.mts';
import { invitationNode, useSandbox } from '../support/vortex.mts';
import { runInProcess } from './in-process.mts';
import { OPERATIONS, seedItem, type OperationCase } from './operations.mts';

const vortex = useSandbox();

const LATENCY = 50;

/** Luck, good and bad: what the pauses draw. */
const CHANCES = [[0], [0.999], [0.1, 0.9, 0.4, 0.7, 0.2]];

interface Given {
	limits?: Limits;
	items?: number;
	operation?: string;
	chances?: number[];
	fault?: (url: string) => Fault | undefined;
}

function operationCase(name: string): OperationCase {
	return OPERATIONS.find((one) => one.name === `invitation/${name}`) as OperationCase;
}

/** Runs an operation at its default options over so many items, and says what became of them. */
async function runMany(given: Given) {
	const { limits = {}, items = 200, operation = 'create', chances = [0], fault } = given;
	const { faults } = vortex.sandbox;
	const { main, parameters } = operationCase(operation);
	faults.clear();
	const inputs = Array.from({ length: items }, (_, index) => seedItem(vortex.sandbox, index));
	faults.latency = LATENCY;
	faults.limits = limits;
	faults.plan = ({ url }) => fault?.(url);
	const clock = new JumpingClock();
	clock.chances = chances;
	const begun = clock.now();
	const output = await runInProcess(vortex.sandbox, clock, {
		credential: vortex.credential,
		items: inputs,
		node: { ...invitationNode(operation, parameters), onError: 'continueRegularOutput' },
	});
	if (output instanceof Error) throw output;
	const sent = faults.encounters.filter(({ method, url }) => main.test(`${method} ${url}`));
	return {
		told: output.length,
		failed: output.filter(({ error }) => error !== undefined).map(({ json }) => json.error),
		sent: sent.length,
		done: sent.filter(({ worked = 500 }) => worked < 300).length,
		refused: sent.filter(({ fault: met }) => met !== undefined).length,
		seconds: (clock.now() - begun) / 1_000,
	};
}

/** What no server of the kind could be faster than, in seconds. */
function shortest({ inFlight = 10, perSecond = Infinity }: Limits, items: number): number {
	return Math.max((items * LATENCY) / 1_000 / Math.min(10, inFlight), items / perSecond);
}

describe.each<[what: string, limits: Limits, times: number]>([
	// Two per cent, and what it takes to spread the first ten requests.
	['20 in flight', { inFlight: 20 }, 1.03],
	['4 in flight', { inFlight: 4 }, 3],
	['4 in flight, Retry-After 1', { inFlight: 4, retryAfter: '1' }, 4],
	['1 in flight', { inFlight: 1 }, 3],
	['50 a second', { perSecond: 50 }, 1.3],
	['50 a second, Retry-After 1', { perSecond: 50, retryAfter: '1' }, 1.3],
	['3 a second', { perSecond: 3 }, 1.3],
])('200 items, a server that allows %s', (what, limits, most) => {
	it.for(['create', 'revoke', 'get'])(
		'%s: 200 done, 0 repeated, 0 failed',
		async (operation, { task }) => {
			const times: number[] = [];
			for (const chances of CHANCES) {
				const seen = await runMany({ limits, operation, chances });
				expect(seen.failed).toEqual([]);
				expect(seen).toMatchObject({ told: 200, done: 200, sent: 200 + seen.refused });
				expect(seen.refused, 'refused: it is polite').toBeLessThan(50);
				times.push(seen.seconds / shortest(limits, 200));
			}
			expect(Math.max(...times)).toBeLessThan(most);
			task.meta.summary = `${operation}: 200 items, a server that allows ${what}: 200 done, 0 repeated, 0 failed, in ${Math.max(...times).toFixed(2)} times what the server allows`;
		},
	);
});

it.each<[what: string, limits: Limits]>([
	['20 in flight', { inFlight: 20 }],
	['50 a second', { perSecond: 50 }],
	['50 a second, Retry-After 1', { perSecond: 50, retryAfter: '1' }],
])('2,000 items, a server that allows %s: 2,000 done, near its limit', async (_what, limits) => {
	const seen = await runMany({ limits, items: 2_000 });
	expect(seen).toMatchObject({ told: 2_000, done: 2_000, failed: [] });
	expect(seen.refused).toBeLessThan(50);
	expect(seen.seconds / shortest(limits, 2_000)).toBeLessThan(1.3);
});

describe('an item that alone is always told "too many"', () => {
	const TOO_MANY: Fault = { kind: 'answer', status: 429, body: '{}' };

	it.each([20, 200, 1_000])('among %i ends, and holds nobody up for long', async (items) => {
		let stubborn: string | undefined;
		const times: number[] = [];
		const seen = await runMany({
			items,
			operation: 'get',
			fault: (url) => {
				// The fifth to arrive, and that one again and again.
				if (times.push(0) === 5) stubborn = url;
				return url === stubborn ? TOO_MANY : undefined;
			},
		});
		expect(seen.failed).toEqual([expect.stringContaining('too many requests')]);
		expect(seen).toMatchObject({ told: items, done: items - 1 });
		expect(seen.refused).toBeLessThan(20);
		expect(seen.seconds).toBeLessThan(90);
	});

	it('ends soon after the others have', async () => {
		let othersDone = 0;
		let stubborn: string | undefined;
		const triesAfterwards: number[] = [];
		await runMany({
			items: 20,
			operation: 'get',
			fault: (url) => {
				stubborn ??= url;
				if (url !== stubborn) othersDone += 1;
				else if (othersDone === 19) triesAfterwards.push(1);
				return url === stubborn ? TOO_MANY : undefined;
			},
		});
		expect(othersDone).toBe(19);
		// What `maxRetries` allows, and one that the last of the others still excused.
		expect(triesAfterwards.length).toBeLessThanOrEqual(5);
	});
});
