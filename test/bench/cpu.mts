// How much of the processor a process has used: this says the same on a busy machine as on a quiet one.
import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second. */
const MS_PER_TICK = 10;

/** @returns ms of CPU time of a process so far, or undefined where the system does not tell */
export async function cpuTime(pid: number | undefined): Promise<number | undefined> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
	return stat === undefined ? undefined : ticks(stat) * MS_PER_TICK;
}

/** @param stat the line of /proc/<pid>/stat; the program's name in it may hold anything */
export function ticks(stat: string): number {
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return Number(fields[11]) + Number(fields[12]);
}

/** Measures what a process uses while something is done. @returns ms for each of so many */
export async function cpuOfEach(
	pid: number | undefined,
	count: number,
	work: () => Promise<void>,
): Promise<string | undefined> {
	const before = await cpuTime(pid);
	await work();
	const after = await cpuTime(pid);
	if (before === undefined || after === undefined) return undefined;
	return `n8n used ${((after - before) / count).toFixed(1)} ms of CPU for each`;
}
