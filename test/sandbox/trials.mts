// Deliveries that a receiver must not fall for.
import { randomBytes } from 'node:crypto';
import { webhookEvent } from './events.mts';
import { Refusal, type Invitation } from './invitations.mts';
import { sign, type Delivery, type Destination, type Webhooks } from './webhooks.mts';

export const TRIALS = ['forged', 'repeated', 'tampered'] as const;

export type Trial = (typeof TRIALS)[number];

export function sendTrial(trial: Trial, webhooks: Webhooks, invitation?: Invitation): Delivery {
	const [destination] = webhooks.list();
	if (destination === undefined) {
		throw new Refusal(409, 'No webhook is registered, so there is nobody to send this to.');
	}
	if (trial === 'repeated') return repeat(webhooks);
	return trial === 'forged'
		? forge(webhooks, destination, invitation)
		: tamper(webhooks, destination, invitation);
}

/** As somebody would who knows the address of the webhook, and not its secret. */
function forge(webhooks: Webhooks, destination: Destination, invitation?: Invitation): Delivery {
	const event = accepted('mallory@example.com', invitation);
	const body = JSON.stringify(event);
	const signature = sign(body, `whsec_${randomBytes(24).toString('base64url')}`);
	return webhooks.deliver(destination, event.type, event.id, body, { signature, trial: 'forged' });
}

/** As somebody would who changes a genuine event on its way. */
function tamper(webhooks: Webhooks, destination: Destination, invitation?: Invitation): Delivery {
	const event = accepted('nathan@example.com', invitation);
	const body = JSON.stringify(event);
	const changed = body.replace('nathan@example.com', 'mallory@example.com');
	const signature = sign(body, destination.secret);
	const trial = 'tampered';
	return webhooks.deliver(destination, event.type, event.id, changed, { signature, trial });
}

/** As Vortex does itself when an answer was lost: the same bytes once more. */
function repeat(webhooks: Webhooks): Delivery {
	const genuine = ({ state, trial }: Delivery) => state === 'delivered' && trial === undefined;
	const last =
		webhooks.deliveries.findLast((one) => genuine(one) && one.event === 'invitation.accepted') ??
		webhooks.deliveries.findLast(genuine);
	const destination = webhooks.list().find(({ id }) => id === last?.destinationId);
	if (last === undefined || destination === undefined) {
		throw new Refusal(409, 'Nothing has been delivered yet that could be repeated.');
	}
	const { event, eventId, body, signature } = last;
	return webhooks.deliver(destination, event, eventId, body, { signature, trial: 'repeated' });
}

function accepted(targetEmail: string, invitation?: Invitation) {
	return webhookEvent({
		type: 'invitation.accepted',
		sourceTable: 'invitations',
		operation: 'update',
		data: { invitationId: invitation?.id ?? 'unknown', targetEmail },
	});
}
