import { NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeApiError,
} from 'n8n-workflow';

import { Stopped } from '../shared/throttle';
import { Memo } from './memo';
import type { Operation, Resource } from './operation';
import { Tasks, readSettings } from './tasks';

type NodeError = NodeApiError | NodeOperationError;

/** What the finished items gave, by their index; a hole is an item that has not finished. */
type Finished = IDataObject[][];

/**
 * How many items are made ready beyond those that can have a request in flight. Reading an item takes
 * n8n's one thread a millisecond or more: done beforehand, the next request goes out as soon as there
 * is a place for it.
 */
const AHEAD = 4;

/**
 * Runs the chosen operation for every input item, output in the order of the input, every output item
 * paired with its input item. The client sees to it that no more than 'Requests at Once' are in flight;
 * with one at once, an item begins when the one before has ended.
 *
 * Without "continue on fail" the first refusal stops what has not begun, and what has begun is
 * awaited; with it, a refused item becomes an item that reaches n8n's error branch. What an earlier
 * try of the same run has finished is not done again.
 *
 * @param host n8n's side of this run
 * @param resources everything that can be chosen
 */
export async function run(
	host: IExecuteFunctions,
	resources: readonly Resource[],
): Promise<INodeExecutionData[][]> {
	const operation = chosenOperation(host, resources);
	const total = host.getInputData().length;
	if (total === 0) return [[]];
	const settings = readSettings(host);
	const tasks = new Tasks(host, operation, settings);
	const memo = operation.changes ? new Memo(host, runIndex(host)) : undefined;
	const finished: Finished = [];
	const errors = new Map<number, NodeError>();
	let isStopped = false;
	let next = 0;

	const runItem = async (index: number): Promise<IDataObject[]> =>
		memo?.recall(index, () => tasks.fingerprint(index)) ??
		(await operation.execute(tasks.create(index)));

	const work = async () => {
		while (next < total && !isStopped) {
			const index = next++;
			try {
				finished[index] = await runItem(index);
			} catch (thrown) {
				const isCancelled = host.getExecutionCancelSignal()?.aborted === true;
				errors.set(index, asNodeError(host, thrown, index, total > 1 && !isCancelled));
				isStopped = isCancelled || !host.continueOnFail();
				if (isStopped) tasks.stop();
			}
		}
	};
	const { concurrency } = settings;
	const atOnce = concurrency + Math.min(AHEAD, concurrency - 1);
	await Promise.all(Array.from({ length: Math.min(atOnce, total) }, work));
	tasks.close();

	if (errors.size === 0) memo?.clear();
	else memo?.keep(withFingerprints(finished, tasks));
	if (isStopped) throw firstError(errors, progress(operation, finished, errors, total));
	tasks.sayHints();
	return [outputItems(finished, errors, total)];
}

function chosenOperation(host: IExecuteFunctions, resources: readonly Resource[]): Operation {
	const resource = pick(host, 'Resource', 'resource', resources);
	return pick(host, 'Operation', 'operation', resource.operations);
}

function pick<T extends { option: { value: string } }>(
	host: IExecuteFunctions,
	label: string,
	name: string,
	choices: readonly T[],
): T {
	const value = host.getNodeParameter(name, 0);
	const choice = choices.find(({ option }) => option.value === value);
	if (choice === undefined) {
		const allowed = choices.map(({ option }) => option.value).join(', ');
		throw new NodeOperationError(
			host.getNode(),
			`'${label}' cannot be '${String(value)}'. Use one of: ${allowed}`,
			{ description: 'Open the step and choose again.' },
		);
	}
	return choice;
}

/** Which run of the node this is, in a loop or among an agent's tool calls. */
function runIndex(host: IExecuteFunctions): number {
	return Number(host.getWorkflowDataProxy(0).$runIndex);
}

function* withFingerprints(
	finished: Finished,
	tasks: Tasks,
): Generator<[number, string, IDataObject[]]> {
	for (const index of finished.keys()) {
		if (index in finished) yield [index, tasks.fingerprint(index), finished[index]];
	}
}

function asNodeError(
	host: IExecuteFunctions,
	thrown: unknown,
	itemIndex: number,
	isOneOfMany: boolean,
): NodeError {
	const isNodeError =
		thrown instanceof Error && ['NodeApiError', 'NodeOperationError'].includes(thrown.name);
	const error = isNodeError
		? (thrown as NodeError)
		: new NodeOperationError(host.getNode(), thrown as Error | JsonObject, { itemIndex });
	error.context.itemIndex ??= itemIndex;
	if (thrown instanceof Stopped) error.context.isStopped = true;
	if (isOneOfMany) error.message += ` [Item ${itemIndex}]`;
	return error;
}

function outputItems(
	finished: Finished,
	errors: Map<number, NodeError>,
	total: number,
): INodeExecutionData[] {
	return Array.from({ length: total }, (_, item): INodeExecutionData[] => {
		const error = errors.get(item);
		if (error === undefined) return finished[item].map((json) => ({ json, pairedItem: { item } }));
		return [{ json: { error: error.message }, error, pairedItem: { item } }];
	}).flat();
}

/** The refusal that ended the run, with what had become of the others. Those that it stopped may be told first. */
function firstError(errors: Map<number, NodeError>, others: string): NodeError {
	const all = [...errors.values()];
	const error = all.find(({ context }) => context.isStopped !== true) ?? all[0];
	error.description = [error.description, others].filter(Boolean).join(' ');
	return error;
}

/** How many items had been done, and of how many that is not known; empty for a single item. */
function progress(
	{ done }: Operation,
	finished: Finished,
	errors: Map<number, NodeError>,
	total: number,
): string {
	if (total === 1) return '';
	const finishedCount = finished.filter(() => true).length;
	const unknownCount = [...errors.values()].filter(isUnknown).length;
	const unknown =
		unknownCount === 0 ? '' : `, and ${unknownCount} may have ${done.split(' had ')[1]}`;
	return `${finishedCount} of ${total} ${done} before this${unknown}.`;
}

function isUnknown({ context }: NodeError): boolean {
	return context.outcome === 'unknown';
}
