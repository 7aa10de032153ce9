import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { nodeProperties } from './properties';
import { resources } from './resources';
import { run } from './runner';

export class Vortex implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Vortex',
		name: 'vortex',
		icon: { light: 'file:../../icons/vortex.svg', dark: 'file:../../icons/vortex.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Send, track and accept invitations with Vortex',
		defaults: { name: 'Vortex' },
		usableAsTool: true,
		sensitiveOutputFields: ['token', 'signature'],
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'vortexApi', required: true }],
		properties: nodeProperties(resources),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await run(this, resources);
	}
}
