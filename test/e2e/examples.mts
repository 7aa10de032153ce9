// The example workflows as files, and what a person does with one: import, change, run, look.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { PROJECT } from '../n8n-host/install.mts';
import type { Workflow } from '../n8n-host/n8n.mts';
import type { CredentialRef, Stage } from '../n8n-host/stage.mts';
import { waitFor } from '../support/say.mts';

export interface Example {
	name: string;
	nodes: INode[];
	connections: Record<string, { main: Array<Array<{ node: string }>> }>;
	settings: object;
}

export const FOLDER = path.join(PROJECT, 'examples');

export const EXAMPLES = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => path.basename(file, '.json'));

export function readText(example: string): string {
	return readFileSync(path.join(FOLDER, `${example}.json`), 'utf8');
}

export function readExample(example: string): Example {
	return JSON.parse(readText(example)) as Example;
}

/** Where the addresses of the examples lead in the sandbox. */
export function placesIn(sandboxUrl: string): Record<string, string> {
	return {
		'https://your-crm.example.com': `${sandboxUrl}/crm`,
		'https://your-chat.example.com': `${sandboxUrl}/team`,
		'https://your-app.example.com': `${sandboxUrl}/app`,
	};
}

/** What a person fills in after the import; each kind of credential goes into the steps that use it. */
export interface Changes {
	vortexApi?: CredentialRef;
	httpHeaderAuth?: CredentialRef;
	/** Text in the file, and what is put in its place. */
	replace?: Record<string, string>;
}

/** Imports an example, changed as its note says. It is saved, not published. */
export async function importExample(
	stage: Stage,
	name: string,
	{ vortexApi, httpHeaderAuth, replace = {} }: Changes = {},
): Promise<Workflow> {
	let text = readText(name);
	for (const [from, to] of Object.entries({ ...placesIn(stage.sandboxUrl), ...replace })) {
		text = text.replaceAll(from, to);
	}
	const example = JSON.parse(text) as Example;
	for (const node of example.nodes) {
		if (node.type.startsWith('n8n-nodes-vortex.') && vortexApi) node.credentials = { vortexApi };
		if (node.parameters.authentication === 'headerAuth' && httpHeaderAuth) {
			node.credentials = { httpHeaderAuth };
		}
	}
	return await stage.n8n.call<Workflow>('POST', '/rest/workflows', example);
}

/** Clicks 'Execute workflow' at a trigger. @returns the finished execution */
export async function runByHand(
	{ n8n }: Stage,
	{ id }: Workflow,
	trigger: string,
): Promise<FinishedExecution> {
	const { executionId } = await n8n.call<{ executionId: string }>(
		'POST',
		`/rest/workflows/${id}/run`,
		{ triggerToStartFrom: { name: trigger } },
	);
	return await finished(n8n, id, executionId);
}

export interface FinishedExecution {
	id: string;
	status: string;
	/** What n8n shows in red: the message, and below it the description. */
	error?: { message: string; description?: string; node?: string };
	/** The items that a step put out, by output. */
	output(step: string): Array<Array<Record<string, unknown>>>;
	/** Whether the step ran at all. */
	ran(step: string): boolean;
}

/** Waits for the end of an execution of a workflow. */
async function finished(
	n8n: Stage['n8n'],
	workflowId: string,
	id: string,
): Promise<FinishedExecution> {
	return await waitFor(`The end of execution ${id}`, 60, async () => {
		// One that has only begun has no data: n8n 2.20 fails when it is asked for it by its id.
		const status = (await n8n.executions(workflowId)).find((one) => one.id === id)?.status;
		if (status === undefined || ['new', 'running', 'waiting'].includes(status)) return undefined;
		const { runs, error } = await n8n.execution(id);
		return {
			id,
			status,
			error: error && {
				message: error.message,
				description: error.description,
				node: (error as { node?: { name: string } }).node?.name,
			},
			output: (step) =>
				(runs[step]?.at(-1)?.data?.main ?? []).map((items) =>
					(items ?? []).map(({ json }) => json),
				),
			ran: (step) => runs[step] !== undefined,
		};
	});
}

/** Waits until a workflow has so many executions and all have ended. @returns them, the newest first */
export async function finishedExecutions(
	{ n8n }: Stage,
	{ id, name }: Workflow,
	count: number,
): Promise<FinishedExecution[]> {
	const stored = await waitFor(`Execution ${count} of "${name}"`, 60, async () => {
		const executions = await n8n.executions(id);
		return executions.length >= count ? executions : undefined;
	});
	return await Promise.all(stored.map(async (one) => await finished(n8n, id, one.id)));
}
