// Queue mode: one worker and then one webhook processor are killed in the middle.
import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from '../n8n-host/cluster.mts';
import { newKeys } from '../n8n-host/keys.mts';
import { say, waitFor } from '../support/say.mts';
import { inPostgres } from './executions.mts';
import type { RunRecord } from './outcome.mts';
import { killAndRestart, play, restart } from './scenario.mts';

export interface Settings {
	/** Path of n8n's program. */
	program: string;
	/** Our package, packed. */
	tarball: string;
	/** Everything that is kept is kept in here. */
	folder: string;
	/** File of the workflow. */
	workflow: string;
	/** How many deliveries. */
	count: number;
	/** Whether everything is done that the README says. */
	isCareful: boolean;
}

const CONCURRENCY = 5;

/** n8n's default expression engine costs six times as much for each webhook; nothing here depends on it. */
export const ENGINE = { N8N_EXPRESSION_ENGINE: 'legacy' };

/** So long a dead worker's job is taken for running, in seconds: the time to restart the others. */
const LOCK = 120;

/** How often n8n looks for jobs that nobody holds, in seconds. The second look counts. */
const STALLED_INTERVAL = 30;

export class QueueMode {
	private readonly cluster: Cluster;

	private readonly settings: Settings;

	private readonly keys = newKeys();

	private killedAt = 0;

	constructor(settings: Settings) {
		const { program, tarball, folder, isCareful } = settings;
		this.settings = settings;
		this.cluster = new Cluster({
			program,
			tarball,
			folder,
			keys: this.keys,
			processors: 2,
			workers: 2,
			concurrency: CONCURRENCY,
			env: { ...ENGINE, ...(isCareful && { QUEUE_WORKER_LOCK_DURATION: String(LOCK * 1000) }) },
		});
	}

	async run(): Promise<RunRecord> {
		return await Promise.race([this.cluster.lost, this.playIt()]);
	}

	async close(): Promise<void> {
		await this.cluster.close();
	}

	/** What is left of a dead worker's jobs is listed as crashed once main is started again. */
	private async recover(): Promise<void> {
		const end = this.killedAt + (LOCK + 2 * STALLED_INTERVAL) * 1000;
		const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
		say(`Waiting ${seconds} seconds until n8n gives up the dead worker’s jobs …`);
		await pause(seconds * 1000);
		await restart('main', this.cluster.main);
		await waitFor('The recovery of interrupted executions', 60, async () => {
			return (await inPostgres(this.cluster.postgres).unfinished()) === 0 || undefined;
		});
	}

	private async playIt(): Promise<RunRecord> {
		const { cluster, keys } = this;
		const { workflow, count, isCareful } = this.settings;
		await cluster.open(say);
		const { main, processors, workers, all } = cluster;
		const host = {
			main,
			receivers: processors,
			all,
			store: inPostgres(cluster.postgres),
			isCareful,
			mostCrashed: CONCURRENCY,
			recover: isCareful ? async () => await this.recover() : undefined,
		};
		return await play(host, keys, workflow, count, [
			{
				after: Math.round(count / 3),
				happen: async () => {
					this.killedAt = Date.now();
					await killAndRestart('worker 1', workers[0]);
				},
			},
			{
				after: Math.round(count / 2),
				happen: async () => {
					await killAndRestart('webhook processor 1', processors[0]);
					// It waits for what the dead worker had begun, and would write over it when that is given up.
					if (isCareful) await restart('webhook processor 2', processors[1]);
				},
			},
		]);
	}
}
