import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ApiAnswer, ApiRequest } from '../shared/client';
import type { SigningKey } from '../shared/signing';
import type { Parameters } from './parameters';

/** What an operation may use while it works on one input item. */
export interface Task {
	/** The item's parameters, checked as they are read. */
	parameters: Parameters;
	/** The signing secrets of the credential. Refuses when there is none. */
	webhookSecrets(): Promise<string[]>;
	/** What the credential's API key signs with, derived once for all items. */
	signingKey(): Promise<SigningKey>;
	/** Sends a request to Vortex on behalf of the item. */
	send<T>(request: ApiRequest): Promise<ApiAnswer<T>>;
	/**
	 * Tells the user something beside the output. Said once, however many items say it. What differs
	 * from item to item names its kind: only a few of one kind are said.
	 */
	hint(message: string, kind?: string): void;
	/** Runs `work` after what earlier items do under the same key, for changes that must not overlap. */
	inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
	/** Makes the refusal of a value that one of the parameters holds. */
	refuse(message: string, description: string): Error;
}

/** One operation: how it is offered, its fields, and what it does with one item. */
export interface Operation {
	option: INodePropertyOptions & { value: string; action: string };
	/** What a finished item means, e.g. "invitations had been created", for "12 of 200 …". */
	done: `${string} had ${string}`;
	fields: INodeProperties[];
	/** Whether it changes something in Vortex, so that what has finished must not be done again. */
	changes?: boolean;
	/** Returns the output items that belong to this input item, in order. */
	execute(task: Task): Promise<IDataObject[]>;
}

/** A group of operations, in the order they are offered. */
export interface Resource {
	option: INodePropertyOptions & { value: string };
	operations: readonly Operation[];
	/** The one that is chosen at the start. It cannot change any more: n8n does not save what is at its default. */
	firstChoice: Operation;
}
