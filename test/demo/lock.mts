// One demo at a time: two would share n8n's database.
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { DEMO_FOLDER } from '../n8n-host/install.mts';
import { say, Stop } from '../support/say.mts';

interface Holder {
	pid: number;
	/** What it listens on, for the message. */
	addresses: string;
	/** The sandbox and n8n: they outlive a demo that is killed. */
	children: number[];
}

const FILE = path.join(DEMO_FOLDER, 'lock');
const OURS = 'test/demo/main.mts';
const CHILDREN = ['test/sandbox/main.mts', '/n8n/bin/n8n'];

export class Lock {
	private readonly holder: Holder = { pid: process.pid, addresses: '', children: [] };

	private isHeld = false;

	/** Refuses while another demo runs. Ends what one that was killed has left behind. */
	async take(): Promise<void> {
		await mkdir(DEMO_FOLDER, { recursive: true });
		try {
			await this.create();
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
			await clearStale();
			await this.create();
		}
		this.isHeld = true;
	}

	async tell(addresses: string): Promise<void> {
		if (!this.isHeld) return;
		this.holder.addresses = addresses;
		await this.rewrite();
	}

	async addChild(pid: number | undefined): Promise<void> {
		if (pid === undefined || !this.isHeld) return;
		this.holder.children.push(pid);
		await this.rewrite();
	}

	async release(): Promise<void> {
		if (this.isHeld) await rm(FILE, { force: true });
		this.isHeld = false;
	}

	/** Refuses when the file is there. */
	private async create(): Promise<void> {
		await writeFile(FILE, JSON.stringify(this.holder), { flag: 'wx' });
	}

	/** In one step: who reads meanwhile must not see half of it. */
	private async rewrite(): Promise<void> {
		await writeFile(`${FILE}.new`, JSON.stringify(this.holder));
		await rename(`${FILE}.new`, FILE);
	}
}

async function clearStale(): Promise<void> {
	const holder = await read();
	if (holder && (await runs(holder.pid, [OURS]))) {
		throw new Stop(
			`A demo is running already (process ${holder.pid}${holder.addresses}). Use that one, or end it with Ctrl-C in its window, or with: kill ${holder.pid}`,
		);
	}
	for (const pid of holder?.children ?? []) {
		if (!(await runs(pid, CHILDREN))) continue;
		say(`Ending what a demo that was killed has left running (process ${pid}) …`);
		process.kill(pid, 'SIGTERM');
		if (await endsWithin(15, pid)) continue;
		process.kill(pid, 'SIGKILL');
		await endsWithin(5, pid);
	}
	await rm(FILE, { force: true });
}

async function endsWithin(seconds: number, pid: number): Promise<boolean> {
	for (let tries = 0; tries < seconds * 10; tries += 1) {
		if (!(await runs(pid, CHILDREN))) return true;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return false;
}

/** @returns undefined when the file is unreadable: its writer was killed in the middle */
async function read(): Promise<Holder | undefined> {
	try {
		return JSON.parse(await readFile(FILE, 'utf8')) as Holder;
	} catch {
		return undefined;
	}
}

/** Tells whether a process runs one of the programs: its id alone may be somebody else's by now. */
async function runs(pid: number, programs: string[]): Promise<boolean> {
	const command = await commandOf(pid);
	return programs.some((program) => command.includes(program));
}

async function commandOf(pid: number): Promise<string> {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
	} catch {
		const { stdout } = await execa('ps', ['-o', 'command=', '-p', String(pid)], { reject: false });
		return stdout ?? '';
	}
}
