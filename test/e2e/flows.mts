// Workflows for the tests, and the executions that n8n stores of them.
import { randomUUID } from 'node:crypto';
import type { ExecutionRecord, N8n, StoredExecution, Workflow } from '../n8n-host/n8n.mts';
import type { CredentialRef, Stage } from '../n8n-host/stage.mts';
import { sign } from '../sandbox/webhooks.mts';
import { waitFor } from '../support/say.mts';

/** A step, as it stands in a workflow's file. */
export interface Step {
	name: string;
	type: string;
	typeVersion: number;
	parameters: object;
	webhookId?: string;
	credentials?: { vortexApi: CredentialRef };
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	onError?: string;
}

/** The Vortex node; `path` is its resource and operation, such as `invitation/get`. */
export function vortexStep(
	path: string,
	vortexApi: CredentialRef,
	parameters: object,
	settings: Partial<Step> = {},
): Step {
	const [resource, operation] = path.split('/');
	return {
		name: path,
		type: 'n8n-nodes-vortex.vortex',
		typeVersion: 1,
		credentials: { vortexApi },
		parameters: { resource, operation, ...parameters },
		...settings,
	};
}

export function triggerStep(vortexApi: CredentialRef, parameters: object): Step {
	return {
		name: 'Vortex Trigger',
		type: 'n8n-nodes-vortex.vortexTrigger',
		typeVersion: 1,
		webhookId: randomUUID(),
		credentials: { vortexApi },
		parameters,
	};
}

export const NOTHING: Step = {
	name: 'Nothing',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	parameters: {},
};

/** A workflow of several rows, each step feeding the next in its row. */
export function workflow(name: string, ...rows: Step[][]): object {
	const nodes = rows.flatMap((row, y) =>
		row.map((step, x) => ({ id: randomUUID(), position: [x * 240, y * 200], ...step })),
	);
	const links = rows.flatMap((row) =>
		row.slice(1).map((step, index) => {
			const target = { node: step.name, type: 'main', index: 0 };
			return [row[index].name, { main: [[target]] }];
		}),
	);
	const connections = Object.fromEntries(links) as object;
	return { name, nodes, connections, settings: { executionOrder: 'v1' }, active: false };
}

/** The address at which a published Vortex Trigger listens. */
export function triggerUrl({ n8n }: Stage, { webhookId }: Step): string {
	return `${n8n.url}/webhook/${webhookId}/vortex`;
}

/** Sends an event to an address as Vortex does, signed with the stage's secret. */
export async function deliverEvent(
	{ webhookSecret }: Stage,
	url: string,
	event: object,
): Promise<{ status: number; body: string }> {
	const body = JSON.stringify(event);
	const headers = {
		'Content-Type': 'application/json',
		'X-Vortex-Signature': sign(body, webhookSecret),
	};
	const answer = await fetch(url, { method: 'POST', headers, body });
	return { status: answer.status, body: await answer.text() };
}

/** A published workflow that runs any of some steps on any items. */
export class Bench {
	private readonly n8n: N8n;

	private readonly hooks: Map<string, string>;

	readonly published: Workflow;

	private constructor(n8n: N8n, hooks: Map<string, string>, published: Workflow) {
		this.n8n = n8n;
		this.hooks = hooks;
		this.published = published;
	}

	/** Publishes one workflow in which each of these steps has a webhook of its own before it. */
	static async publish(n8n: N8n, name: string, steps: Step[]): Promise<Bench> {
		const hooks = new Map(steps.map((step) => [step.name, randomUUID()]));
		const rows = steps.map((step) => {
			const webhookId = String(hooks.get(step.name));
			const hook: Step = {
				name: `Start ${step.name}`,
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId,
				parameters: {
					httpMethod: 'POST',
					path: webhookId,
					responseMode: 'lastNode',
					responseData: 'allEntries',
				},
			};
			const items: Step = {
				name: `Items ${step.name}`,
				type: 'n8n-nodes-base.splitOut',
				typeVersion: 1,
				parameters: { fieldToSplitOut: 'body.items', options: {} },
			};
			return [hook, items, step];
		});
		return new Bench(n8n, hooks, await n8n.publish(workflow(name, ...rows)));
	}

	/**
	 * Runs one step on some items.
	 *
	 * @returns the stored execution, and what the workflow answered: the step's output as the next step
	 * would get it
	 */
	async run(step: string, items: object[]): Promise<ExecutionRecord & { answer: unknown }> {
		const { id } = this.published;
		const before = await this.n8n.executions(id);
		const answer = await fetch(`${this.n8n.url}/webhook/${this.hooks.get(step)}`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ items }),
		});
		const text = await answer.text();
		const [last] = await ended(this.n8n, id, before.length + 1);
		const execution = await this.n8n.execution(last.id);
		return { ...execution, answer: answer.ok ? JSON.parse(text) : undefined };
	}
}

/**
 * Waits until that many executions of a workflow have ended.
 *
 * @returns all of them, the newest first
 */
export async function ended(
	n8n: N8n,
	workflowId: string,
	count: number,
): Promise<StoredExecution[]> {
	let seenBefore = 0;
	return await waitFor(`Execution ${count} of workflow ${workflowId}`, 60, async () => {
		const executions = await n8n.executions(workflowId);
		const isOver = executions.every(
			({ status }) => !['new', 'running', 'waiting'].includes(status),
		);
		// n8n asks for those that run and those that have ended at the same time: one that ends just then
		// is in neither list.
		const isSure = executions.length === seenBefore;
		seenBefore = executions.length;
		return executions.length >= count && isOver && isSure ? executions : undefined;
	});
}

/** The items that a step gave in its last run. */
export function output({ runs }: ExecutionRecord, step: string) {
	return runs[step]?.at(-1)?.data?.main.flatMap((items) => items ?? []) ?? [];
}
