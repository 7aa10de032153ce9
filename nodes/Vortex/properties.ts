import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Operation, Resource } from './operation';

/**
 * Makes the node's parameters out of its resources: the choice of the resource, for each resource
 * the choice of the operation, and each operation's fields, shown for that operation only.
 */
export function nodeProperties(resources: readonly Resource[]): INodeProperties[] {
	return [
		choice({ displayName: 'Resource', name: 'resource' }, resources, resources[0]),
		...resources.map(operationChoice),
		...resources.flatMap((resource) =>
			resource.operations.flatMap((operation) => shownFor(resource, operation)),
		),
	];
}

function operationChoice(resource: Resource): INodeProperties {
	return {
		...choice(
			{ displayName: 'Operation', name: 'operation' },
			resource.operations,
			resource.firstChoice,
		),
		displayOptions: { show: { resource: [resource.option.value] } },
	};
}

/** What can be chosen in a dropdown. */
interface Choice {
	option: INodePropertyOptions;
}

function choice(
	title: Pick<INodeProperties, 'displayName' | 'name'>,
	choices: readonly Choice[],
	first: Choice,
): INodeProperties {
	const options = choices.map(({ option }) => option);
	return {
		...title,
		type: 'options',
		noDataExpression: true,
		options,
		default: first.option.value,
	};
}

function shownFor(resource: Resource, operation: Operation): INodeProperties[] {
	const show: IDisplayOptions['show'] = {
		resource: [resource.option.value],
		operation: [operation.option.value],
	};
	return operation.fields.map((field) => ({
		...field,
		displayOptions: { ...field.displayOptions, show: { ...show, ...field.displayOptions?.show } },
	}));
}
