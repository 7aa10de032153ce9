// Reads CPU profiles: whose code the time went to.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The parts of a `.cpuprofile` that are read. */
export interface Profile {
	nodes: Array<{ id: number; callFrame: { functionName: string; url: string } }>;
	samples: number[];
	/** Microseconds before each sample. */
	timeDeltas: number[];
}

/** @returns ms of its own time by owner: a package, a part of Node.js, or the engine */
export function timeByOwner({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
	const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
	const times = new Map<string, number>();
	samples.forEach((id, index) => {
		const owner = owners.get(id) ?? 'unknown';
		times.set(owner, (times.get(owner) ?? 0) + timeDeltas[index] / 1000);
	});
	return times;
}

function ownerOf({ functionName, url }: Profile['nodes'][number]['callFrame']): string {
	if (/^\((idle|garbage collector|program|root)\)$/.test(functionName)) return functionName;
	if (url.startsWith('node:')) return 'Node.js';
	const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)];
	return packages.at(-1)?.[1] ?? (url === '' ? 'built in, or native' : 'other');
}

/** @returns for each profile below a folder, the owners that took the most time */
export async function whereTimeWent(folder: string): Promise<string> {
	const files = await readdir(folder, { recursive: true });
	const reports = files
		.filter((file) => file.endsWith('.cpuprofile'))
		.map(async (file) => {
			const text = await readFile(path.join(folder, file), 'utf8');
			return `\n${file}\n${describe(timeByOwner(JSON.parse(text) as Profile))}`;
		});
	return (await Promise.all(reports)).join('\n');
}

function describe(times: Map<string, number>): string {
	const busy = [...times].filter(([owner]) => owner !== '(idle)');
	const total = busy.reduce((sum, [, ms]) => sum + ms, 0);
	return busy
		.sort(([, a], [, b]) => b - a)
		.slice(0, 15)
		.map(([owner, ms]) => `${((ms / total) * 100).toFixed(1).padStart(6)} %  ${owner}`)
		.join('\n');
}
