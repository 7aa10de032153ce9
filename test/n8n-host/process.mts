// One process of n8n: the editor and its API, a webhook processor, or a worker.
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { Stop, waitFor } from '../support/say.mts';
import { freePort } from './ports.mts';
import { diskRemedy, fullDiskRemedy } from './remedies.mts';
import { tied } from './services.mts';

export interface ProcessSettings {
	/** Path of n8n's program. */
	program: string;
	/** n8n's own command and its options; `start` unless told. */
	command?: string[];
	/** Where n8n keeps its database and our package. */
	userFolder: string;
	/** Where it answers; a worker has its health check there. */
	port: number;
	encryptionKey: string;
	/** Called with the process id. */
	onStart?: (pid: number | undefined) => Promise<void>;
	/** Called when n8n ends without having been stopped. */
	onLost?: (message: string) => void;
	/** Whether it ends with us even when we are killed. */
	endsWithUs?: boolean;
	/** Further environment variables. */
	env?: Record<string, string>;
}

export class N8nProcess {
	readonly url: string;

	readonly logFile: string;

	private readonly settings: ProcessSettings;

	private process: ResultPromise | undefined;

	private isStopping = false;

	/** @param settings `logName` is the log's file name in the user folder */
	constructor(settings: ProcessSettings, logName = 'n8n.log') {
		this.settings = settings;
		this.url = `http://127.0.0.1:${settings.port}`;
		this.logFile = path.join(settings.userFolder, logName);
	}

	get pid(): number | undefined {
		return this.process?.pid;
	}

	/** Starts n8n and waits until it answers. */
	async start(seconds = 120): Promise<void> {
		const {
			program,
			command = ['start'],
			userFolder,
			port,
			encryptionKey,
			env,
			onStart,
		} = this.settings;
		this.isStopping = false;
		await mkdir(userFolder, { recursive: true });
		const brokerPort = await freePort();
		// Straight into a file: an n8n whose log nobody reads any more spins and grows for ever.
		const log = await open(this.logFile, 'a');
		if (this.isStopping) throw new Stop('Everything is being ended.');
		const line = [process.execPath, program, ...command];
		const [file, ...args] = this.settings.endsWithUs ? tied(line) : line;
		const running = execa(file, args, {
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
		await onStart?.(running.pid);
		let ended = false;
		let killedBy: string | undefined;
		void running.then(async ({ signal }) => {
			ended = true;
			killedBy = signal;
			if (!this.isStopping) this.settings.onLost?.(await this.obituary(signal));
		});
		await waitFor(`The start of n8n ${command[0]}`, seconds, async () => {
			if (ended) throw new Stop(await this.obituary(killedBy));
			// It would try to write for ever.
			const full = await fullDiskRemedy(userFolder);
			if (full) throw new Stop(`n8n could not start in ${userFolder}. ${full}`);
			const health = await fetch(`${this.url}/healthz/readiness`).catch(() => undefined);
			return health?.ok === true ? true : undefined;
		});
	}

	/** Ends it and waits until it has ended. SIGTERM lets n8n finish what it has begun. */
	async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
		this.isStopping = true;
		this.process?.kill(signal);
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
}
