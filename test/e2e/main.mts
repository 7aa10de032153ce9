// pnpm e2e: the packed tarball in a real n8n, driven from outside.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { checkNode, DEFAULT_N8N, installN8n, packPackage } from '../n8n-host/install.mts';
import { say, Stop } from '../support/say.mts';

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
	try {
		say('Building and packing the package …');
		process.env.E2E_TARBALL = await packPackage(folder);
		process.env.E2E_PROGRAM = program;
		process.env.E2E_VERSION = values.n8n;
		const vitest = await startVitest('test', positionals, { config: 'vitest.e2e.config.mts' });
		const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length;
		const files = vitest.state.getFiles();
		await vitest.close();
		return (
			failed === 0 && files.length > 0 && files.every(({ result }) => result?.state !== 'fail')
		);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

try {
	process.exit((await main()) ? 0 : 1);
} catch (error) {
	console.error(error instanceof Stop ? `\n${error.message}` : error);
	process.exit(1);
}
