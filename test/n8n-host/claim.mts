// One installation at a time in a folder.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ResultPromise } from 'execa';
import { say, waitFor } from '../support/say.mts';

/** Marks an installation under way: it holds the id of the process that does it. */
const INSTALLING = '.installing';

export interface Claim {
	/** Shows what the installing program prints, and notes that it is the one to wait for. */
	shown(running: ResultPromise): void;
	release(): Promise<void>;
}

/** Waits for whatever installs there: also one whose starter was killed goes on by itself for a while. */
export async function claimFolder(folder: string): Promise<Claim> {
	const file = path.join(folder, INSTALLING);
	let isTold = false;
	await waitFor(`The end of another installation (see ${file})`, 600, async () => {
		const pid = Number(await readFile(file, 'utf8').catch(() => ''));
		if (!isRunning(pid)) return true;
		if (!isTold) say(`Another installation into ${folder} is under way: waiting for it …`);
		isTold = true;
		return undefined;
	});
	await writeFile(file, String(process.pid));
	return {
		shown: (running: ResultPromise) => {
			running.stdout?.pipe(process.stdout, { end: false });
			void writeFile(file, String(running.pid));
		},
		release: async () => await rm(file, { force: true }),
	};
}

function isRunning(pid: number): boolean {
	if (!pid || pid === process.pid) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
