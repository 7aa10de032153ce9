// The bench's judgement: what it tells of figures, and what it refuses to tell.
import { describe, expect, it } from 'vitest';
import { takeTurns, type Contender, type Round, type Score } from '../bench/contender.mts';
import { ticks } from '../bench/cpu.mts';
import { inWords, type Machine } from '../bench/machine.mts';
import { readOptions } from '../bench/options.mts';
import { timeByOwner } from '../bench/profile.mts';
import { replaceBetween } from '../bench/readme.mts';
import { asTable, refusals, shortfalls } from '../bench/report.mts';
import { medianRange, summarise } from '../bench/statistics.mts';
import { isRefused, judge } from '../bench/verdict.mts';

const unused = async (): Promise<Round> => ({ value: 0 });

function score(name: string, values: number[], about: Partial<Contender> = {}): Score {
	return {
		contender: { name, measure: unused, ...about },
		rounds: values.map((value) => ({ value })),
	};
}

const limit = (value: number): Score => ({
	contender: { name: 'limit', measure: value },
	rounds: [],
});

describe('statistics', () => {
	it('takes the middle, and a quarter from either end', () => {
		expect(summarise([5, 1, 3, 2, 4])).toEqual({
			median: 3,
			lower: 2,
			upper: 4,
			spread: 2 / 3,
			rounds: 5,
		});
		expect(summarise([1, 2]).median).toBe(1.5);
		expect(summarise([1, 2, 3, 100])).toMatchObject({ median: 2.5, lower: 1.75, upper: 27.25 });
	});

	it('says where the median surely is: the more rounds, the nearer', () => {
		const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);
		expect(medianRange(upTo(3))).toEqual({ median: 2, low: 1, high: 3 });
		// Published tables of this interval: the 2nd to the 8th of 9, the 4th to the 12th of 15.
		expect(medianRange(upTo(9))).toEqual({ median: 5, low: 2, high: 8 });
		expect(medianRange(upTo(15))).toEqual({ median: 8, low: 4, high: 12 });
	});

	it('refuses what was not measured', () => {
		expect(() => summarise([])).toThrow('no measurements');
		expect(() => summarise([1, NaN])).toThrow('no measurements');
	});
});

describe('taking turns', () => {
	it('measures A B C, C B A, and a slow one less often', async () => {
		const order: string[] = [];
		const contender = (name: string, rounds?: number): Contender => ({
			name,
			rounds,
			measure: async () => ({ value: order.push(name) }),
		});
		await takeTurns([contender('A'), contender('B', 2), contender('C')], 3);
		expect(order.join('')).toBe('ABCCBAAC');
	});

	it('leaves out what could not be run, and says why', async () => {
		let tries = 0;
		const broken: Contender = {
			name: 'broken',
			measure: async () => {
				tries += 1;
				throw new Error('not installed');
			},
		};
		const scores = await takeTurns([{ name: 'A', measure: async () => ({ value: 1 }) }, broken], 3);
		expect([tries, scores[0].rounds.length, scores[1].failure]).toEqual([1, 3, 'not installed']);
	});
});

