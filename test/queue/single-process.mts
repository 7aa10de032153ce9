// n8n in one process, with its data in SQLite: it is killed in the middle.
import path from 'node:path';
import { installPackage } from '../n8n-host/install.mts';
import { newKeys } from '../n8n-host/keys.mts';
import { N8n } from '../n8n-host/n8n.mts';
import { freePort } from '../n8n-host/ports.mts';
import { say, Stop } from '../support/say.mts';
import { inSqlite } from './executions.mts';
import type { RunRecord } from './outcome.mts';
import { ENGINE, type Settings } from './queue-mode.mts';
import { killAndRestart, play } from './scenario.mts';

/** Executions that run at the same time; n8n sets no limit unless it is told one. */
const CONCURRENCY = 10;

export class SingleProcess {
	private readonly settings: Settings;

	private readonly keys = newKeys();

	private n8n: N8n | undefined;

	private isClosing = false;

	constructor(settings: Settings) {
		this.settings = settings;
	}

	async run(): Promise<RunRecord> {
		const { program, tarball, folder, workflow, count, isCareful } = this.settings;
		let lose: (reason: Stop) => void = () => {};
		const lost = new Promise<never>((_resolve, reject) => (lose = reject));
		say('Starting n8n …');
		await installPackage(tarball, folder);
		const n8n = new N8n({
			program,
			userFolder: folder,
			port: await freePort(),
			encryptionKey: this.keys.encryptionKey,
			endsWithUs: true,
			onLost: (message) => this.isClosing || lose(new Stop(message)),
			env: { ...ENGINE, N8N_CONCURRENCY_PRODUCTION_LIMIT: String(CONCURRENCY) },
		});
		this.n8n = n8n;
		const playIt = async () => {
			await n8n.start();
			await n8n.signIn(this.keys.owner);
			const host = {
				main: n8n,
				receivers: [n8n],
				all: [['n8n', n8n]] as Array<[string, N8n]>,
				store: inSqlite(path.join(folder, '.n8n/database.sqlite')),
				isCareful,
				mostCrashed: CONCURRENCY,
			};
			const happen = async () => await killAndRestart('n8n', n8n);
			return await play(host, this.keys, workflow, count, [
				{ after: Math.round(count / 2), happen },
			]);
		};
		return await Promise.race([lost, playIt()]);
	}

	async close(): Promise<void> {
		this.isClosing = true;
		await this.n8n?.stop('SIGKILL');
	}
}
