import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { CREDENTIAL, VortexClient } from '../shared/client';
import type { ClientSettings } from '../shared/client';
import { NO_SECRET } from '../shared/faults';
import { deriveSigningKey, splitSecrets } from '../shared/signing';
import type { SigningKey } from '../shared/signing';
import { Stopped } from '../shared/throttle';
import { REQUEST_OPTIONS, SIMPLIFY } from './fields';
import { fingerprintOf } from './memo';
import type { Operation, Task } from './operation';
import { Parameters } from './parameters';

/** Fields that change nothing about what is asked of Vortex. */
const NOT_ASKED = [REQUEST_OPTIONS.name, SIMPLIFY.name];

/** How many hints of one kind a run shows; the last of them says how many more there would be. */
const MOST_OF_A_KIND = 3;

/** The longest time, in ms, that a timer of Node.js can measure, 24 days: a longer one is over at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The options of the first item count for all of them: they belong to the run, not to an item. */
export function readSettings(host: IExecuteFunctions): ClientSettings {
	const options = new Parameters(
		(name) => host.getNodeParameter(name, 0, {}),
		[REQUEST_OPTIONS],
		(message, description) => new NodeOperationError(host.getNode(), message, { description }),
	).collection(REQUEST_OPTIONS.name);
	return {
		concurrency: options.wholeNumber('concurrency', 10, 1),
		timeout: Math.min(options.wholeNumber('timeout', 30_000, 1), LONGEST_TIMEOUT),
		maxRetries: options.wholeNumber('maxRetries', 3, 0),
	};
}

/** Makes what an operation works with, item by item, and holds what the items of a run share. */
export class Tasks {
	private client: Promise<VortexClient> | undefined;

	private isStopped = false;

	private credential: Promise<IDataObject> | undefined;

	private key: SigningKey | undefined;

	private readonly hints = new Map<string, Set<string>>();

	private readonly turns = new Map<string, Promise<unknown>>();

	constructor(
		private readonly host: IExecuteFunctions,
		private readonly operation: Operation,
		private readonly settings: ClientSettings,
	) {}

	create(index: number): Task {
		const { host } = this;
		const refuse = (message: string, description: string) =>
			refusal(host, message, description, index);
		return {
			parameters: new Parameters((name) => this.read(name, index), this.operation.fields, refuse),
			webhookSecrets: async () => {
				const secrets = splitSecrets((await this.readCredential(refuse)).webhookSecret);
				if (secrets.length === 0) throw refuse(NO_SECRET.message, NO_SECRET.description);
				return secrets;
			},
			signingKey: async () => {
				const { apiKey } = await this.readCredential(refuse);
				this.key ??= deriveSigningKey(String(apiKey ?? ''));
				return this.key;
			},
			send: async (request) => await (await this.open(refuse)).send(request, index),
			hint: (message, kind = message) => this.noteHint(kind, message),
			inTurn: async (key, work) => await this.inTurn(key, work),
			refuse,
		};
	}

	/**
	 * A digest of what the item asks of Vortex, however it is sent and returned. Of the parameters as
	 * they are written: what an expression such as `$now` gives differs from try to try.
	 */
	fingerprint(index: number): string {
		const { parameters, credentials } = this.host.getNode();
		const asking = Object.keys(parameters).filter((name) => !NOT_ASKED.includes(name));
		const values = asking.sort().map((name) => [name, parameters[name]]);
		const input = this.host.getInputData()[index].json;
		return fingerprintOf([values, credentials?.[CREDENTIAL]?.id, input]);
	}

	/** Lets nothing further begin. */
	stop(): void {
		this.isStopped = true;
		this.tellClient((client) => client.stop());
	}

	/** Ends the run: nothing of it may outlive it. */
	close(): void {
		this.tellClient((client) => client.close());
	}

	sayHints(): void {
		for (const messages of this.hints.values()) {
			const shown = [...messages].slice(0, MOST_OF_A_KIND);
			const more = messages.size - shown.length;
			if (more > 0) shown.push(`${shown.pop()} (And ${more} more like this one.)`);
			for (const message of shown) {
				this.host.addExecutionHints?.({ message, location: 'outputPane' });
			}
		}
	}

	private noteHint(kind: string, message: string): void {
		const messages = this.hints.get(kind) ?? new Set();
		this.hints.set(kind, messages.add(message));
	}

	private read(name: string, index: number): unknown {
		return this.host.getNodeParameter(name, index, null);
	}

	private async readCredential(refuse: Task['refuse']): Promise<IDataObject> {
		this.credential ??= this.host.getCredentials<IDataObject>(CREDENTIAL);
		return await refusedAnew(this.credential, refuse);
	}

	/** The one client of this run. */
	private async open(refuse: Task['refuse']): Promise<VortexClient> {
		this.client ??= VortexClient.open(this.host, this.settings);
		return await refusedAnew(this.client, refuse);
	}

	/** Once there is a client; one that could not be opened has nothing to be told. */
	private tellClient(what: (client: VortexClient) => void): void {
		this.client?.then(what, () => {});
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

/** A credential that will not do is refused anew for each item: each error names its own item. */
async function refusedAnew<T>(shared: Promise<T>, refuse: Task['refuse']): Promise<T> {
	try {
		return await shared;
	} catch (error) {
		const { message, description } = error as NodeOperationError;
		throw refuse(message, description ?? 'Check the Vortex credential of this step.');
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
