// pnpm e2e: the packed tarball in a real n8n, driven from outside.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { checkNode, DEFAULT_N8N, installN8n, packPackage } from '../n8n-host/install.mts';
import { say, Stop } from '../support/say.mts';
import { PID_FILE } from './folder.mts';

const HELP = `pnpm e2e [--n8n ${DEFAULT_N8N}] [name …]

Installs the packed package into a real n8n and drives it from outside. Names pick test files.`;

async function main(): Promise<boolean> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			n8n: { type: 'string', default: DEFAULT_N8N },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return true;
	}
	checkNode('pnpm e2e');
	const program = await installN8n(values.n8n);
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-'));
	const end = async () => {
		await endProcesses(folder);
		await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(signal, () => void end().finally(() => process.exit(130)));
	}
	try {
		say('Building and packing the package …');
		process.env.E2E_TARBALL = await packPackage(folder);
		process.env.E2E_PROGRAM = program;
		process.env.E2E_VERSION = values.n8n;
		process.env.E2E_FOLDER = folder;
		return await runTests(positionals);
	} finally {
		await end();
	}
}

/** Ends what a test has started and could not end itself. */
async function endProcesses(folder: string): Promise<void> {
	for (const file of await readdir(folder)) {
		if (!file.endsWith(PID_FILE)) continue;
		try {
			process.kill(parseInt(file, 10), 'SIGKILL');
		} catch {
			// It has ended, as it should.
		}
	}
}

/** @returns whether all went well; not when there was nothing to run, or when it was interrupted */
async function runTests(names: string[]): Promise<boolean> {
	const vitest = await startVitest('test', names, { config: 'vitest.e2e.config.mts' });
	const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length;
	const files = vitest.state.getFiles();
	await vitest.close();
	return failed === 0 && files.length > 0 && files.every(({ result }) => result?.state !== 'fail');
}

try {
	process.exit((await main()) ? 0 : 1);
} catch (error) {
	const isOption = String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
	if (isOption) console.error(`${(error as Error).message}\n\n${HELP}`);
	else console.error(error instanceof Stop ? `\n${error.message}` : error);
	process.exit(1);
}
