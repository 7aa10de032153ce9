// The secrets of one stage, made up anew for each.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Owner } from './n8n.mts';

export interface Keys {
	/** Who logs in to n8n. */
	owner: Owner;
	/** The key that the sandbox takes. */
	apiKey: string;
	webhookSecret: string;
	/** With what n8n encrypts its credentials. */
	encryptionKey: string;
}

export function newKeys(): Keys {
	const keyId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
	return {
		owner: { email: 'demo@example.com', password: `Demo-${randomBytes(6).toString('hex')}1A` },
		apiKey: ['VRTX', keyId, randomBytes(24).toString('base64url')].join('.'),
		webhookSecret: `whsec_${randomBytes(24).toString('base64url')}`,
		encryptionKey: randomBytes(24).toString('hex'),
	};
}
