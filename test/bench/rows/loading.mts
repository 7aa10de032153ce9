// What our package adds to n8n's start.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT } from '../../n8n-host/install.mts';
import type { Contest, Round } from '../contender.mts';
import { runScript } from '../workbench.mts';

export async function loading(): Promise<Contest[]> {
	const empty = path.join(PROJECT, 'node_modules/.cache/bench/empty');
	await mkdir(empty, { recursive: true });
	const manifest = {
		name: 'n8n-nodes-empty',
		version: '0.0.0',
		n8n: { nodes: [], credentials: [] },
	};
	await writeFile(path.join(empty, 'package.json'), JSON.stringify(manifest));
	const load = async (folder: string, expected: number): Promise<Round> => {
		const { time, nodes } = await runScript<{ time: number; nodes: number }>('loading.mts', [
			folder,
		]);
		return {
			value: time,
			...(nodes !== expected && { loss: `${nodes} of ${expected} nodes loaded` }),
		};
	};
	return [
		{
			what: 'Loading the package',
			unit: 'ms',
			explanation: "n8n's own loader, in a fresh process that has loaded n8n-core.",
			contenders: [
				{
					name: 'Our package',
					target: { against: 'an empty package', by: 'difference', atMost: 30 },
					measure: async () => await load(PROJECT, 2),
				},
				{ name: 'an empty package', measure: async () => await load(empty, 0), target: {} },
			],
		},
	];
}
