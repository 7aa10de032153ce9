// The figures as a table and as JSON.
import { isRefused, type Line } from './verdict.mts';
import type { Summary } from './statistics.mts';

/** A comparison that has been made. */
export interface Result {
	group: string;
	what: string;
	unit: string;
	lines: Line[];
	explanation?: string;
}

/** @returns a Markdown table, one row for each figure, and the explanations below it */
export function asTable(results: readonly Result[]): string {
	const head = '| What | Who | Median (spread) | Compared | To reach | Reached | Notes |';
	const rows = results.flatMap(({ what, unit, lines }) =>
		lines.map((line, index) => {
			const { target = '', reached = '', refusal } = line;
			const cells = [
				index === 0 ? what : '',
				line.name,
				measured(line, unit),
				comparison(line, unit),
				target,
				refusal === undefined ? reached : isRefused(line) ? 'refused' : '',
				line.notes.join('; '),
			];
			return `| ${cells.map(cell).join(' | ')} |`;
		}),
	);
	const notes = explanations(results);
	return [
		head,
		'| - | - | - | - | - | - | - |',
		...rows,
		...(notes.length ? ['', ...notes] : []),
	].join('\n');
}

/** Each explanation once, with all that it is about. */
function explanations(results: readonly Result[]): string[] {
	const about = new Map<string, string[]>();
	for (const { what, explanation } of results) {
		if (explanation) about.set(explanation, [...(about.get(explanation) ?? []), what]);
	}
	return [...about].map(([explanation, whats]) => `- **${whats.join('; ')}:** ${explanation}`);
}

/** @returns what could not be reported, one line each */
export function refusals(results: readonly Result[]): string[] {
	return results.flatMap(({ what, lines }) =>
		lines.filter(isRefused).map(({ name, refusal }) => `${what}, ${name}: ${refusal}`),
	);
}

/** @returns the targets that were not reached, or not clearly, one line each */
export function shortfalls(results: readonly Result[]): string[] {
	return results.flatMap(({ what, lines }) =>
		lines
			.filter(({ reached }) => reached === 'no' || reached === 'unclear')
			.map(({ name, target, reached }) => `${what}, ${name}: ${target} (${reached})`),
	);
}

/** What lost requests has no speed. */
function measured({ summary, isExpectedLoss }: Line, unit: string): string {
	if (isExpectedLoss) return 'failed';
	return summary ? inUnit(summary, unit) : '–';
}

function comparison({ compared, refusal, isExpectedLoss }: Line, unit: string): string {
	if (isExpectedLoss) return '';
	if (refusal !== undefined) return `none: ${refusal}`;
	if (compared === undefined) return '';
	const { to, by, value, low, high } = compared;
	const range = low === high ? '' : ` (${figure(low)}–${figure(high)})`;
	if (by === 'ratio') return `${figure(value)} × ${to}${range}`;
	return `${figure(value)} ${unit} more than ${to}${range}`;
}

function inUnit({ median, spread, rounds }: Summary, unit: string): string {
	const measured = rounds === Infinity ? '' : ` (±${Math.round(spread * 50)} %, ${rounds} rounds)`;
	return `${figure(median)} ${unit}${measured}`;
}

/** Three digits that count, and no more. */
function figure(value: number): string {
	const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return value.toLocaleString('en', {
		maximumFractionDigits: digits,
		minimumFractionDigits: digits,
	});
}

function cell(text: string): string {
	return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
