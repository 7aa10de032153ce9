// One running n8n, driven from outside through its own HTTP API, as its editor does.
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { Stop, waitFor } from '../support/say.mts';
import { freePort } from './ports.mts';
import { diskRemedy, fullDiskRemedy } from './remedies.mts';

export interface N8nSettings {
	/** Path of n8n's program. */
	program: string;
	/** Where n8n keeps its database and our package. */
	userFolder: string;
	port: number;
	encryptionKey: string;
	/** Called with the process id. */
	onStart?: (pid: number | undefined) => Promise<void>;
	/** Called when n8n ends without having been stopped. */
	onLost?: (message: string) => void;
	/** Further environment variables. */
	env?: Record<string, string>;
}

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

export class N8n {
	readonly url: string;

	readonly logFile: string;

	private readonly settings: N8nSettings;

	private process: ResultPromise | undefined;

	private isStopping = false;

	private cookie = '';

	constructor(settings: N8nSettings) {
		this.settings = settings;
		this.url = `http://127.0.0.1:${settings.port}`;
		this.logFile = path.join(settings.userFolder, 'n8n.log');
	}

	/** Starts n8n and waits until it answers. */
	async start(seconds = 120): Promise<void> {
		const { program, userFolder, port, encryptionKey, env } = this.settings;
		this.isStopping = false;
		await mkdir(userFolder, { recursive: true });
		const brokerPort = await freePort();
		// Straight into a file: an n8n whose log nobody reads any more spins and grows for ever.
		const log = await open(this.logFile, 'a');
		if (this.isStopping) throw new Stop('Everything is being ended.');
		const running = execa(process.execPath, [program, 'start'], {
			cwd: userFolder,
			reject: false,
			forceKillAfterDelay: 15_000,
			// execa's types know file descriptors up to 9 only.
			stdio: ['ignore', log.fd as 9, log.fd as 9],
			// Nothing of what is set around us: n8n changes its ways, for example, where NODE_ENV says "test".
			extendEnv: false,
			env: {
				PATH: process.env.PATH,
				HOME: process.env.HOME,
				TZ: process.env.TZ,
				N8N_USER_FOLDER: userFolder,
				N8N_PORT: String(port),
				N8N_LISTEN_ADDRESS: '127.0.0.1',
				N8N_RUNNERS_BROKER_PORT: String(brokerPort),
				N8N_ENCRYPTION_KEY: encryptionKey,
				N8N_DIAGNOSTICS_ENABLED: 'false',
				N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
				N8N_TEMPLATES_ENABLED: 'false',
				N8N_SECURE_COOKIE: 'false',
				N8N_PERSONALIZATION_ENABLED: 'false',
				N8N_HIRING_BANNER_ENABLED: 'false',
				...env,
			},
		});
		this.process = running;
		await log.close();
		await this.settings.onStart?.(running.pid);
		let ended = false;
		let killedBy: string | undefined;
		void running.then(async ({ signal }) => {
			ended = true;
			killedBy = signal;
			if (!this.isStopping) this.settings.onLost?.(await this.obituary(signal));
		});
		await waitFor('The start of n8n', seconds, async () => {
			if (ended) throw new Stop(await this.obituary(killedBy));
			// It would try to write for ever.
			const full = await fullDiskRemedy(userFolder);
			if (full) throw new Stop(`n8n could not start in ${userFolder}. ${full}`);
			const health = await fetch(`${this.url}/healthz/readiness`).catch(() => undefined);
			return health?.ok === true ? true : undefined;
		});
	}

	async stop(): Promise<void> {
		this.isStopping = true;
		this.process?.kill('SIGTERM');
		await this.process;
		this.process = undefined;
	}

	/** The last lines of n8n's log. */
	async lastLog(lines = 20): Promise<string> {
		const log = await readFile(this.logFile, 'utf8').catch(() => '');
		return log.trim().split('\n').slice(-lines).join('\n');
	}

	/** @param signal what it was killed with, if it was */
	private async obituary(signal?: string): Promise<string> {
		if (signal) {
			return `n8n was killed from outside (${signal}): perhaps this machine ran out of memory. Run the same command again.`;
		}
		const advice =
			(await fullDiskRemedy(this.settings.userFolder)) ??
			diskRemedy(await this.lastLog(200)) ??
			'Run the same command again.';
		return `n8n has ended by itself. The end of its log:\n${await this.lastLog()}\n\n${advice}`;
	}

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
