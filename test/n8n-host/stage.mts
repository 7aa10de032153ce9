// Vortex's sandbox and a private n8n with our package in it, side by side on this machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { Stop, waitFor } from '../support/say.mts';
import { installPackage, PROJECT } from './install.mts';
import { newKeys, type Keys } from './keys.mts';
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
	/** Where n8n keeps its data. Without it, in a folder that is removed at the end. */
	userFolder?: string;
	/** Is told the id of each process that was started. */
	onStart?: (pid: number | undefined) => Promise<void>;
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
	readonly keys: Keys;

	sandboxUrl = '';

	/** Fails when n8n or the sandbox ends by itself. */
	readonly lost: Promise<never>;

	private lose: (reason: Stop) => void = () => {};

	private isClosing = false;

	private started: N8n | undefined;

	private readonly cleanUps: Array<() => Promise<unknown>> = [];

	constructor(keys: Keys = newKeys()) {
		this.keys = keys;
		this.lost = new Promise((_resolve, reject) => (this.lose = reject));
		this.lost.catch(() => {});
	}

	get owner(): Owner {
		return this.keys.owner;
	}

	get apiKey(): string {
		return this.keys.apiKey;
	}

	get webhookSecret(): string {
		return this.keys.webhookSecret;
	}

	get n8n(): N8n {
		if (this.started === undefined) throw new Stop('n8n has not been started.');
		return this.started;
	}

	/** Starts the sandbox, then n8n with our package and its owner signed in. */
	async open(settings: StageSettings, say: (text: string) => void = () => {}): Promise<void> {
		const { onStart = async () => {} } = settings;
		const userFolder = settings.userFolder ?? (await this.privateFolder());
		await installPackage(settings.tarball, userFolder);
		await this.startSandbox(settings.sandboxPort ?? (await freePort()), onStart);
		say(`Sandbox (Vortex and a CRM on this machine): ${this.sandboxUrl}`);
		this.started = new N8n({
			program: settings.program,
			userFolder,
			port: settings.n8nPort ?? (await freePort()),
			encryptionKey: this.keys.encryptionKey,
			onStart,
			onLost: (message) => this.lose(new Stop(message)),
			env: settings.env,
		});
		this.refuseWhenClosing();
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
		this.isClosing = true;
		for (let end = this.cleanUps.pop(); end !== undefined; end = this.cleanUps.pop()) {
			await end().catch((error: Error) => console.error(`While ending: ${error.message}`));
		}
	}

	/**
	 * A folder for this run alone. Not in the project: our package would be given the project's
	 * n8n-workflow there, and not that of the n8n it runs in.
	 */
	private async privateFolder(): Promise<string> {
		const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-run-'));
		this.cleanUps.push(async () => await rm(folder, { recursive: true, force: true }));
		return folder;
	}

	/** Nothing may start any more once everything is being ended. */
	private refuseWhenClosing(): void {
		if (this.isClosing) throw new Stop('Everything is being ended.');
	}

	private async startSandbox(
		port: number,
		onStart: (pid: number | undefined) => Promise<void>,
	): Promise<void> {
		this.refuseWhenClosing();
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
		await onStart(running.pid);
		let ended = false;
		void running.then(({ all }) => {
			ended = true;
			if (!this.isClosing) this.lose(new Stop(`The sandbox has ended by itself. ${all}`));
		});
		const url = `http://127.0.0.1:${port}`;
		await waitFor('The start of the sandbox', 20, async () => {
			if (ended) throw new Stop(`The sandbox has ended: ${(await running).all}`);
			const health = await fetch(`${url}/sandbox/health`).catch(() => undefined);
			return health?.ok === true ? true : undefined;
		});
		this.sandboxUrl = url;
	}
}
