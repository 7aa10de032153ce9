// One running n8n, driven from outside through its own HTTP API, as its editor does.
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
}

export class N8n extends N8nProcess {
	private cookie = '';

	/** Makes the owner of a fresh n8n, or logs in to one that has its owner. */
	async signIn(owner: Owner): Promise<void> {
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

	/** Publishes a saved version of a workflow. */
	async activate({ id, versionId, name }: Workflow): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
		await waitFor(`The publication of "${name}"`, 30, async () => {
			const { status, triggers } = await this.publication(id);
			const failed = triggers.find(({ errorMessage }) => errorMessage);
			if (failed) throw new Stop(`n8n could not publish "${name}": ${failed.errorMessage}`);
			return status === 'published' ? true : undefined;
		});
	}

	/** @returns what n8n says of a workflow's triggers after publishing */
	async publication(workflowId: string): Promise<Publication> {
		return await this.call('GET', `/rest/workflows/${workflowId}/publication-status`);
	}

	/** @returns the stored executions of a workflow, the newest first */
	async executions(workflowId: string): Promise<StoredExecution[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.call<{ results: StoredExecution[] }>(
			'GET',
			`/rest/executions?filter=${filter}`,
		);
		return results;
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
