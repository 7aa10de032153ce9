// A real n8n in a folder of its own, and our package in it, installed from the packed tarball.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResultPromise } from 'execa';
import { say, Stop } from '../support/say.mts';
import { claimFolder } from './claim.mts';
import { runToEnd } from './processes.mts';
import { checkRoom } from './remedies.mts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the demo and the tests keep what is theirs. Ignored by git. */
export const DEMO_FOLDER = process.env.DEMO_FOLDER ?? path.join(PROJECT, '.demo');

/** The n8n that the demo and the tests use unless they are told otherwise. */
export const DEFAULT_N8N = '2.41.1';

/** Refuses an older Node.js than n8n needs. */
export function checkNode(command: string): void {
	if (Number(process.versions.node.split('.')[0]) >= 24) return;
	throw new Stop(
		`This needs Node.js 24, and this is ${process.version}. Run:\n  npx -y -p node@24 -p pnpm@10 -c "pnpm install && ${command}"`,
	);
}

/** A folder for each version, with what pnpm needs to install it. */
const RECIPES = fileURLToPath(new URL('.', import.meta.url));

/** Marks a finished installation: it holds the lockfile that was installed. */
const INSTALLED = '.installed';

/** What an installed n8n takes, with pnpm's store beside it. */
const ROOM_FOR_N8N = 4000;

/**
 * Installs n8n on first use, with a lockfile of its own, into an ignored folder of the project. An
 * interrupted installation is taken up again.
 *
 * @param version one of the folders beside this file
 * @returns the path of n8n's program
 */
export async function installN8n(version: string): Promise<string> {
	const recipe = path.join(RECIPES, version);
	const known = await recipes();
	if (!known.includes(version)) throw new Stop(noRecipe(version, known));
	const folder = path.join(PROJECT, '.n8n-host', version);
	const lockfile = await readFile(path.join(recipe, 'pnpm-lock.yaml'), 'utf8');
	const marker = path.join(folder, INSTALLED);
	const isInstalled = async () =>
		existsSync(marker) && (await readFile(marker, 'utf8')) === lockfile;
	if (!(await isInstalled())) {
		await mkdir(folder, { recursive: true });
		const claim = await claimFolder(folder);
		if (!(await isInstalled())) {
			say(`Installing n8n ${version} (first use only: about two minutes and 2 GB) …`);
			await checkRoom(folder, ROOM_FOR_N8N);
			await cp(recipe, folder, { recursive: true });
			await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], folder, claim.shown);
			await writeFile(marker, lockfile);
			say(`n8n ${version} is installed`);
		}
		await claim.release();
	}
	return path.join(folder, 'node_modules/n8n/bin/n8n');
}

/** @returns the versions of n8n that can be installed, the oldest first */
async function recipes(): Promise<string[]> {
	const entries = await readdir(RECIPES, { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

function noRecipe(version: string, known: string[]): string {
	return [
		`There is no recipe for n8n ${version}. There are: ${known.join(', ')}.`,
		'To add one:',
		`  1. Copy the folder of the nearest version in test/n8n-host to test/n8n-host/${version}, without its pnpm-lock.yaml.`,
		'  2. Put the new version into its package.json.',
		'  3. Run "pnpm install --lockfile-only" in it. If a package is missing, add it to the overrides there.',
	].join('\n');
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
	const packed = await pnpm(['pack', '--json', '--pack-destination', folder], PROJECT);
	const { filename } = JSON.parse(packed) as { filename: string };
	return path.resolve(folder, filename);
}

/** Installs the tarball as n8n's community nodes panel does: with npm, into the user folder. */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const nodes = path.join(userFolder, '.n8n/nodes');
	await mkdir(nodes, { recursive: true });
	const manifest = path.join(nodes, 'package.json');
	if (!existsSync(manifest)) {
		await writeFile(manifest, JSON.stringify({ name: 'installed-nodes', private: true }));
	}
	await rm(path.join(nodes, 'node_modules/n8n-nodes-vortex'), { recursive: true, force: true });
	const options = [
		'--no-audit',
		'--no-fund',
		'--no-package-lock',
		'--legacy-peer-deps',
		'--ignore-scripts',
	];
	await runToEnd('npm', ['install', tarball, ...options], { cwd: nodes });
}

/** pnpm as it runs this very script, so that it need not be installed on the machine. */
async function pnpm(
	args: string[],
	cwd: string,
	watch?: (running: ResultPromise) => void,
): Promise<string> {
	const program = process.env.npm_execpath ?? '';
	const [command, ...first] = /pnpm/.test(program)
		? /\.[cm]?js$/.test(program)
			? [process.execPath, program]
			: [program]
		: ['pnpm'];
	const env = { CI: 'true', npm_config_ignore_workspace_root_check: 'true' };
	return await runToEnd(command, [...first, ...args], { cwd, env }, watch);
}
