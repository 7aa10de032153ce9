// Prints what `pnpm test:faults` saw: the table of operations × faults, and runs of many items.
import type { Reporter, TestModule } from 'vitest/node';

/** What becomes of one cell of the table. `done` includes an empty answer. */
export type Told = 'done' | 'refused' | 'unknown';

export interface Cell {
	operation: string;
	fault: string;
	/** How many main requests arrived, and what the item was told; nothing before it was tried. */
	seen?: [requests: number, told: Told];
}

/** A cell, and whether its test found anything wrong. */
type Result = Cell & { isDeviation: boolean };

declare module 'vitest' {
	interface TaskMeta {
		cell?: Cell;
		/** A line for the end of the report. */
		summary?: string;
	}
}

const MARKS: Record<Told, string> = { done: '+', refused: '-', unknown: '?' };

const LEGEND =
	'requests that arrived, then + done, - refused and nothing changed, ? may have been done,\n' +
	'! not as it should be; a dot where the status has a meaning of its own';

export default class FaultsReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[]): void {
		const tests = modules.flatMap((module) => [...module.children.allTests()]);
		const cells = tests.flatMap((test): Result[] => {
			const { cell } = test.meta();
			return cell === undefined ? [] : [{ ...cell, isDeviation: !test.ok() }];
		});
		const summaries = tests.flatMap((test) => test.meta().summary ?? []);
		process.stdout.write(`${[...tables(cells), ...summaries, totals(cells)].join('\n')}\n`);
	}
}

/** One table for each resource, so that it fits a terminal. */
function tables(cells: Result[]): string[] {
	const resources = new Set(cells.map(({ operation }) => operation.split('/')[0]));
	return [...resources].map((resource) =>
		table(
			resource,
			cells.filter(({ operation }) => operation.startsWith(`${resource}/`)),
		),
	);
}

function table(resource: string, cells: Result[]): string {
	const operations = [...new Set(cells.map(({ operation }) => operation))];
	const faults = [...new Set(cells.map(({ fault }) => fault))];
	const width = Math.max(...faults.map(({ length }) => length));
	const line = (head: string, row: string[]) =>
		head.padEnd(width) + row.map((text) => text.padStart(4)).join('');
	return [
		'',
		`${resource}: ${operations.map((name, index) => `${index + 1} ${name.split('/')[1]}`).join(', ')}`,
		LEGEND,
		line(
			'',
			operations.map((_, index) => String(index + 1)),
		),
		...faults.map((fault) =>
			line(
				fault,
				operations.map((operation) =>
					mark(cells.find((cell) => cell.operation === operation && cell.fault === fault)),
				),
			),
		),
		'',
	].join('\n');
}

function mark(cell: Result | undefined): string {
	if (cell === undefined) return '.';
	const seen = cell.seen === undefined ? '' : `${cell.seen[0]}${MARKS[cell.seen[1]]}`;
	return `${seen}${cell.isDeviation ? '!' : ''}`;
}

function totals(cells: Result[]): string {
	const deviations = cells.filter(({ isDeviation }) => isDeviation);
	const list = deviations.map(
		({ operation, fault, seen }) => `\n  ${operation} × ${fault}: ${seen?.join(' requests, ')}`,
	);
	return `${cells.length} cells of operations × faults, ${deviations.length} deviations${list.join('')}`;
}