describe('a comparison', () => {
	const ours = (values: number[], atMost: number) =>
		score('ours', values, { target: { against: 'limit', atMost } });

	it.each([
		['yes', [1100, 1110, 1120], 1.15],
		['no', [1200, 1210, 1220], 1.15],
		['unclear', [1100, 1140, 1250], 1.15],
	])('is %s only where all that the median may be agrees', (reached, values, atMost) => {
		expect(judge([ours(values, atMost), limit(1000)])[0]).toMatchObject({ reached });
	});

	it('tells the ratio of the medians, and its range', () => {
		const [line] = judge([
			score('ours', [2, 2, 2], { target: { against: 'rival', atLeast: 3 } }),
			score('rival', [0.5, 0.5, 0.5]),
		]);
		expect(line).toMatchObject({ compared: { value: 4, low: 4, high: 4 }, reached: 'yes' });
	});

	it('is made round by round: what slows down both changes nothing', () => {
		const [line] = judge([
			score('ours', [320, 640, 160], { target: { against: 'rival', atLeast: 3 } }),
			score('rival', [100, 200, 50]),
		]);
		expect(line).toMatchObject({ compared: { value: 3.2, low: 3.2, high: 3.2 }, reached: 'yes' });
	});

	it("counts the rival's spread as well as ours", () => {
		const [line] = judge([
			score('ours', [310, 320, 330], { target: { against: 'rival', atLeast: 3 } }),
			score('rival', [90, 100, 120]),
		]);
		expect(line).toMatchObject({ compared: { value: 3.2 }, reached: 'unclear' });
		expect(line.compared?.low).toBeCloseTo(330 / 120);
		expect(line.compared?.high).toBeCloseTo(310 / 90);
	});

	it('leaves out the rounds that a slow rival did not take part in', () => {
		const [line] = judge([
			score('ours', [300, 300, 900], { target: { against: 'rival', atLeast: 3 } }),
			score('rival', [100, 100], { rounds: 2 }),
		]);
		expect(line).toMatchObject({ compared: { value: 3, low: 3, high: 3 } });
	});

	it('holds a difference against its target', () => {
		const target = { against: 'empty', by: 'difference', atMost: 30 } as const;
		const [line] = judge([score('ours', [40, 41, 42], { target }), score('empty', [20, 20, 20])]);
		expect(line).toMatchObject({ compared: { value: 21 }, reached: 'yes' });
	});

	it('finds the fastest by itself', () => {
		const target = { against: 'fastest', atMost: 1.2 };
		const lines = judge([
			score('small', [10, 10], { target }),
			score('large', [13, 13], { target }),
		]);
		expect(lines.map(({ reached }) => reached)).toEqual(['yes', 'no']);
		expect(lines[1].compared?.to).toBe('small');
	});

	it('takes a tie for not behind, a clear lag for behind, and noise for neither', () => {
		const against = (values: number[]) =>
			judge([
				score('ours', values, { target: { against: 'rival', atLeast: 1, tie: true } }),
				score('rival', [100, 100, 100]),
			])[0].reached;
		expect(against([98, 99, 102])).toBe('yes');
		expect(against([90, 91, 92])).toBe('no');
		expect(against([80, 99, 120])).toBe('unclear');
	});

	it('judges a figure by itself, however far its rounds lie apart', () => {
		const [line] = judge([score('memory', [1, 2, 6], { target: { atMost: 10 } })]);
		expect(line).toMatchObject({ reached: 'yes' });
	});
});

describe('a comparison is refused', () => {
	const target = { against: 'rival', atLeast: 3 };
	const verdict = (ours: Partial<Score>, rival: Partial<Score>) => {
		const scores = [
			{ ...score('ours', [6, 6, 6], { target }), ...ours },
			{ ...score('rival', [1, 1, 1]), ...rival },
		];
		return judge(scores)[0];
	};

	it.each<[string, Partial<Score>, Partial<Score>, string]>([
		[
			'when the rival could not be run',
			{},
			{ failure: 'not there' },
			'rival could not be run: not there',
		],
		['when we could not be run', { failure: 'no' }, {}, 'ours could not be run: no'],
		[
			'when one round of the rival lost requests',
			{},
			{ rounds: [{ value: 1 }, { value: 1, loss: '20 of 200 created' }, { value: 1 }] },
			'rival: 20 of 200 created',
		],
		[
			'when we lost requests',
			{ rounds: [{ value: 9, loss: '1 of them twice' }, { value: 9 }] },
			{},
			'ours: 1 of them twice',
		],
		['when there was one round only', { rounds: [{ value: 6 }] }, {}, 'measured once only'],
		['when there was none', {}, { rounds: [] }, 'rival was not run'],
		[
			'when the rounds lie too far apart',
			{},
			{ rounds: [1, 2, 3].map((value) => ({ value })) },
			'the rounds leave open 133 % of the ratio to rival',
		],
	])('%s', (_when, ours, rival, reason) => {
		const line = verdict(ours, rival);
		expect(line.refusal).toContain(reason);
		expect(line).not.toHaveProperty('reached');
		expect(line).not.toHaveProperty('compared');
		expect(isRefused(line)).toBe(true);
	});

	it('when its rival is not among those measured', () => {
		expect(judge([score('ours', [1, 1], { target })])[0].refusal).toContain('was not measured');
	});

	it('and a loss that was expected is told, without being a refusal', () => {
		const rounds = [{ value: 1, loss: '20 of 200 created' }];
		const contender: Contender = { name: 'rival', measure: unused, mayLose: true };
		const [, line] = judge([score('ours', [2, 2]), { contender, rounds }]);
		expect(line).toMatchObject({ refusal: 'rival: 20 of 200 created', isExpectedLoss: true });
		expect(isRefused(line)).toBe(false);
	});
});

