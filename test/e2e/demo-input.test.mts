// pnpm demo when something is wrong: it says what, says what to do, and leaves nothing running.
import { createServer, type Server } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { PROJECT } from '../n8n-host/install.mts';
import { freePort } from '../n8n-host/ports.mts';
import { waitFor } from '../support/say.mts';

const PROGRAM = path.join(PROJECT, 'test/demo/main.mts');

let folder = '';
let busy: Server;
let busyPort = 0;
let ports: string[] = [];

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'demo-input-'));
	busyPort = await freePort();
	busy = createServer().listen(busyPort, '127.0.0.1');
});
beforeEach(async () => {
	ports = ['--n8n-port', String(await freePort()), '--sandbox-port', String(await freePort())];
});
afterAll(async () => {
	busy.close();
	await rm(folder, { recursive: true, force: true });
});

function demo(...options: string[]) {
	const env = { DEMO_FOLDER: folder };
	return execa(process.execPath, [PROGRAM, ...options], { env, all: true, reject: false });
}

const lock = () => path.join(folder, 'lock');

it.each([
	['a port in use', () => ['--n8n-port', String(busyPort)], /^Port \d+ is in use.*--n8n-port \d+$/],
	[
		'what is no port',
		() => ['--sandbox-port', '87900'],
		/^--sandbox-port needs a number from 1 to 65535, not "87900"\.$/,
	],
	[
		'one port for both',
		() => ['--n8n-port', ports[1], '--sandbox-port', ports[1]],
		/^n8n and the sandbox cannot both have port \d+\. Choose two\.$/,
	],
	['an unknown option', () => ['--ports', '1'], /^Unknown option '--ports'/],
])('refuses %s', async (_what, options, message) => {
	const { exitCode, all } = await demo(...options());
	expect(all.trim()).toMatch(message);
	expect(exitCode).toBe(1);
	expect(existsSync(lock())).toBe(false);
});

it('refuses a second demo, and ends at once when it is interrupted', async () => {
	const first = demo(...ports);
	const { pid } = first;
	await waitFor('The lock', 10, async () => (existsSync(lock()) ? true : undefined));
	const { exitCode, all } = await demo();
	expect(all.trim()).toMatch(new RegExp(`^A demo is running already \\(process ${pid}[ )]`));
	expect(exitCode).toBe(1);

	first.kill('SIGINT');
	const interrupted = await first;
	expect(interrupted.exitCode).toBe(130);
	expect(interrupted.all).toContain('Ending everything …');
	expect(existsSync(lock())).toBe(false);
});

it('ends all of it when n8n is still starting', async () => {
	const running = demo(...ports);
	const children = await waitFor('The start of n8n', 60, async () => {
		const text = await readFile(lock(), 'utf8').catch(() => '{}');
		const { children: started = [] } = JSON.parse(text || '{}') as { children?: number[] };
		return started.length === 2 ? started : undefined;
	});
	running.kill('SIGINT');
	expect((await running).exitCode).toBe(130);
	for (const child of children) expect(() => process.kill(child, 0)).toThrow('ESRCH');
});

it('says so when n8n is killed', async () => {
	const running = demo(...ports);
	let said = '';
	running.all.on('data', (part) => (said += part));
	await waitFor('The demo', 90, async () => (said.includes('Press Ctrl-C') ? true : undefined));
	const { children } = JSON.parse(await readFile(lock(), 'utf8')) as { children: number[] };
	process.kill(children[1], 'SIGKILL');
	const { exitCode } = await running;
	expect(said).toContain('n8n was killed from outside (SIGKILL)');
	expect(exitCode).toBe(1);
	expect(() => process.kill(children[0], 0)).toThrow('ESRCH');
});

it('takes no notice of a lock that nobody holds any more', async () => {
	await writeFile(lock(), JSON.stringify({ pid: 999_999, addresses: '', children: [] }));
	const { all } = await demo('--n8n-port', String(busyPort));
	expect(all).toContain('is in use');
	expect(existsSync(lock())).toBe(false);
});
