// The real n8n-core around our nodes: a real Workflow, really executed, with the credential in memory.
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	Workflow,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { VortexApi } from '../../credentials/VortexApi.credentials';
import { Vortex } from '../../nodes/Vortex/Vortex.node';
import { VortexTrigger } from '../../nodes/VortexTrigger/VortexTrigger.node';

/** Starts a workflow with the items that its parameter holds. */
class Items implements INodeType {
	description = {
		displayName: 'Items',
		name: 'items',
		group: ['trigger' as const],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main' as const],
		properties: [{ displayName: 'Items', name: 'items', type: 'json' as const, default: '[]' }],
	};

	async execute(this: { getNodeParameter(name: string, index: number): unknown }) {
		return [this.getNodeParameter('items', 0) as INodeExecutionData[]];
	}
}

const types: Record<string, INodeType> = {
	'test.items': new Items() as unknown as INodeType,
	'n8n-nodes-vortex.vortex': new Vortex(),
	'n8n-nodes-vortex.vortexTrigger': new VortexTrigger(),
};

const nodeTypes = {
	getByName: (name: string) => types[name],
	getByNameAndVersion: (name: string) => types[name],
	getKnownTypes: () => ({}),
} as unknown as INodeTypes;

export type Credential = Partial<Record<'apiKey' | 'webhookSecret' | 'baseUrl', unknown>>;

/** n8n's store of credentials, with one credential that need not be decrypted. */
function credentialsHelper(credential: Credential | undefined) {
	const type = new VortexApi();
	return {
		getParentTypes: () => [],
		getDecrypted: async () => {
			if (credential === undefined) throw new Error('Credential with ID "1" does not exist.');
			return { ...credential } as ICredentialDataDecryptedObject;
		},
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await type.authenticate(data, request),
		preAuthentication: async () => undefined,
		updateCredentials: async () => undefined,
		getCredentialsProperties: () => type.properties,
		isCredentialUsableByNode: () => true,
	};
}

export interface Setup {
	credential: Credential | undefined;
	/** The node under test, without what every node has. */
	node: Partial<INode> & { type: string; parameters: INodeParameters };
	/** The `json` of the items that reach it. */
	items?: unknown[];
}

/** The workflow `Items → Node under test`. */
export function makeWorkflow({ credential, node, items = [{}] }: Setup) {
	const under: INode = {
		id: 'node-1',
		name: 'Vortex',
		typeVersion: 1,
		position: [200, 0],
		credentials: { vortexApi: { id: '1', name: 'Vortex' } },
		...node,
	};
	const start: INode = {
		id: 'start',
		name: 'Items',
		type: 'test.items',
		typeVersion: 1,
		position: [0, 0],
		parameters: { items: items.map((json) => ({ json })) as never },
	};
	const base: IWorkflowBase = {
		id: 'workflow-1',
		name: 'Test',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: [start, under],
		connections: { Items: { main: [[{ node: 'Vortex', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
	const workflow = new Workflow({ ...base, nodeTypes });
	const additionalData = {
		credentialsHelper: credentialsHelper(credential),
		hooks: new ExecutionLifecycleHooks('manual', 'execution-1', base),
		executionId: 'execution-1',
		restApiUrl: '',
		instanceBaseUrl: '',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		currentNodeExecutionIndex: 0,
		variables: {},
		setExecutionStatus: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
	return { workflow, node: workflow.getNode('Vortex') as INode, additionalData };
}

export interface Result {
	/** What the node gave on its outputs, or an empty list when it failed. */
	outputs: INodeExecutionData[][];
	/** The `json` of the first output's items. */
	json: unknown[];
	/** What the node under test was stopped by. */
	error: (Error & { description?: string; httpCode?: string; context?: never }) | undefined;
	hints: string[];
	run: IRun;
}

/** Starts the execution, to be awaited or cancelled. */
export function start(setup: Setup) {
	const { workflow, additionalData } = makeWorkflow(setup);
	return new WorkflowExecute(additionalData, 'manual').run({
		workflow,
		startNode: workflow.getNode('Items') as INode,
	});
}

/** Executes the workflow with the real n8n-core. */
export async function execute(setup: Setup): Promise<Result> {
	const run = await start(setup);
	const task = run.data.resultData.runData.Vortex?.at(-1);
	const outputs = (task?.data?.main ?? []).map((items) => items ?? []);
	return {
		outputs,
		json: (outputs[0] ?? []).map(({ json }) => json),
		error: (task?.error ?? run.data.resultData.error) as Result['error'],
		hints: (task?.hints ?? []).map(({ message }) => message),
		run,
	};
}
