// Vortex's sandbox and a private n8n with our package in it, side by side on this machine.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { Stop, waitFor } from '../support/say.mts';
import { installPackage, PROJECT } from './install.mts';
import { N8n, type Owner } from './n8n.mts';
import { freePort } from './ports.mts';

export interface StageSettings {
	/** Path of n8n's program. */
	program: string;
	/** Our package, packed. */
	tarball: string;
	/** Free ports are taken when none are named. */
	n8nPort?: number;
	sandboxPort?: number;
	/** Further environment variables of n8n. */
	env?: Record<string, string>;
}

/** A credential, as a node in a workflow refers to it. */
export interface CredentialRef {
	id: string;
	name: string;
}

/** Everything that runs, and how to end it. */
export class Stage {
	readonly owner: Owner = {
		email: 'demo@example.com',
		password: `Demo-${randomBytes(6).toString('hex')}1A`,
	};

	readonly apiKey = ['VRTX', randomId(), randomBytes(24).toString('base64url')].join('.');

	readonly webhookSecret = `whsec_${randomBytes(24).toString('base64url')}`;

	sandboxUrl = '';

	private started: N8n | undefined;

	private readonly cleanUps: Array<() => Promise<unknown>> = [];

	get n8n(): N8n {
		if (this.started === undefined) throw new Stop('n8n has not been started.');
		return this.started;
	}

	/** Starts the sandbox, then n8n with our package and its owner signed in. */
	async open(settings: StageSettings, say: (text: string) => void = () => {}): Promise<void> {
		const userFolder = await this.privateFolder();
		await installPackage(settings.tarball, userFolder);
		await this.startSandbox(settings.sandboxPort ?? (await freePort()));
		say(`Sandbox (Vortex and a CRM on this machine): ${this.sandboxUrl}`);
		this.started = new N8n({
			program: settings.program,
			userFolder,
			port: settings.n8nPort ?? (await freePort()),
			encryptionKey: randomBytes(24).toString('hex'),
			env: settings.env,
		});
		this.cleanUps.push(async () => await this.started?.stop());
		say('Starting n8n …');
		await this.n8n.start();
		await this.n8n.signIn(this.owner);
	}

	/** Adds the credential that fits the sandbox. */
	async addCredential(
		name = 'Vortex sandbox',
		changes: Partial<Record<'apiKey' | 'webhookSecret' | 'baseUrl', string>> = {},
	): Promise<CredentialRef> {
		const { apiKey, webhookSecret } = this;
		const data = { apiKey, webhookSecret, baseUrl: this.sandboxUrl, ...changes };
		return { name, id: await this.n8n.addCredential(name, 'vortexApi', data) };
	}

	/** Asks the sandbox. Refuses when the answer is no success. */
	async ask<T>(route: string, method = 'GET', body?: object): Promise<T> {
		const answer = await fetch(this.sandboxUrl + route, {
			method,
			headers: body && { 'Content-Type': 'application/json' },
			body: body && JSON.stringify(body),
		});
		if (answer.ok) return (await answer.json()) as T;
		throw new Stop(
			`The sandbox answered ${answer.status} to ${method} ${route}: ${await answer.text()}`,
		);
	}

	/** Ends everything that was started, the last first, and removes its folder. */
	async close(): Promise<void> {
		for (let end = this.cleanUps.pop(); end !== undefined; end = this.cleanUps.pop()) {
			await end().catch((error: Error) => console.error(`While ending: ${error.message}`));
		}
	}

	/** A folder for this run alone. */
	private async privateFolder(): Promise<string> {
		const parent = path.join(PROJECT, '.demo');
		await mkdir(parent, { recursive: true });
		const folder = await mkdtemp(path.join(parent, 'run-'));
		this.cleanUps.push(async () => await rm(folder, { recursive: true, force: true }));
		return folder;
	}

	private async startSandbox(port: number): Promise<void> {
		const program = path.join(PROJECT, 'test/sandbox/main.mts');
		const running = execa(process.execPath, [program, '--port', String(port)], {
			env: { VORTEX_API_KEY: this.apiKey },
			reject: false,
			all: true,
			stdin: 'ignore',
		});
		this.cleanUps.push(async () => {
			running.kill('SIGTERM');
			await running;
		});
		let ended = false;
		void running.finally(() => (ended = true));
		const url = `http://127.0.0.1:${port}`;
		await waitFor('The start of the sandbox', 20, async () => {
			if (ended) throw new Stop(`The sandbox has ended: ${(await running).all}`);
			const health = await fetch(`${url}/sandbox/health`).catch(() => undefined);
			return health?.ok === true ? true : undefined;
		});
		this.sandboxUrl = url;
	}
}

function randomId(): string {
	return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
}
