import type { Resource } from '../../operation';
import { verify } from './verify';

export const webhook: Resource = {
	option: { name: 'Webhook', value: 'webhook' },
	operations: [verify],
	firstChoice: verify,
};
