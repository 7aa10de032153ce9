import { NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeApiError,
} from 'n8n-workflow';

import { CREDENTIAL, VortexClient } from '../shared/client';
import { NO_SECRET } from '../shared/faults';
import { deriveSigningKey, splitSecrets } from '../shared/signing';
import { Stopped } from '../shared/throttle';
import type { SigningKey } from '../shared/signing';
import { REQUEST_OPTIONS } from './fields';
import type { Operation, Resource, Task } from './operation';
import { Parameters } from './parameters';

type NodeError = NodeApiError | NodeOperationError;

/** The results of the input items, by their index; a hole is an item that was not reached. */
type Results = INodeExecutionData[][];

/**
 * Runs the chosen operation for every input item: at most 'Requests at Once' items at a time, output
 * in the order of the input, every output item paired with its input item.
 *
 * Without "continue on fail" the first refusal stops what has not begun, and what has begun is
 * awaited; with it, a refused item becomes an item that reaches n8n's error branch.
 *
 * @param host n8n's side of this run
 * @param resources everything that can be chosen
 */
export async function run(
	host: IExecuteFunctions,
	resources: readonly Resource[],
): Promise<INodeExecutionData[][]> {
	const operation = chosenOperation(host, resources);
	const items = host.getInputData();
	const settings = readSettings(host);
	const tasks = new Tasks(host, operation, settings);
	const results: Results = [];
	let next = 0;
	let firstError: NodeError | undefined;

	const work = async () => {
		while (next < items.length && firstError === undefined) {
			const index = next++;
			try {
				const outputs = await operation.execute(tasks.create(index));
				results[index] = outputs.map((json) => ({ json, pairedItem: { item: index } }));
			} catch (thrown) {
				const error = asNodeError(host, thrown, index);
				const isCancelled = host.getExecutionCancelSignal()?.aborted === true;
				if (items.length > 1 && !isCancelled) error.message += ` [Item ${index}]`;
				if (host.continueOnFail() && !isCancelled) {
					results[index] = [errorItem(error, index)];
				} else {
					firstError ??= error;
					tasks.stop();
				}
			}
		}
	};
	const workers = Math.min(settings.concurrency, items.length);
	await Promise.all(Array.from({ length: workers }, work));

	if (firstError !== undefined) throw withProgress(firstError, results, items.length);
	tasks.sayHints();
	return [results.flat()];
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

interface Settings {
	concurrency: number;
	timeout: number;
	maxRetries: number;
}

/** The options of the first item count for all of them: they belong to the run, not to an item. */
function readSettings(host: IExecuteFunctions): Settings {
	const options = new Parameters(
		(name) => host.getNodeParameter(name, 0, {}),
		[REQUEST_OPTIONS],
		(message, description) => new NodeOperationError(host.getNode(), message, { description }),
	).collection(REQUEST_OPTIONS.name);
	return {
		concurrency: options.wholeNumber('concurrency', 10, 1),
		timeout: options.wholeNumber('timeout', 30_000, 1),
		maxRetries: options.wholeNumber('maxRetries', 3, 0),
	};
}

/** Makes what an operation works with, item by item, and holds what the items of a run share. */
class Tasks {
	private client: Promise<VortexClient> | undefined;

	private isStopped = false;

	private credential: Promise<IDataObject> | undefined;

	private key: SigningKey | undefined;

	private readonly hints = new Set<string>();

	private readonly turns = new Map<string, Promise<unknown>>();

	constructor(
		private readonly host: IExecuteFunctions,
		private readonly operation: Operation,
		private readonly settings: Settings,
	) {}

	create(index: number): Task {
		const { host } = this;
		const refuse = (message: string, description: string) =>
			refusal(host, message, description, index);
		return {
			parameters: new Parameters(
				(name) => host.getNodeParameter(name, index, null),
				this.operation.fields,
				refuse,
			),
			webhookSecrets: async () => {
				const secrets = splitSecrets((await this.readCredential()).webhookSecret);
				if (secrets.length === 0) throw refuse(NO_SECRET.message, NO_SECRET.description);
				return secrets;
			},
			signingKey: async () => {
				const { apiKey } = await this.readCredential();
				this.key ??= deriveSigningKey(String(apiKey ?? ''));
				return this.key;
			},
			send: async (request) => await (await this.open(refuse)).send(request, index),
			hint: (message) => this.hints.add(message),
			inTurn: async (key, work) => await this.inTurn(key, work),
			refuse,
		};
	}

	/** Lets nothing further begin. */
	stop(): void {
		this.isStopped = true;
		void this.client?.then(
			(client) => client.stop(),
			() => {},
		);
	}

	sayHints(): void {
		for (const message of this.hints) {
			this.host.addExecutionHints?.({ message, location: 'outputPane' });
		}
	}

	private async readCredential(): Promise<IDataObject> {
		this.credential ??= this.host.getCredentials<IDataObject>(CREDENTIAL);
		return await this.credential;
	}

	/** The one client of this run. A credential that will not do is refused anew for each item. */
	private async open(refuse: Task['refuse']): Promise<VortexClient> {
		this.client ??= VortexClient.open(this.host, this.settings);
		try {
			return await this.client;
		} catch (error) {
			const { message, description } = error as NodeOperationError;
			throw refuse(message, description ?? 'Check the Vortex credential of this step.');
		}
	}

	private async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
		const earlier = this.turns.get(key) ?? Promise.resolve();
		const begin = async () => {
			if (this.isStopped) throw new Stopped();
			return await work();
		};
		const mine = earlier.then(begin, begin);
		// Before the next in turn begins, which is before the runner hears of it.
		mine.catch(() => {
			if (!this.host.continueOnFail()) this.stop();
		});
		this.turns.set(key, mine);
		try {
			return await mine;
		} finally {
			if (this.turns.get(key) === mine) this.turns.delete(key);
		}
	}
}

/** n8n replaces a message that contains, anywhere, a code such as EPERM: so it is set once more. */
function refusal(
	host: IExecuteFunctions,
	message: string,
	description: string,
	itemIndex: number,
): NodeOperationError {
	const error = new NodeOperationError(host.getNode(), message, { description, itemIndex });
	error.message = message;
	return error;
}

function asNodeError(host: IExecuteFunctions, thrown: unknown, itemIndex: number): NodeError {
	const isNodeError =
		thrown instanceof Error && ['NodeApiError', 'NodeOperationError'].includes(thrown.name);
	if (!isNodeError) {
		return new NodeOperationError(host.getNode(), thrown as Error | JsonObject, { itemIndex });
	}
	const error = thrown as NodeError;
	error.context.itemIndex ??= itemIndex;
	return error;
}

function errorItem(error: NodeError, index: number): INodeExecutionData {
	const json: IDataObject = { error: error.message };
	return { json, error, pairedItem: { item: index } };
}

function withProgress(error: NodeError, results: Results, total: number): NodeError {
	if (total > 1) {
		const done = results.filter(() => true).length;
		const progress = `${done} of ${total} items had been done before this.`;
		error.description = [error.description, progress].filter(Boolean).join(' ');
	}
	return error;
}
