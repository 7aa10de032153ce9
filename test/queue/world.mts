// Vortex and a CRM in this process: invitations that were accepted, and every call that the CRM got.
import { setTimeout as pause } from 'node:timers/promises';
import type { Keys } from '../n8n-host/keys.mts';
import { createSandbox, type Sandbox } from '../sandbox/server.mts';

/** How long the CRM takes to answer, in ms: long enough for a worker to have all its hands full. */
const CRM_LATENCY = 150;

export class World {
	readonly sandbox: Sandbox;

	/** The event id of each call to the CRM, in the order of arrival. */
	readonly crmCalls: string[] = [];

	constructor({ apiKey }: Keys) {
		this.sandbox = createSandbox({
			apiKey,
			webhooks: { retries: 10, firstPause: 250, longestPause: 4000, timeout: 15_000 },
		});
		this.sandbox.app.addHook('onRequest', async ({ method, url, headers }) => {
			if (method !== 'POST' || !url.startsWith('/crm/')) return;
			this.crmCalls.push(String(headers['idempotency-key']));
			await pause(CRM_LATENCY);
		});
	}

	async open(): Promise<void> {
		await this.sandbox.listen();
	}

	/** @returns an invitation that somebody has accepted */
	accepted(number: number): { invitationId: string; targetEmail: string } {
		const targetEmail = `person-${number}@example.com`;
		const { invitations, url } = this.sandbox;
		const { id: invitationId } = invitations.create({
			widgetConfigurationId: 'wc-1',
			target: { type: 'email', value: targetEmail, name: `Person ${number}` },
			inviter: { userId: 'user-17', name: 'Jane Doe' },
			groups: [{ type: 'team', groupId: 'team-1', name: 'Team One' }],
			linkBase: url,
		});
		invitations.play(invitationId, 'accept');
		return { invitationId, targetEmail };
	}

	async close(): Promise<void> {
		await this.sandbox.close();
	}
}
