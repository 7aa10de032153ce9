// What is measured, and how the rounds take turns.
/** What one round gave. */
export interface Round {
	/** In the unit of the comparison. */
	value: number;
	/** What was lost, or done twice: then the value says nothing about speed. */
	loss?: string;
	/** What else was seen, for the table. */
	note?: string;
}

/** What is to be reached: a ratio, a difference or the figure itself. */
export interface Target {
	/** Name of the contender that this one is held against; `fastest` is whichever has the least. */
	against?: string;
	/** `ratio` unless told; without `against` it is the figure itself. */
	by?: 'ratio' | 'difference';
	atMost?: number;
	atLeast?: number;
	/** A tie is enough: missed only where the rounds show it clearly. */
	tie?: boolean;
}

export interface Contender {
	name: string;
	/** Measures once; or, for what can be calculated, its figure. */
	measure: (() => Promise<Round>) | number;
	target?: Target;
	/** For one that takes long: rounds at most. */
	rounds?: number;
	/** Losing requests is what this one is expected to show. */
	mayLose?: boolean;
	/** Said beside its figure. */
	remark?: string;
}

/** Contenders that do the same work, measured in turn. */
export interface Contest {
	what: string;
	unit: string;
	contenders: Contender[];
	/** For one that takes long: rounds at most. */
	rounds?: number;
	/** Said below the table. */
	explanation?: string;
}

/** A contender, and what its rounds gave. */
export interface Score {
	contender: Contender;
	rounds: Round[];
	/** Why it could not be run. */
	failure?: string;
}

/**
 * Measures every contender once in each round, A B C C B A: what changes on the machine meanwhile, or
 * what one leaves behind for the next, meets all of them alike. One that cannot be run is left out of the rounds that follow.
 */
export async function takeTurns(
	contenders: readonly Contender[],
	rounds: number,
	tell: (text: string) => void = () => {},
): Promise<Score[]> {
	const scores = contenders.map((contender): Score => ({ contender, rounds: [] }));
	for (let round = 0; round < rounds; round += 1) {
		for (const score of round % 2 === 0 ? scores : scores.toReversed()) {
			const { contender } = score;
			if (score.failure !== undefined || round >= (contender.rounds ?? Infinity)) continue;
			if (typeof contender.measure === 'number') continue;
			try {
				const result = await contender.measure();
				score.rounds.push(result);
				tell(`${contender.name}: ${result.loss ?? result.value.toPrecision(4)}`);
			} catch (error) {
				score.failure = error instanceof Error ? error.message : String(error);
				tell(`${contender.name} could not be run: ${score.failure}`);
			}
		}
	}
	return scores;
}
