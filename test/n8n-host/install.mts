// A real n8n in a folder of its own, and our package in it, installed from the packed tarball.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { say, Stop } from '../support/say.mts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The n8n that the demo and the tests use unless they are told otherwise. */
export const DEFAULT_N8N = '2.41.1';

/** Refuses an older Node.js than n8n needs. */
export function checkNode(command: string): void {
	if (Number(process.versions.node.split('.')[0]) >= 24) return;
	throw new Stop(
		`This needs Node.js 24, and this is ${process.version}. Run:\n  npx -y -p node@24 -p pnpm@10 -c "pnpm install && ${command}"`,
	);
}

const INSTALLED = '.installed';

/**
 * Installs n8n on first use, with a lockfile of its own, into an ignored folder of the project. An
 * interrupted installation is taken up again.
 *
 * @param version one of the folders beside this file
 * @returns the path of n8n's program
 */
export async function installN8n(version: string): Promise<string> {
	const recipe = fileURLToPath(new URL(version, import.meta.url));
	if (!existsSync(recipe))
		throw new Stop(`There is no recipe for n8n ${version} in test/n8n-host.`);
	const folder = path.join(PROJECT, '.n8n-host', version);
	const lockfile = await readFile(path.join(recipe, 'pnpm-lock.yaml'), 'utf8');
	const marker = path.join(folder, INSTALLED);
	const isInstalled = existsSync(marker) && (await readFile(marker, 'utf8')) === lockfile;
	if (!isInstalled) {
		say(`Installing n8n ${version} (first use only: about two minutes and 2 GB) …`);
		await mkdir(folder, { recursive: true });
		await cp(recipe, folder, { recursive: true });
		await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], folder, true);
		await writeFile(marker, lockfile);
		say(`n8n ${version} is installed`);
	}
	return path.join(folder, 'node_modules/n8n/bin/n8n');
}

/**
 * Builds and packs the package.
 *
 * @param folder where the tarball goes
 * @returns its path
 */
export async function packPackage(folder: string): Promise<string> {
	await mkdir(folder, { recursive: true });
	await pnpm(['run', 'build'], PROJECT);
	const { stdout } = await pnpm(['pack', '--json', '--pack-destination', folder], PROJECT);
	const { filename } = JSON.parse(stdout) as { filename: string };
	return path.resolve(folder, filename);
}

/** Installs the tarball as n8n's community nodes panel does: with npm, into the user folder. */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const nodes = path.join(userFolder, '.n8n/nodes');
	await mkdir(nodes, { recursive: true });
	await writeFile(
		path.join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true }),
	);
	const options = ['--no-audit', '--no-fund', '--legacy-peer-deps', '--ignore-scripts'];
	await orStop(execa('npm', ['install', tarball, ...options], { cwd: nodes, all: true }));
}

/** pnpm as it runs this very script, so that it need not be installed on the machine. */
async function pnpm(args: string[], cwd: string, isShown = false) {
	const program = process.env.npm_execpath ?? '';
	const [command, ...first] = /pnpm/.test(program)
		? /\.[cm]?js$/.test(program)
			? [process.execPath, program]
			: [program]
		: ['pnpm'];
	const running = execa(command, [...first, ...args], {
		cwd,
		all: true,
		env: { CI: 'true', npm_config_ignore_workspace_root_check: 'true' },
	});
	if (isShown) running.stdout.pipe(process.stdout);
	return await orStop(running);
}

async function orStop<T>(running: Promise<T>): Promise<T> {
	try {
		return await running;
	} catch (error) {
		const { command, all, shortMessage } = error as Record<string, string | undefined>;
		const last = (all ?? shortMessage ?? String(error)).trim().split('\n').slice(-15).join('\n');
		throw new Stop(`This did not work: ${command}\n${last}`);
	}
}
