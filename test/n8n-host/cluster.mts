// n8n in queue mode: one main, webhook processors and workers, with PostgreSQL and Redis behind them.
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Stop } from '../support/say.mts';
import { installPackage } from './install.mts';
import type { Keys } from './keys.mts';
import { N8n } from './n8n.mts';
import { freePort } from './ports.mts';
import { Postgres } from './postgres.mts';
import { N8nProcess, type ProcessSettings } from './process.mts';
import { Redis } from './redis.mts';

export interface ClusterSettings {
	/** Path of n8n's program. */
	program: string;
	/** Our package, packed. */
	tarball: string;
	/** Everything that is kept is kept in here. */
	folder: string;
	keys: Keys;
	processors: number;
	workers: number;
	/** Executions that one worker runs at the same time. */
	concurrency: number;
	/** Further environment variables of every process. */
	env?: Record<string, string>;
}

/** `n8n webhook` and `n8n worker` take part only when they are told so. */
const QUEUE_MODE = { EXECUTIONS_MODE: 'queue', QUEUE_HEALTH_CHECK_ACTIVE: 'true' };

export class Cluster {
	readonly postgres: Postgres;

	readonly processors: N8nProcess[] = [];

	readonly workers: N8nProcess[] = [];

	/** Fails when a process ends that nobody has stopped. */
	readonly lost: Promise<never>;

	private lose: (reason: Stop) => void = () => {};

	private readonly redis: Redis;

	private readonly settings: ClusterSettings;

	private started: N8n | undefined;

	private isClosing = false;

	constructor(settings: ClusterSettings) {
		this.settings = settings;
		this.postgres = new Postgres(path.join(settings.folder, 'postgres'));
		this.redis = new Redis(path.join(settings.folder, 'redis'));
		this.lost = new Promise((_resolve, reject) => (this.lose = reject));
		this.lost.catch(() => {});
	}

	/** The process with the editor. */
	get main(): N8n {
		if (this.started === undefined) throw new Stop('n8n has not been started.');
		return this.started;
	}

	/** Every process of n8n, with what a person calls it. */
	get all(): Array<[name: string, process: N8nProcess]> {
		return [
			['main', this.main],
			...this.processors.map(
				(one, i) => [`webhook processor ${i + 1}`, one] as [string, N8nProcess],
			),
			...this.workers.map((one, i) => [`worker ${i + 1}`, one] as [string, N8nProcess]),
		];
	}

	/** Starts everything, our package in each process's own folder, as on machines of their own. */
	async open(say: (text: string) => void): Promise<void> {
		const { folder, tarball, keys, processors, workers, concurrency } = this.settings;
		await mkdir(folder, { recursive: true });
		say('Starting PostgreSQL and Redis …');
		await Promise.all([this.postgres.start(), this.redis.start()]);
		say('Starting n8n’s main process …');
		const mainFolder = path.join(folder, 'main');
		await installPackage(tarball, mainFolder);
		this.started = new N8n(await this.settingsOf('main', ['start']));
		// It makes the tables: the others would get in its way.
		await this.startUnlessClosing(this.main);
		await this.main.signIn(keys.owner);
		say(`Starting ${processors} webhook processors and ${workers} workers …`);
		await this.add(this.processors, processors, 'processor', ['webhook']);
		await this.add(this.workers, workers, 'worker', ['worker', `--concurrency=${concurrency}`]);
	}

	/** Ends everything at once: nobody needs its data any more. */
	async close(): Promise<void> {
		this.isClosing = true;
		const processes = [...this.workers, ...this.processors, this.started];
		await Promise.all(processes.map(async (one) => await one?.stop('SIGKILL')));
		await Promise.all([this.redis.stop(), this.postgres.stop()]);
	}

	private async add(list: N8nProcess[], count: number, name: string, command: string[]) {
		for (let i = 1; i <= count; i += 1) {
			const own = path.join(this.settings.folder, `${name}-${i}`);
			const nodes = '.n8n/nodes';
			await cp(path.join(this.settings.folder, 'main', nodes), path.join(own, nodes), {
				recursive: true,
			});
			list.push(new N8nProcess(await this.settingsOf(`${name}-${i}`, command)));
		}
		await Promise.all(list.map(async (one) => await this.startUnlessClosing(one)));
	}

	/** Nothing may start any more once everything is being ended. */
	private async startUnlessClosing(one: N8nProcess): Promise<void> {
		if (this.isClosing) throw new Stop('Everything is being ended.');
		await one.start();
	}

	private async settingsOf(name: string, command: string[]): Promise<ProcessSettings> {
		const { program, folder, keys, env } = this.settings;
		const port = await freePort();
		return {
			program,
			command,
			userFolder: path.join(folder, name),
			port,
			encryptionKey: keys.encryptionKey,
			endsWithUs: true,
			onLost: (message) => this.isClosing || this.lose(new Stop(`${name}: ${message}`)),
			env: {
				...QUEUE_MODE,
				QUEUE_HEALTH_CHECK_PORT: String(port),
				N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				...this.postgres.env,
				...this.redis.env,
				...env,
			},
		};
	}
}
