import type { INodeProperties } from 'n8n-workflow';

import { SCOPE_ID, SCOPE_TYPE } from './fields';
import type { Task } from './operation';
import type { Parameters } from './parameters';

export const OPTIONAL_SCOPE_TYPE: INodeProperties = { ...SCOPE_TYPE, required: false };

export const OPTIONAL_SCOPE_ID: INodeProperties = { ...SCOPE_ID, required: false };

/**
 * Reads the parts of a scope that is optional as a whole.
 *
 * @param parameters the collection that holds them
 * @param names the parameters that belong together
 * @returns their values by name, or undefined when none is set. Refuses some without the others,
 * and `.` or `..`, because a scope becomes a part of a path when its invitations are looked up.
 */
export function readScope<Name extends string>(
	task: Task,
	parameters: Parameters,
	names: readonly Name[],
): Record<Name, string> | undefined {
	const values = names.map((name) => parameters.optional(name));
	if (values.every((value) => value === undefined)) return undefined;
	const missing = names.filter((_, index) => values[index] === undefined);
	if (missing.length > 0) {
		const labels = (some: readonly Name[]) =>
			some.map((name) => `'${parameters.label(name)}'`).join(' and ');
		throw task.refuse(
			`${labels(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`,
			`${labels(names)} belong together: fill in all of them, or none. If one comes from an expression, check what it gives for this item.`,
		);
	}
	return Object.fromEntries(names.map((name) => [name, parameters.pathPart(name)])) as Record<
		Name,
		string
	>;
}
