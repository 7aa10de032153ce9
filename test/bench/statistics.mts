// What several rounds say together.

export interface Summary {
	median: number;
	/** A quarter of the rounds lies at or below it, and three quarters at or below the next. */
	lower: number;
	upper: number;
	/** Interquartile range over the median: how far the rounds lie apart. */
	spread: number;
	rounds: number;
}

/**
 * @param values one for each round. Refuses none, and what is no finite number.
 */
export function summarise(values: readonly number[]): Summary {
	if (values.length === 0 || !values.every(Number.isFinite)) {
		throw new RangeError(`These are no measurements: ${JSON.stringify(values)}`);
	}
	const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(values, share));
	const spread = median === 0 ? 0 : (upper - lower) / Math.abs(median);
	return { median, lower, upper, spread, rounds: values.length };
}

/** What is calculated, not measured: it has no spread. */
export function exactly(value: number): Summary {
	return { median: value, lower: value, upper: value, spread: 0, rounds: Infinity };
}

/** What may be wrong at most: 5 in 100. */
const DOUBT = 0.05;

/**
 * Where the true median lies with 95 % certainty, whatever the distribution: between two of the values
 * themselves (binomial order statistics). Of fewer than six values, between the least and the greatest.
 *
 * @param values one for each round. Refuses none, and what is no finite number.
 */
export function medianRange(values: readonly number[]): {
	median: number;
	low: number;
	high: number;
} {
	const { median } = summarise(values);
	const sorted = [...values].sort((a, b) => a - b);
	const outside = leftOut(sorted.length);
	return { median, low: sorted[outside], high: sorted[sorted.length - 1 - outside] };
}

/** How many of so many values may be left out at either end: half of them lie below the median by chance. */
function leftOut(count: number): number {
	let outside = 0;
	let chance = 0.5 ** count;
	for (let tail = chance; ; outside += 1) {
		chance *= (count - outside) / (outside + 1);
		tail += chance;
		if (2 * tail > DOUBT || 2 * outside + 2 >= count) break;
	}
	return outside;
}

/** Between two values it lies as far as the share says. */
function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const place = (sorted.length - 1) * share;
	const below = Math.floor(place);
	const above = Math.min(below + 1, sorted.length - 1);
	return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}
