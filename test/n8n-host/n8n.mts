// One running n8n, driven from outside through its own HTTP API, as its editor does.
import path from 'node:path';
import { parse } from 'flatted';
import { Stop, waitFor } from '../support/say.mts';
import { N8nProcess } from './process.mts';

export interface Owner {
	email: string;
	password: string;
}

export interface Workflow {
	id: string;
	versionId: string;
	name: string;
	active: boolean;
	isArchived: boolean;
	nodes: object[];
	connections: object;
	settings: object;
}

export interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

export interface StoredExecution {
	id: string;
	status: string;
	workflowId: string;
	mode: string;
	/** The execution that this one is a retry of. */
	retryOf?: string | null;
}

/** What one run of a step gave. */
export interface StepRun {
	executionStatus: string;
	error?: { message: string; description?: string; context?: Record<string, unknown> };
	data?: { main: Array<Array<{ json: Record<string, unknown>; pairedItem?: unknown }> | null> };
	hints?: Array<{ message: string }>;
}

/** A stored execution with everything that n8n keeps of it. */
export interface ExecutionRecord extends StoredExecution {
	/** The runs of each step, by its name. */
	runs: Record<string, StepRun[]>;
	/** The error that ended it. */
	error?: StepRun['error'];
	/** n8n's own text of it all, as it lies in the database. */
	text: string;
}

/** What n8n's credential test says. */
export interface CredentialVerdict {
	status: 'OK' | 'Error';
	message: string;
}

export interface NodeType {
	name: string;
	displayName: string;
	description: string;
	outputs: unknown;
	properties: Array<{ name: string; options?: Array<{ value: string; description?: string }> }>;
}

/** As many executions as n8n lists at once. */
const PAGE = 100;

export class N8n extends N8nProcess {
	private cookie = '';

	/** Where this n8n keeps its database and our package. */
	get userFolder(): string {
		return path.dirname(this.logFile);
	}

	/** Makes the owner of a fresh n8n, or logs in to one that has its owner. */
	async signIn(owner: Owner): Promise<void> {
		// n8n 1.x says that it is ready before its API is there.
		await waitFor("The start of n8n's API", 60, async () => {
			const settings = await this.request('GET', '/rest/settings').catch(() => undefined);
			return settings?.headers.get('content-type')?.includes('json') ? true : undefined;
		});
		const setUp = await this.request('POST', '/rest/owner/setup', {
			...owner,
			firstName: 'Demo',
			lastName: 'Owner',
		});
		const answer = setUp.ok
			? setUp
			: await this.request('POST', '/rest/login', {
					emailOrLdapLoginId: owner.email,
					password: owner.password,
				});
		if (!answer.ok) throw new Stop(`n8n does not let ${owner.email} in: ${await answer.text()}`);
		this.cookie = answer.headers
			.getSetCookie()
			.map((set) => set.split(';')[0])
			.join('; ');
	}

	/** @returns the credential's id */
	async addCredential(name: string, type: string, data: object): Promise<string> {
		return (await this.call<{ id: string }>('POST', '/rest/credentials', { name, type, data })).id;
	}

	/** Saves a workflow and publishes it. Refuses when n8n reports that a trigger did not start. */
	async publish(workflow: object): Promise<Workflow> {
		const saved = await this.call<Workflow>('POST', '/rest/workflows', workflow);
		await this.activate(saved);
		return saved;
	}

	/** @returns the workflow as it is saved, or undefined when it was deleted or archived */
	async workflow(id: string): Promise<Workflow | undefined> {
		const answer = await this.request('GET', `/rest/workflows/${id}`);
		if (!answer.ok) return undefined;
		const { data } = (await answer.json()) as { data: Workflow };
		return data.isArchived ? undefined : data;
	}

	/** Publishes a saved version of a workflow. Refuses when n8n reports that a trigger did not start. */
	async activate(workflow: Workflow): Promise<void> {
		const refusal = await this.tryToPublish(workflow);
		if (refusal === undefined) return;
		throw new Stop(`n8n could not publish "${workflow.name}": ${refusal}`);
	}

