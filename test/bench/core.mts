// Our node in the real n8n-core, in this process, as it was built: without an n8n around it.
import { setImmediate as turn } from 'node:timers/promises';
import type {
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { newKeys } from '../n8n-host/keys.mts';
import { loadBuilt, require } from './built.mts';
import { INVITING } from './people.mts';

const { ExecuteContext } = require('n8n-core') as typeof import('n8n-core');
const { createRunExecutionData, Workflow } =
	require('n8n-workflow') as typeof import('n8n-workflow');

const { Vortex } = loadBuilt<{ Vortex: new () => INodeType }>('nodes/Vortex/Vortex.node.js');

const vortex = new Vortex();

const node: INode = {
	id: 'node-1',
	name: 'Vortex',
	type: 'n8n-nodes-vortex.vortex',
	typeVersion: 1,
	position: [0, 0],
	credentials: { vortexApi: { id: '1', name: 'Vortex' } },
	parameters: INVITING,
};

const workflow = new Workflow({
	id: 'workflow-1',
	active: false,
	nodes: [node],
	connections: {},
	nodeTypes: { getByNameAndVersion: () => vortex } as unknown as INodeTypes,
	settings: { executionOrder: 'v1' },
});

const additionalData = {
	executionId: 'execution-1',
	formWaitingBaseUrl: 'http://localhost/form-waiting',
	webhookBaseUrl: 'http://localhost/webhook',
	webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
	webhookTestBaseUrl: 'http://localhost/webhook-test',
	credentialsHelper: {},
	variables: {},
	currentNodeExecutionIndex: 0,
} as unknown as IWorkflowExecuteAdditionalData;

const credential = { apiKey: newKeys().apiKey, baseUrl: 'http://127.0.0.1:9' };

/**
 * Prepares one execution of 'Create' whose every request is answered on the next turn of the event
 * loop, so that nothing but our node and n8n-core takes time.
 *
 * @param onRequest is called before each answer
 * @returns what executes the node
 */
export function prepareExecution(
	items: INodeExecutionData[],
	onRequest: () => void = () => {},
): () => Promise<INodeExecutionData[][]> {
	const input = { main: [items] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'trigger',
		createRunExecutionData(),
		0,
		items,
		input,
		{ node, data: input, source: null },
		[],
		new AbortController().signal,
	);
	let sent = 0;
	const host = context as unknown as IExecuteFunctions & { [name: string]: unknown };
	host.getCredentials = (async () => credential) as IExecuteFunctions['getCredentials'];
	host.helpers.httpRequestWithAuthentication = async () => {
		await turn();
		onRequest();
		sent += 1;
		const body = JSON.stringify({
			id: `inv-${sent}`,
			status: 'queued',
			shortLink: `https://v/${sent}`,
		});
		return { statusCode: 201, headers: {}, body };
	};
	return async () => (await vortex.execute?.call(host)) as INodeExecutionData[][];
}
