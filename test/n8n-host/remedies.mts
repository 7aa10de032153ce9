// What a person can do about what other programs and the disk complain of.
import { statfs } from 'node:fs/promises';
import { Stop } from '../support/say.mts';

type Remedy = [complaint: RegExp, advice: string];

const DISK: Remedy[] = [
	[
		/ENOSPC|EDQUOT|no space left|SQLITE_FULL|disk is full/i,
		'The disk is full. Make room on it, then run the same command again: it goes on where it stopped.',
	],
	[
		/EROFS|read-only file system|EACCES|EPERM|permission denied|SQLITE_(READONLY|CANTOPEN)/i,
		'The folder may not be written. Make it writable for you, or put the project into another folder.',
	],
];

const NETWORK: Remedy[] = [
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_PNPM_META_FETCH|ERR_SOCKET/,
		'The npm registry cannot be reached. Check the connection to the internet, and the proxy if there is one, then run the same command again: it goes on where it stopped.',
	],
];

/** @returns what to do about what an installation printed, if we know */
export function remedy(text: string): string | undefined {
	return find([...DISK, ...NETWORK], text);
}

/** @returns what to do about what a program without need of the network printed, if we know */
export function diskRemedy(text: string): string | undefined {
	return find(DISK, text);
}

function find(remedies: Remedy[], text: string): string | undefined {
	return remedies.find(([complaint]) => complaint.test(text))?.[1];
}

/** @returns what to do about a disk that has no room even for a log */
export async function fullDiskRemedy(folder: string): Promise<string | undefined> {
	return (await freeMegabytes(folder)) < 5 ? diskRemedy('ENOSPC') : undefined;
}

/** Refuses before anything is half done when a folder's disk has too little room. */
export async function checkRoom(folder: string, megabytes: number): Promise<void> {
	const free = await freeMegabytes(folder);
	if (free >= megabytes) return;
	throw new Stop(
		`There are ${free} MB free on the disk of ${folder}, and ${megabytes} MB are needed. Make room on it, then run the same command again.`,
	);
}

async function freeMegabytes(folder: string): Promise<number> {
	const { bavail, bsize } = await statfs(folder);
	return Math.floor((bavail * bsize) / 1e6);
}