	/**
	 * Publishes a saved version of a workflow. n8n 2.41 takes the order at once and reports later what
	 * became of it; before that, the order itself is answered with the refusal.
	 *
	 * @returns why a trigger did not start, in n8n's words; undefined when all of them did
	 */
	async tryToPublish({ id, versionId, name }: Workflow): Promise<string | undefined> {
		const route = `/rest/workflows/${id}/activate`;
		const answer = await this.request('POST', route, { versionId });
		if (!answer.ok) return ((await answer.json()) as { message: string }).message;
		const outcome = await waitFor(`The publication of "${name}"`, 30, async () => {
			const publication = await this.publication(id);
			if (publication === undefined) return {};
			const { status, triggers } = publication;
			if (status === 'in_progress') return undefined;
			const refusal = triggers.find(({ errorMessage }) => errorMessage)?.errorMessage;
			return refusal ? { refusal } : status === 'published' ? {} : undefined;
		});
		return outcome.refusal;
	}

	/** @returns what n8n says of a workflow's triggers after publishing, if this n8n keeps that */
	async publication(workflowId: string): Promise<Publication | undefined> {
		const answer = await this.request('GET', `/rest/workflows/${workflowId}/publication-status`);
		if (answer.status === 404) return undefined;
		return ((await answer.json()) as { data: Publication }).data;
	}

	/** @returns the stored executions of a workflow, the newest first */
	async executions(workflowId: string): Promise<StoredExecution[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const all: StoredExecution[] = [];
		for (;;) {
			const before = all.length === 0 ? '' : `&lastId=${all.at(-1)?.id}`;
			const { results } = await this.call<{ results: StoredExecution[] }>(
				'GET',
				`/rest/executions?filter=${filter}&limit=${PAGE}${before}`,
			);
			all.push(...results);
			// One that ends while n8n looks is in its list of running ones and in that of ended ones.
			if (results.length < PAGE) return [...new Map(all.map((one) => [one.id, one])).values()];
		}
	}

	/** @returns one execution with all that is stored of it */
	async execution(id: string): Promise<ExecutionRecord> {
		const stored = await this.call<StoredExecution & { data: string }>(
			'GET',
			`/rest/executions/${id}`,
		);
		const { resultData } = parse(stored.data) as {
			resultData: { runData: ExecutionRecord['runs']; error?: StepRun['error'] };
		};
		const { runData: runs, error } = resultData;
		return { ...stored, runs, error, text: stored.data };
	}

	/** Executions → Retry, with the workflow as it was then. */
	async retry(executionId: string): Promise<void> {
		await this.call('POST', `/rest/executions/${executionId}/retry`, { loadWorkflow: false });
	}

	/** Saves a credential and tries it, as its panel in the editor does. */
	async testCredential(name: string, type: string, data: object): Promise<CredentialVerdict> {
		const credentials = { id: await this.addCredential(name, type, data), name, type, data };
		return await this.call('POST', '/rest/credentials/test', { credentials });
	}

	async changeCredential(
		{ id, name }: { id: string; name: string },
		type: string,
		data: object,
	): Promise<void> {
		await this.call('PATCH', `/rest/credentials/${id}`, { name, type, data });
	}

	/** @returns the node types that this n8n offers in its editor */
	async nodeTypes(): Promise<NodeType[]> {
		return (await (await this.request('GET', '/types/nodes.json')).json()) as NodeType[];
	}

	/** Calls n8n's own API. Refuses when the answer is no success. */
	async call<T>(method: string, route: string, body?: object): Promise<T> {
		const answer = await this.request(method, route, body);
		const text = await answer.text();
		if (!answer.ok) throw new Stop(`n8n answered ${answer.status} to ${method} ${route}: ${text}`);
		return (JSON.parse(text) as { data: T }).data;
	}

	private async request(method: string, route: string, body?: object): Promise<Response> {
		return await fetch(this.url + route, {
			method,
			headers: { 'Content-Type': 'application/json', Cookie: this.cookie },
			body: body && JSON.stringify(body),
		});
	}
}
