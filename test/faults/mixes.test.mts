// Any mix of faults over any number of items: nothing is done and denied, nothing reported done is sent
// again, and no item is missing from the output or in it twice.
import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';
import { beforeEach, expect, it, vi } from 'vitest';
import { REAL_CLOCK } from '../../nodes/shared/client';
import { execute, type Result } from '../host/n8n.mts';
import type { Encounter, Fault } from '../sandbox/faults.mts';
import { HurriedClock } from '../support/clock.mts';
import { useSandbox, vortexNode } from '../support/vortex.mts';
import { OPERATIONS, seedItem } from './operations.mts';

const vortex = useSandbox();

const SEED = 20_261_121;

const MIXES = Number(process.env.FAULT_MIXES ?? 150);

/** Faults by weight; most requests meet none. */
const fault: fc.Arbitrary<Fault | undefined> = fc
	.oneof(
		{ weight: 12, arbitrary: fc.constant(undefined) },
		{
			weight: 6,
			arbitrary: fc.record({
				kind: fc.constant('answer' as const),
				status: fc.constantFrom(400, 401, 403, 408, 422, 429, 500, 502, 503, 504),
				when: fc.constantFrom('before' as const, 'after' as const),
			}),
		},
		{
			weight: 1,
			arbitrary: fc.constant({
				kind: 'answer' as const,
				status: 429,
				headers: { 'retry-after': '1' },
			}),
		},
		{ weight: 1, arbitrary: fc.constant({ kind: 'answer' as const, status: 200, body: '<html>' }) },
		{
			weight: 2,
			arbitrary: fc.record({
				kind: fc.constant('reset' as const),
				when: fc.constantFrom('before' as const, 'after' as const),
			}),
		},
		{ weight: 1, arbitrary: fc.constant({ kind: 'half' as const }) },
	)
	.map((met) => soundRefusal(met as Fault | undefined));

/** A service that says "bad request" or "too many" has not done the work. */
function soundRefusal(met: Fault | undefined): Fault | undefined {
	if (met?.kind !== 'answer') return met;
	const isUncertain = met.status === 408 || met.status >= 500;
	return isUncertain ? met : { ...met, when: 'before' };
}

const WRITES = OPERATIONS.filter(({ kind }) => kind !== 'read').filter(
	({ name }) => !['autojoin/addDomains', 'autojoin/removeDomains'].includes(name),
);

const mix = fc.record({
	operation: fc.constantFrom(...WRITES),
	items: fc.integer({ min: 1, max: 12 }),
	concurrency: fc.integer({ min: 1, max: 10 }),
	maxRetries: fc.integer({ min: 0, max: 3 }),
	onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
	tries: fc.integer({ min: 1, max: 3 }),
	/** What the main requests meet, in the order of arrival; after them, none meets anything. */
	faults: fc.array(fault, { minLength: 1, maxLength: 25 }),
});

type Mix = typeof mix extends fc.Arbitrary<infer T> ? T : never;

beforeEach(() => {
	const clock = new HurriedClock();
	vi.spyOn(REAL_CLOCK, 'now').mockImplementation(() => clock.now());
	vi.spyOn(REAL_CLOCK, 'sleep').mockImplementation(async (ms) => await clock.sleep(ms));
	vi.spyOn(REAL_CLOCK, 'moment').mockImplementation(async () => await clock.moment());
});

const TOLD_UNKNOWN = /may have been done/;

async function play({ operation, items, onError, tries, ...given }: Mix) {
	const { faults } = vortex.sandbox;
	faults.clear();
	vortex.sandbox.invitations.clear();
	const inputs = Array.from({ length: items }, (_, index) => seedItem(vortex.sandbox, index));
	const isMain = (method: string, url: string) => operation.main.test(`${method} ${url}`);
	let met = 0;
	faults.plan = ({ method, url }) => (isMain(method, url) ? given.faults[met++] : undefined);
	const [resource, name] = operation.name.split('/');
	const { concurrency, maxRetries } = given;
	const result = await execute({
		credential: vortex.credential,
		items: inputs,
		node: {
			...vortexNode(resource, name, {
				...operation.parameters,
				options: { concurrency, maxRetries, timeout: 5_000 },
			}),
			onError: onError as never,
			retryOnFail: tries > 1,
			maxTries: tries,
			waitBetweenTries: 1,
		},
	});
	const main = faults.encounters.filter(({ method, url }) => isMain(method, url));
	return { result, inputs, main };
}

