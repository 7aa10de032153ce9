// What may be said about the figures, and what may not.
import type { Contender, Score, Target } from './contender.mts';
import { exactly, medianRange, summarise, type Summary } from './statistics.mts';

/** A ratio less certain than this, as the width of where it surely lies over itself, is not told. */
export const MOST_SPREAD = 0.5;

/** With a ratio less certain than this, a tie cannot be told from a lag. */
const MOST_SPREAD_OF_TIE = 0.1;

/** Fewer rounds say nothing about their spread. */
const FEWEST_ROUNDS = 2;

export interface Line {
	name: string;
	summary?: Summary;
	/** Median of the rounds' ratios or differences to what it is held against, and where it surely lies. */
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
 * Compares every contender with what it is held against: by its target, or else with the first. Each
 * round is compared with the rival's round beside it, so that a machine that becomes slower meanwhile
 * changes nothing.
 *
 * A comparison is refused when one of the two could not be run, lost requests or did them twice, was
 * measured in one round only, or had rounds too far apart to be sure of the median. A target is neither reached
 * nor missed when it lies where the median of the ratios may be.
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
		const refusal = refusalFor(score) ?? refusalFor(rival);
		if (refusal !== undefined) return { ...line, refusal };
		return compare(line, score, rival, target);
	});
}

/** @returns whether something could not be reported that should have been */
export function isRefused({ refusal, isExpectedLoss }: Line): boolean {
	return refusal !== undefined && isExpectedLoss !== true;
}

function ofItself(line: Line, score: Score, target: Target): Line {
	const refusal = refusalFor(score);
	if (refusal !== undefined) return { ...line, refusal };
	const { median, lower, upper } = line.summary as Summary;
	return { ...line, reached: reach(target, median, lower, upper) };
}

function compare(line: Line, score: Score, rival: Score, target: Target): Line {
	const by = target.by ?? 'ratio';
	const to = rival.contender.name;
	const pairs = roundByRound(score, rival);
	const values = pairs.map(([mine, theirs]) => (by === 'ratio' ? mine / theirs : mine - theirs));
	const { median: value, low, high } = medianRange(values);
	const spread = (high - low) / Math.abs(value);
	if (by === 'ratio' && !target.tie && spread > MOST_SPREAD) {
		const apart = Math.round(spread * 100);
		const refusal = `the rounds leave open ${apart} % of the ratio to ${to}, which is more than the ${MOST_SPREAD * 100} % allowed`;
		return { ...line, refusal };
	}
	const compared: Line['compared'] = { to, by, value, low, high };
	return { ...line, compared, reached: reach(target, value, low, high) };
}

/** What was measured side by side. A calculated figure stands beside every round. */
function roundByRound(mine: Score, theirs: Score): Array<[mine: number, theirs: number]> {
	const [a, b] = [mine, theirs].map(
		({ contender: { measure }, rounds }) =>
			(index: number) =>
				typeof measure === 'number' ? measure : rounds[index].value,
	);
	const count = Math.min(...[mine, theirs].map(measuredRounds));
	return Array.from({ length: Number.isFinite(count) ? count : 1 }, (_, index) => [
		a(index),
		b(index),
	]);
}

function measuredRounds({ contender: { measure }, rounds }: Score): number {
	return typeof measure === 'number' ? Infinity : rounds.length;
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

function refusalFor(score: Score): string | undefined {
	const { contender, failure } = score;
	if (failure !== undefined) return `${contender.name} could not be run: ${failure}`;
	const loss = lossOf(score);
	if (loss !== undefined) return `${contender.name}: ${loss}`;
	const rounds = measuredRounds(score);
	if (rounds === 0) return `${contender.name} was not run`;
	if (rounds < FEWEST_ROUNDS) return `${contender.name} was measured once only`;
	return undefined;
}

function lossOf({ rounds }: Score): string | undefined {
	return rounds.find(({ loss }) => loss !== undefined)?.loss;
}

function reach(target: Target, value: number, low: number, high: number): Line['reached'] {
	const { atMost = Infinity, atLeast = -Infinity, tie } = target;
	if (atMost === Infinity && atLeast === -Infinity) return undefined;
	if (tie) {
		const isVague = high - low > MOST_SPREAD_OF_TIE * Math.abs(value);
		if (isVague && low < atLeast && high >= atLeast) return 'unclear';
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
