// The package in an empty folder with only n8n-workflow beside it.
import { mkdir, mkdtemp, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { PROJECT } from '../n8n-host/install.mts';

const LOADER = fileURLToPath(new URL('bare.mts', import.meta.url));
const N8N_WORKFLOW = path.dirname(
	createRequire(import.meta.url).resolve('n8n-workflow/package.json'),
);

/**
 * Loads each node and credential of an unpacked package in a process of its own, which may read that
 * package and n8n-workflow, and may write nothing and start nothing.
 *
 * @param unpacked the package. It is moved away.
 */
export async function loadBare(unpacked: string): Promise<{ entries: number; problems: string[] }> {
	const home = await realpath(await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-bare-')));
	try {
		const modules = path.join(home, 'node_modules');
		await mkdir(modules);
		await symlink(N8N_WORKFLOW, path.join(modules, 'n8n-workflow'), 'dir');
		const folder = path.join(modules, 'n8n-nodes-vortex');
		await rename(unpacked, folder);
		const readable = [
			home,
			LOADER,
			path.join(PROJECT, 'node_modules'),
			path.join(PROJECT, 'package.json'),
		];
		const limits = ['--permission', ...readable.map((place) => `--allow-fs-read=${place}`)];
		const { stdout, stderr, failed } = await execa(process.execPath, [...limits, LOADER, folder], {
			cwd: home,
			env: { PATH: process.env.PATH },
			extendEnv: false,
			reject: false,
		});
		if (failed) return { entries: 0, problems: [stderr.trim()] };
		return JSON.parse(stdout) as { entries: number; problems: string[] };
	} finally {
		await rm(home, { recursive: true, force: true });
	}
}