/** Which item a request belongs to: it names something of its item and of no other. */
function itemOf({ url, body }: Encounter, inputs: object[]): number {
	const text = decodeURIComponent(url) + JSON.stringify(body ?? '');
	return inputs.findIndex((input) =>
		Object.values(input).some((value) => new RegExp(`${value}(?![0-9])`).test(text)),
	);
}

/** The outcome of each item, as the user sees it. */
function toldOf(result: Result, items: number): Array<'done' | 'refused' | 'unknown' | 'nothing'> {
	const told = Array.from({ length: items }, (): string[] => []);
	const note = (item: INodeExecutionData) => {
		const { item: index } = item.pairedItem as { item: number };
		const error = item.error as { description?: string } | undefined;
		const isUnknown = TOLD_UNKNOWN.test(error?.description ?? '');
		const isError = error !== undefined || 'error' in item.json;
		told[index].push(isUnknown ? 'unknown' : isError ? 'refused' : 'done');
	};
	result.outputs.flat().forEach(note);
	return told.map((outcomes, index) => {
		expect(new Set(outcomes).size, `item ${index} is told one thing`).toBeLessThanOrEqual(1);
		return (outcomes[0] ?? 'nothing') as 'done';
	});
}

it(`${MIXES} mixes of faults lose nothing and repeat nothing`, async ({ task }) => {
	let requests = 0;
	let itemsSeen = 0;
	const outcomes: Record<string, number> = {};
	for (const [number, given] of fc.sample(mix, { seed: SEED, numRuns: MIXES }).entries()) {
		const { result, inputs, main } = await play(given);
		const about = `mix ${number} (${given.operation.name}, ${given.onError}, ${given.tries} tries)`;
		requests += main.length;
		itemsSeen += given.items;

		const ofItem = inputs.map((_, index) => main.filter((met) => itemOf(met, inputs) === index));
		const timesDone = ofItem.map((met) => met.filter(({ worked = 500 }) => worked < 300).length);
		ofItem.forEach((met, index) => {
			const success = met.findIndex(({ worked = 500, fault }) => worked < 300 && !fault);
			const later = success < 0 ? [] : met.slice(success + 1);
			expect(later, `${about}: item ${index} is sent again after its success`).toEqual([]);
			const atRisk = met.filter((one) => one.fault && one.worked !== undefined).length;
			if (given.operation.kind === 'one-shot') {
				expect(timesDone[index], `${about}: item ${index} done`).toBeLessThanOrEqual(1 + atRisk);
				if (given.tries === 1) expect(timesDone[index], about).toBeLessThanOrEqual(1);
			}
		});
		if (result.error) {
			outcomes.stopped = (outcomes.stopped ?? 0) + 1;
			expect(given.onError, about).toBe('stopWorkflow');
			continue;
		}
		const told = toldOf(result, given.items);
		told.forEach((outcome, index) => {
			outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
			if (outcome === 'nothing') {
				// A later try found nothing left to accept: the try that was not known had accepted it.
				expect(given.operation.name, `${about}: item ${index} is missing`).toBe(
					'invitation/acceptAll',
				);
				expect(timesDone[index], `${about}: item ${index}`).toBeGreaterThan(0);
			}
			if (outcome === 'refused' && given.tries === 1) {
				expect(timesDone[index], `${about}: item ${index} refused`).toBe(0);
			}
			if (outcome === 'done') {
				expect(timesDone[index], `${about}: item ${index} done`).toBeGreaterThan(0);
			}
		});
	}
	task.meta.summary = `${MIXES} mixes (seed ${SEED}), ${itemsSeen} items, ${requests} main requests; items told: ${JSON.stringify(outcomes)}; 0 lost, 0 repeated`;
}, 600_000);
