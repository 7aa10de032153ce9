// Brings n8n to where the story can begin: what is there already is left as the person made it.
import { randomUUID } from 'node:crypto';
import type { Stage } from '../n8n-host/stage.mts';
import { say } from '../support/say.mts';
import type { Memory } from './memory.mts';
import { WORKFLOWS, type WorkflowKey } from './workflows/index.mts';

export type Places = Record<WorkflowKey, { id: string; webhookId: string }>;

/** @returns the demo's workflows, and whether all of them were there before */
export async function setUp(
	stage: Stage,
	{ known, save }: Memory,
): Promise<{ places: Places; isNew: boolean }> {
	const { n8n, sandboxUrl } = stage;
	known.credential ??= await stage.addCredential();
	if (known.sandboxUrl && known.sandboxUrl !== sandboxUrl) await move(stage, known, sandboxUrl);
	known.sandboxUrl = sandboxUrl;
	await save();

	let isNew = false;
	for (const key of Object.keys(WORKFLOWS) as WorkflowKey[]) {
		const place = known.workflows[key];
		if (place && (await n8n.workflow(place.id))) continue;
		isNew = true;
		const webhookId = randomUUID();
		const setting = { webhookId, vortexApi: known.credential, sandboxUrl };
		const { id } = await n8n.publish(WORKFLOWS[key](setting));
		known.workflows[key] = { id, webhookId };
		await save();
	}
	return { places: known.workflows as Places, isNew };
}

/** The sandbox has another port than last time: the credential and the workflows learn it. */
async function move(stage: Stage, { credential, sandboxUrl: old }: Memory['known'], url: string) {
	const { n8n, apiKey, webhookSecret } = stage;
	say(`The sandbox has moved: replacing ${old} by ${url} in the credential and the workflows …`);
	await n8n.call('PATCH', `/rest/credentials/${credential?.id}`, {
		name: credential?.name,
		type: 'vortexApi',
		data: { apiKey, webhookSecret, baseUrl: url },
	});
	for (const { id } of await n8n.call<Array<{ id: string }>>('GET', '/rest/workflows')) {
		const workflow = await n8n.workflow(id);
		const nodes = JSON.stringify(workflow?.nodes ?? []);
		if (!workflow || !nodes.includes(`${old}/`)) continue;
		const { name, connections, settings, active, versionId } = workflow;
		const moved = JSON.parse(nodes.replaceAll(`${old}/`, `${url}/`)) as object[];
		const changes = { name, connections, settings, versionId, nodes: moved };
		const saved = await n8n.call<typeof workflow>('PATCH', `/rest/workflows/${id}`, changes);
		if (active) await n8n.activate(saved);
	}
}
