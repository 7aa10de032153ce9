// Programs from Debian's packages, each run in a folder of this run as a user who may run it.
import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { Stop } from '../support/say.mts';

const DEBIAN_ROOT = '/usr/lib/postgresql';

/**
 * Finds programs in PATH and where Debian hides PostgreSQL's.
 *
 * @returns each program's path. Refuses when one is missing, and says how to install it.
 */
export async function findPrograms<Name extends string>(
	names: readonly Name[],
): Promise<Record<Name, string>> {
	const versions = (await readdir(DEBIAN_ROOT).catch(() => [])).sort((a, b) => +b - +a);
	const folders = [
		...(process.env.PATH ?? '').split(path.delimiter),
		...versions.map((version) => path.join(DEBIAN_ROOT, version, 'bin')),
	];
	const found = names.map((name) => [
		name,
		folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)),
	]);
	const missing = found.filter(([, file]) => !file).map(([name]) => name);
	if (missing.length > 0) {
		throw new Stop(
			`This needs PostgreSQL and Redis on this machine, and these programs were not found: ${missing.join(', ')}. Install them, then run the same command again:\n  sudo apt-get install postgresql redis-server`,
		);
	}
	return Object.fromEntries(found) as Record<Name, string>;
}

/**
 * What to put before a command.
 *
 * On Linux the command is killed when we are, even by SIGKILL. PostgreSQL refuses to run as root, so
 * it can be run as somebody else.
 */
export function tied(command: string[], user?: number): string[] {
	if (process.platform !== 'linux') return command;
	const as = user ? [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'] : [];
	return ['setpriv', ...as, '--pdeathsig', 'KILL', '--', ...command];
}

/** A program that runs until it is stopped, with its log in a file. */
export class Service {
	private running: ResultPromise | undefined;

	private hasEnded = false;

	private readonly name: string;

	private readonly logFile: string;

	constructor(name: string, logFile: string) {
		this.name = name;
		this.logFile = logFile;
	}

	get pid(): number | undefined {
		return this.running?.pid;
	}

	async start(command: string[], cwd: string): Promise<void> {
		const log = await open(this.logFile, 'a');
		const [program, ...args] = command;
		this.running = execa(program, args, {
			cwd,
			reject: false,
			// execa's types know file descriptors up to 9 only.
			stdio: ['ignore', log.fd as 9, log.fd as 9],
			forceKillAfterDelay: 10_000,
		});
		void this.running.then(() => (this.hasEnded = true));
		await log.close();
	}

	/** Refuses once the program has ended by itself. */
	async refuseWhenEnded(): Promise<void> {
		if (!this.hasEnded) return;
		const log = await readFile(this.logFile, 'utf8').catch(() => '');
		const end = log.trim().split('\n').slice(-10).join('\n');
		throw new Stop(
			`${this.name} has ended by itself. The end of its log:\n${end}\n\nRun the same command again.`,
		);
	}

	async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<void> {
		this.running?.kill(signal);
		await this.running;
	}
}
