// The workflows that are measured: steps in a row, as n8n's editor would save them.
import { randomUUID } from 'node:crypto';
import type { N8n } from '../n8n-host/n8n.mts';
import type { CredentialRef } from '../n8n-host/stage.mts';

export interface Step {
	name: string;
	type: string;
	typeVersion: number;
	parameters: object;
	credentials?: { [type: string]: CredentialRef };
	webhookId?: string;
}

/** A published workflow, and where it is started. */
export interface Place {
	id: string;
	url: string;
}

/**
 * Publishes steps in a row.
 *
 * @param path what the production URL has behind `/webhook/`
 */
export async function publish(n8n: N8n, name: string, row: Step[], path: string): Promise<Place> {
	const nodes = row.map((step, index) => ({
		id: randomUUID(),
		position: [index * 240, 0],
		...step,
	}));
	const links = row.slice(0, -1).map((step, index): [string, object] => {
		return [step.name, { main: [[{ node: row[index + 1].name, type: 'main', index: 0 }]] }];
	});
	const { id } = await n8n.publish({
		name,
		nodes,
		connections: Object.fromEntries(links),
		settings: { executionOrder: 'v1' },
		active: false,
	});
	return { id, url: `${n8n.url}/webhook/${path}` };
}

/** n8n's Webhook step. */
export function webhook(webhookId: string, parameters: object): Step {
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId,
		parameters: { httpMethod: 'POST', path: webhookId, ...parameters },
	};
}

/** A step that does nothing: where the work of the workflow would begin. */
export const GO_ON: Step = {
	name: 'Go on',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	parameters: {},
};
