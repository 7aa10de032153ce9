// On what the figures were made.
import { execFileSync } from 'node:child_process';
import { arch, cpus, release, totalmem, type } from 'node:os';

export interface Machine {
	date: string;
	commit: string;
	processor: string;
	cores: number;
	/** In GB. */
	memory: number;
	system: string;
	node: string;
	n8n: string;
}

/** @param n8n the version of the real n8n */
export function describeMachine(n8n: string): Machine {
	const [{ model = 'unknown' } = {}] = cpus();
	return {
		date: new Date().toISOString().slice(0, 10),
		commit: commit(),
		processor: model.trim() || 'unknown',
		cores: cpus().length,
		memory: Math.round(totalmem() / 2 ** 30),
		system: `${type()} ${release()} ${arch()}`,
		node: process.version,
		n8n,
	};
}

/** @returns the machine in a sentence */
export function inWords(machine: Machine): string {
	const { date, commit: at, processor, cores, memory, system, node, n8n } = machine;
	return `Made on ${date} at ${at}: ${processor}, ${cores} cores, ${memory} GB, ${system}, Node.js ${node}, n8n ${n8n} with SQLite.`;
}

function commit(): string {
	try {
		const git = (...args: string[]) =>
			execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
		const changed = git('status', '--porcelain', '--untracked-files=no', 'nodes', 'credentials');
		return `commit ${git('rev-parse', '--short', 'HEAD')}${changed && ' with changes'}`;
	} catch {
		return 'an unknown commit';
	}
}
