// pnpm e2e when something is wrong: it says what, says what to do, and leaves nothing behind.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { PROJECT } from '../n8n-host/install.mts';

const PROGRAM = path.join(PROJECT, 'test/e2e/main.mts');

const recipes = async () =>
	(await readdir(path.join(PROJECT, 'test/n8n-host'))).filter((name) => /^\d/.test(name));

async function e2e(env: Record<string, string>, ...options: string[]) {
	const { all, exitCode } = await execa(process.execPath, [PROGRAM, ...options], {
		env,
		all: true,
		reject: false,
	});
	return { all: all.trim(), exitCode };
}

it('says which versions of n8n there are, and how to add one', async () => {
	const { all, exitCode } = await e2e({}, '--n8n', '9.9.9');
	expect(exitCode).toBe(1);
	expect(all).toMatch(/^There is no recipe for n8n 9\.9\.9\. There are: /);
	for (const version of await recipes()) expect(all).toContain(version);
	expect(all).toContain('test/n8n-host/9.9.9');
	expect(all).toContain('pnpm install --lockfile-only');
});

it.each(['..', '2.41.1/..', ''])('takes no folder for a version: "%s"', async (version) => {
	const { all, exitCode } = await e2e({}, '--n8n', version);
	expect(exitCode).toBe(1);
	expect(all).toMatch(/^There is no recipe for n8n/);
});

it('shows its options when it is given another', async () => {
	const { all, exitCode } = await e2e({}, '--version', '2.41.1');
	expect(exitCode).toBe(1);
	expect(all).toMatch(/^Unknown option '--version'[\s\S]*pnpm e2e \[--n8n/);
});

it('says when no test has that name, and leaves no folder behind', async () => {
	const TMPDIR = await mkdtemp(path.join(tmpdir(), 'input-'));
	const { all, exitCode } = await e2e({ TMPDIR }, 'no-such-test');
	expect(exitCode).toBe(1);
	expect(all).toContain('no-such-test');
	expect((await readdir(TMPDIR)).filter((name) => name.startsWith('n8n-'))).toEqual([]);
	await rm(TMPDIR, { recursive: true });
});
