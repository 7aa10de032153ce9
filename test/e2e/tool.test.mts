// What n8n has made of the package: the node types that it offers.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { resources } from '../../nodes/Vortex/resources';
import type { NodeType } from '../n8n-host/n8n.mts';
import { useStage } from './host.mts';

const stage = useStage();

let ours: NodeType[];

beforeAll(async () => {
	const all = await stage.n8n.nodeTypes();
	ours = all.filter(({ name }) => name.startsWith('n8n-nodes-vortex.'));
});

it('offers the node, the trigger and the tool, and no tool of the trigger', () => {
	expect(ours.map(({ name }) => name).sort()).toEqual([
		'n8n-nodes-vortex.vortex',
		'n8n-nodes-vortex.vortexTool',
		'n8n-nodes-vortex.vortexTrigger',
	]);
});

it('offers the tool to agents, with every operation', () => {
	const tool = ours.find(({ name }) => name.endsWith('.vortexTool'));
	expect(JSON.stringify(tool?.outputs)).toContain('ai_tool');
	const offered = tool?.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options = [] }) => options.map(({ value }) => value));
	expect(offered?.sort()).toEqual(
		resources.flatMap(({ operations }) => operations.map(({ option }) => option.value)).sort(),
	);
});

it('runs with the n8n-workflow of this n8n: there is no other within its reach', () => {
	const nodes = path.join(stage.n8n.userFolder, '.n8n/nodes/node_modules');
	const installed = path.join(nodes, 'n8n-nodes-vortex/package.json');
	expect(existsSync(installed)).toBe(true);
	const reach = path.dirname(installed).split(path.sep);
	const folders = reach.map((_, index) =>
		path.join(reach.slice(0, index + 1).join(path.sep) || '/', 'node_modules/n8n-workflow'),
	);
	expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
});

it.each(['vortex.svg', 'vortex.dark.svg'])('serves the icon %s', async (icon) => {
	const answer = await fetch(`${stage.n8n.url}/icons/n8n-nodes-vortex/dist/icons/${icon}`);
	expect(answer.status).toBe(200);
	expect(await answer.text()).toContain('<svg');
});
