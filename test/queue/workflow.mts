// The example that makes a contact of everybody who accepts, with this run's addresses in it.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT } from '../n8n-host/install.mts';
import type { Keys } from '../n8n-host/keys.mts';
import type { N8n } from '../n8n-host/n8n.mts';

/** The workflow that is measured unless another is named. */
export const EXAMPLE = path.join(PROJECT, 'examples/on-accepted-exactly-once.json');
const CRM_IN_EXAMPLE = 'https://your-crm.example.com';

const TRIGGER = 'n8n-nodes-vortex.vortexTrigger';

interface Node {
	type: string;
	webhookId?: string;
	credentials?: object;
}

/**
 * Publishes an example workflow.
 *
 * @param file the workflow as n8n exports it; its CRM is at the examples' address
 * @returns the path of its webhook
 */
export async function publishExample(
	n8n: N8n,
	file: string,
	keys: Keys,
	sandboxUrl: string,
): Promise<string> {
	const { apiKey, webhookSecret } = keys;
	const name = 'Vortex sandbox';
	const data = { apiKey, webhookSecret, baseUrl: sandboxUrl };
	const vortexApi = { name, id: await n8n.addCredential(name, 'vortexApi', data) };
	const text = await readFile(file, 'utf8');
	const workflow = JSON.parse(text.replaceAll(CRM_IN_EXAMPLE, `${sandboxUrl}/crm`)) as {
		nodes: Node[];
	};
	const webhookId = randomUUID();
	for (const node of workflow.nodes) {
		if (node.type.startsWith('n8n-nodes-vortex.')) node.credentials = { vortexApi };
		if (node.type === TRIGGER) node.webhookId = webhookId;
	}
	await n8n.publish(workflow);
	return `/webhook/${webhookId}/vortex`;
}
