// Tokens and webhook signatures: pure computing, in this process.
import { createHmac } from 'node:crypto';
import { Vortex, VortexWebhooks } from '@teamvortexsoftware/vortex-node-22-sdk';
import { SignJWT } from 'jose';
import type * as Delivery from '../../../nodes/VortexTrigger/delivery';
import type * as Signing from '../../../nodes/shared/signing';
import { newKeys } from '../../n8n-host/keys.mts';
import { loadBuilt } from '../built.mts';
import type { Contest, Round } from '../contender.mts';

/** How long one round of one contender works, in ms. */
const STRETCH = 50;

const OURS = 'Our node';

const SDK = 'Official SDK';

export async function signing(): Promise<Contest[]> {
	const { deriveSigningKey, generateToken } = loadBuilt<typeof Signing>('nodes/shared/signing.js');
	const { apiKey } = newKeys();
	const sdk = new Vortex(apiKey);
	const key = deriveSigningKey(apiKey);
	const payload = () => ({ user: { id: 'user-17', email: 'nathan@example.com', name: 'Nathan' } });
	const tokens: Contest = {
		what: 'Tokens signed',
		unit: '/s',
		explanation:
			'our node and jose derive the key once, as the node does for all items of a run; the SDK derives it for each token.',
		contenders: [
			{
				name: OURS,
				target: { against: SDK, atLeast: 1, tie: true },
				measure: async () =>
					await rate(() => generateToken(key, payload(), '30d', Date.now()).token),
			},
			{ name: SDK, measure: async () => await rate(() => sdk.generateToken(payload())) },
			{
				name: 'jose',
				measure: async () =>
					await rate(async () =>
						new SignJWT(payload())
							.setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.kid })
							.setIssuedAt()
							.setExpirationTime('30d')
							.sign(key.key),
					),
			},
		],
	};
	return [tokens, ...[300, 2000, 200_000].map(verified)];
}

/** A delivery of so many bytes, verified and parsed. jose has nothing for that. */
function verified(bytes: number): Contest {
	const { judgeDelivery } = loadBuilt<typeof Delivery>('nodes/VortexTrigger/delivery.js');
	const { webhookSecret } = newKeys();
	const body = Buffer.from(eventOf(bytes));
	const signature = createHmac('sha256', webhookSecret).update(body).digest('hex');
	const webhooks = new VortexWebhooks({ secret: webhookSecret });
	return {
		what: `Deliveries of ${bytes / 1000} KB verified`,
		unit: '/s',
		contenders: [
			{
				name: OURS,
				target: { against: SDK, atLeast: 1, tie: true },
				measure: async () =>
					await rate(() => {
						const judged = judgeDelivery(body, signature, [webhookSecret]);
						return judged.verdict === 'good' ? judged.event : undefined;
					}),
			},
			{
				name: SDK,
				measure: async () => await rate(() => webhooks.constructEvent(body, signature)),
			},
		],
	};
}

/** @returns an event as JSON that is so many bytes long */
export function eventOf(bytes: number, id = 'evt-1'): string {
	const event = {
		id,
		timestamp: new Date().toISOString(),
		accountId: 'acc-1',
		environmentId: 'env-1',
		sourceTable: 'invitations',
		operation: 'update',
		type: 'invitation.accepted',
		data: { invitationId: 'inv-1', targetEmail: 'nathan@example.com', more: [] as string[] },
	};
	const row = 'a line of an event that has many of them';
	while (JSON.stringify(event).length < bytes - 2 * row.length) event.data.more.push(row);
	const left = bytes - JSON.stringify(event).length - 3;
	if (left > 0) event.data.more.push('x'.repeat(left));
	return JSON.stringify(event);
}

/** @returns how often something can be done in a second. Refuses what gives nothing. */
async function rate(work: () => unknown): Promise<Round> {
	const started = performance.now();
	let count = 0;
	let time = 0;
	while (time < STRETCH) {
		for (let turn = 0; turn < 20; turn += 1) {
			const made = work();
			if ((made instanceof Promise ? await made : made) === undefined) {
				throw new Error('It was refused');
			}
		}
		count += 20;
		time = performance.now() - started;
	}
	return { value: (count * 1000) / time };
}
