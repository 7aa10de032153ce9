// What may be said about the figures, and what may not.
import type { Contender, Score, Target } from './contender.mts';
import { exactly, summarise, type Summary } from './statistics.mts';

/** With rounds further apart than this, as interquartile range over median, no ratio is told. */
export const MOST_SPREAD = 0.3;

/** With a ratio less certain than this, a tie cannot be told from a lead. */
const MOST_SPREAD_OF_TIE = 0.1;

/** Fewer rounds say nothing about their spread. */
const FEWEST_ROUNDS = 2;

export interface Line {
	name: string;
	summary?: Summary;
	/** Ratio or difference to what it is held against. */
	compared?: { to: string; by: 'ratio' | 'difference'; value: number; low: number; high: number };
	/** Why there is no comparison where there should be one. */
	refusal?: string;
	/** The target in words. */
	target?: string;
	reached?: 'yes' | 'no' | 'unclear';
	notes: string[];
	/** Lost requests are what this line shows. */
	isExpectedLoss?: boolean;
}

/**
 * Compares every contender with what it is held against: by its target, or else with the first.
 *
 * A comparison is refused when one of the two could not be run, lost requests or did them twice, was
 * measured in one round only, or had rounds too far apart. A target is neither reached nor missed
 * when it lies between the quartiles of the comparison.
 */
export function judge(scores: readonly Score[]): Line[] {
	return scores.map((score) => {
		const { contender } = score;
		const line: Line = { name: contender.name, notes: notesOf(score) };
		const summary = summaryOf(score);
		if (summary) line.summary = summary;
		if (contender.mayLose && lossOf(score)) line.isExpectedLoss = true;
		const target = contender.target ?? { against: scores[0].contender.name };
		line.target = inWords(target);
		if (target.against === undefined) return ofItself(line, score, target);
		if (typeof contender.measure === 'number' && !contender.target) return line;
		const rival = findRival(scores, target.against);
		if (rival === score && target.against !== 'fastest') return line;
		const most = target.by === 'difference' ? Infinity : MOST_SPREAD;
		const refusal = refusalFor(score, most) ?? refusalFor(rival, most);
		if (refusal !== undefined) return { ...line, refusal };
		return compare(line, summary as Summary, rival, target);
	});
}

/** @returns whether something could not be reported that should have been */
export function isRefused({ refusal, isExpectedLoss }: Line): boolean {
	return refusal !== undefined && isExpectedLoss !== true;
}

function ofItself(line: Line, score: Score, target: Target): Line {
	const refusal = refusalFor(score, Infinity);
	if (refusal !== undefined) return { ...line, refusal };
	const { median, lower, upper } = line.summary as Summary;
	return { ...line, reached: reach(target, median, lower, upper) };
}

function compare(line: Line, mine: Summary, rival: Score, target: Target): Line {
	const theirs = summaryOf(rival) as Summary;
	const by = target.by ?? 'ratio';
	const to = rival.contender.name;
	const [value, low, high] =
		by === 'ratio'
			? [mine.median / theirs.median, mine.lower / theirs.upper, mine.upper / theirs.lower]
			: [mine.median - theirs.median, mine.lower - theirs.upper, mine.upper - theirs.lower];
	const compared: Line['compared'] = { to, by, value, low, high };
	return { ...line, compared, reached: reach(target, value, low, high) };
}

function findRival(scores: readonly Score[], name: string): Score {
	const rival =
		name === 'fastest'
			? scores
					.filter((score) => refusalFor(score) === undefined)
					.sort((a, b) => medianOf(a) - medianOf(b))[0]
			: scores.find(({ contender }) => contender.name === name);
	return rival ?? { contender: { name, measure: 0 }, rounds: [], failure: 'it was not measured' };
}

function medianOf(score: Score): number {
	return summaryOf(score)?.median ?? Infinity;
}

function summaryOf({ contender, rounds, failure }: Score): Summary | undefined {
	if (failure !== undefined) return undefined;
	if (typeof contender.measure === 'number') return exactly(contender.measure);
	return rounds.length === 0 ? undefined : summarise(rounds.map(({ value }) => value));
}

/** @param mostSpread the furthest that rounds may lie apart: a figure by itself shows its own range */
function refusalFor(score: Score, mostSpread = MOST_SPREAD): string | undefined {
	const { contender, failure } = score;
	if (failure !== undefined) return `${contender.name} could not be run: ${failure}`;
	const loss = lossOf(score);
	if (loss !== undefined) return `${contender.name}: ${loss}`;
	const summary = summaryOf(score);
	if (summary === undefined) return `${contender.name} was not run`;
	if (summary.rounds < FEWEST_ROUNDS) return `${contender.name} was measured once only`;
	if (summary.spread > mostSpread) {
		const spread = Math.round(summary.spread * 100);
		return `the rounds of ${contender.name} lie ${spread} % apart, which is more than the ${mostSpread * 100} % allowed`;
	}
	return undefined;
}

function lossOf({ rounds }: Score): string | undefined {
	return rounds.find(({ loss }) => loss !== undefined)?.loss;
}

function reach(target: Target, value: number, low: number, high: number): Line['reached'] {
	const { atMost = Infinity, atLeast = -Infinity, tie } = target;
	if (atMost === Infinity && atLeast === -Infinity) return undefined;
	if (tie) {
		if (high - low > MOST_SPREAD_OF_TIE * Math.abs(value) && low < atLeast) return 'unclear';
		return high >= atLeast && low <= atMost ? 'yes' : 'no';
	}
	if (low >= atLeast && high <= atMost) return 'yes';
	return value < atLeast && high < atLeast
		? 'no'
		: value > atMost && low > atMost
			? 'no'
			: 'unclear';
}

function inWords({ against, by = 'ratio', atMost, atLeast, tie }: Target): string | undefined {
	const figure = atMost ?? atLeast;
	if (figure === undefined) return undefined;
	if (tie) return `not behind ${against}`;
	const bound = `at ${atMost === undefined ? 'least' : 'most'} ${figure}`;
	if (against === undefined) return bound;
	const other = against === 'fastest' ? 'the least' : against;
	return by === 'ratio' ? `${bound} × ${other}` : `${bound} more than ${other}`;
}

/** Every remark, and what the rounds saw: each once, the last round's first where they differ. */
function notesOf({ contender, rounds }: Score): string[] {
	const seen = rounds.at(-1);
	const notes = [contender.remark, lossOf({ contender, rounds }), seen?.note];
	return notes.filter((note): note is string => note !== undefined);
}

export type { Contender };
