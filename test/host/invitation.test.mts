import { describe, expect, it } from 'vitest';
import { useSandbox } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const vortex = useSandbox();

describe('create', () => {
	it('sends one request for each item, in order, and pairs the answers', async () => {
		const result = await execute({
			credential: vortex.credential,
			items: [{ name: 'ann' }, { name: 'bob' }],
			node: {
				type: 'n8n-nodes-vortex.vortex',
				parameters: {
					resource: 'invitation',
					operation: 'create',
					widgetConfigurationId: 'wc-1',
					targetType: 'email',
					targetValue: '={{ $json.name }}@example.com',
					inviterUserId: 'user-17',
				},
			},
		});
		expect(result.error).toBeUndefined();
		expect(vortex.sandbox.requests.map(({ body }) => body)).toEqual([
			{
				widgetConfigurationId: 'wc-1',
				target: { type: 'email', value: 'ann@example.com' },
				inviter: { userId: 'user-17' },
			},
			{
				widgetConfigurationId: 'wc-1',
				target: { type: 'email', value: 'bob@example.com' },
				inviter: { userId: 'user-17' },
			},
		]);
		expect(result.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
	});
});