describe('the report', () => {
	const results = [
		{
			group: 'creates',
			what: '200 creates',
			unit: 'ms',
			explanation: 'Because.',
			lines: judge([
				score('ours', [1300, 1300], { target: { against: 'limit', atMost: 1.15 } }),
				score('a | b', [2600, 2600]),
				{
					contender: { name: 'lossy', measure: unused, mayLose: true },
					rounds: [{ value: 5, loss: '20 of 200 created' }],
				},
				{ contender: { name: 'gone', measure: unused }, rounds: [], failure: 'not there' },
				limit(1000),
			]),
		},
	];

	it('is a table with a row for each figure', () => {
		expect(asTable(results).split('\n')).toEqual([
			'| What | Who | Median (spread) | Compared | To reach | Reached | Notes |',
			'| - | - | - | - | - | - | - |',
			'| 200 creates | ours | 1,300 ms (±0 %, 2 rounds) | 1.30 × limit | at most 1.15 × limit | no |  |',
			'|  | a \\| b | 2,600 ms (±0 %, 2 rounds) | 2.00 × ours |  |  |  |',
			'|  | lossy | failed |  |  |  | 20 of 200 created |',
			'|  | gone | – | none: gone could not be run: not there |  | refused |  |',
			'|  | limit | 1,000 ms |  |  |  |  |',
			'',
			'- **200 creates:** Because.',
		]);
	});

	it('lists what was missed and what was refused', () => {
		expect(shortfalls(results)).toEqual(['200 creates, ours: at most 1.15 × limit (no)']);
		expect(refusals(results)).toEqual(['200 creates, gone: gone could not be run: not there']);
	});

	it('stands between the markers of the README, and refuses a README without them', () => {
		const [begin, end] = ['begin', 'end'].map((part) => `<!-- pnpm bench --write: ${part} -->`);
		const text = `Before\n${begin}\nold\n${end}\nAfter`;
		expect(replaceBetween(text, 'new')).toBe(`Before\n${begin}\n\nnew\n\n${end}\nAfter`);
		expect(() => replaceBetween('no markers', 'new')).toThrow('no markers');
	});

	it('names the machine', () => {
		const machine: Machine = {
			date: '2026-11-21',
			commit: 'commit abc',
			processor: 'A processor',
			cores: 2,
			memory: 24,
			system: 'Linux 6',
			node: 'v24.0.0',
			n8n: '2.41.1',
		};
		expect(inWords(machine)).toBe(
			'Made on 2026-11-21 at commit abc: A processor, 2 cores, 24 GB, Linux 6, Node.js v24.0.0, n8n 2.41.1 with SQLite.',
		);
	});
});

describe('the options', () => {
	it('take all comparisons unless some are named', () => {
		expect(readOptions([]).names).toContain('creates');
		expect(readOptions(['signing', '--rounds', '3'])).toMatchObject({
			names: ['signing'],
			rounds: 3,
		});
	});

	it.each([
		[['speed'], "There is no comparison 'speed'"],
		[['--rounds', '0'], '--rounds needs a whole number from 1, not "0".'],
		[['signing', '--write'], '--write is for the whole table'],
		[['--fast'], "Unknown option '--fast'"],
	])('refuse %j', (args, message) => {
		expect(() => readOptions(args)).toThrow(message);
	});
});

it('adds up a CPU profile by whose code it is', () => {
	const frame = (id: number, url: string, functionName = '') => ({
		id,
		callFrame: { functionName, url },
	});
	const times = timeByOwner({
		nodes: [
			frame(1, 'file:///x/node_modules/.pnpm/a@1/node_modules/@s/a/dist/index.js'),
			frame(2, 'file:///x/nodes/node_modules/n8n-nodes-vortex/dist/nodes/a.js'),
			frame(3, '', '(idle)'),
		],
		samples: [1, 2, 1, 3],
		timeDeltas: [1000, 2000, 3000, 9000],
	});
	expect(Object.fromEntries(times)).toEqual({ '@s/a': 4, 'n8n-nodes-vortex': 2, '(idle)': 9 });
});

it('reads the CPU time of a process whose name has brackets and blanks in it', () => {
	const rest = ['S', ...Array.from({ length: 40 }, (_, index) => String(index + 4))];
	expect(ticks(`1234 (a (b) c) ${rest.join(' ')}`)).toBe(14 + 15);
});
