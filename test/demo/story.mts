// The life of one invitation, step by step, each step seen before the next begins.
import type { Stage } from '../n8n-host/stage.mts';
import { say, Stop, waitFor } from '../support/say.mts';

import type { Places } from './setup.mts';

interface Invitation {
	id: string;
	status: string;
	target: Array<{ value: string }>;
}

interface Delivery {
	event: string;
	state: string;
	attempts: Array<{ answer: number | string }>;
}

interface Guest {
	email: string;
	name: string;
}

const GUEST: Guest = { email: 'nathan@example.com', name: 'Nathan Barker' };

/** Waits on the page until the person who watches does something. */
const NEXT_GUEST: Guest = { email: 'ann@example.com', name: 'Ann Archer' };

/** How long a step may take, in seconds. */
const STEP = 30;

/** @returns the contact in the CRM at the end of the story */
export async function playStory(stage: Stage, { invite, onAccepted }: Places): Promise<unknown> {
	const checkInvite = await watchExecutions(stage, invite.id);
	const checkOnAccepted = await watchExecutions(stage, onAccepted.id);

	await fillInForm(stage, invite.webhookId, GUEST);
	const invitation = await waitFor('The invitation', STEP, async () => {
		await checkInvite();
		return await invitationOf(stage, GUEST);
	});
	say(`Invited: ${GUEST.email}, invitation ${invitation.id}`);

	for (const [action, done] of [
		['deliver', 'Delivered: the mail reached the mailbox'],
		['open', 'Opened: the mail was read'],
		['click', 'Clicked: the link of the invitation'],
		['accept', 'Accepted'],
	]) {
		await stage.ask(`/sandbox/invitations/${invitation.id}/${action}`, 'POST');
		say(done);
	}

	await waitFor('The delivery of invitation.accepted', STEP, async () => {
		const { deliveries } = await stage.ask<{ deliveries: Delivery[] }>('/sandbox/deliveries');
		const delivery = deliveries.find(({ event }) => event === 'invitation.accepted');
		if (delivery?.state === 'given up') {
			const answers = delivery.attempts.map(({ answer }) => answer).join(', ');
			throw new Stop(`n8n did not take the signed webhook. Its answers: ${answers}`);
		}
		return delivery?.state === 'delivered' ? true : undefined;
	});
	say('Reported: n8n took the signed webhook and answered 200');

	const contact = await waitFor('The contact in the CRM', STEP, async () => {
		await checkOnAccepted();
		const { contacts } = await stage.ask<{ contacts: Array<{ email: string }> }>('/crm/contacts');
		return contacts.find(({ email }) => email === GUEST.email);
	});
	say('In the CRM:');
	return contact;
}

/** Invites somebody who then waits for the person at the page. */
export async function inviteNext(stage: Stage, { invite }: Places): Promise<void> {
	await fillInForm(stage, invite.webhookId, NEXT_GUEST);
	await waitFor('The invitation', STEP, async () => await invitationOf(stage, NEXT_GUEST));
}

/** Tells the sandbox where n8n listens: one trigger hears everything, the other only of bounces. */
export async function registerWebhooks(
	stage: Stage,
	{ onAccepted, onBounced }: Places,
): Promise<void> {
	const register = async (name: string, webhookId: string, events?: string[]) => {
		const url = `${stage.n8n.url}/webhook/${webhookId}/vortex`;
		const webhook = { name, url, secret: stage.webhookSecret, events };
		await stage.ask('/sandbox/webhooks', 'POST', webhook);
	};
	await register('On accepted → add to CRM', onAccepted.webhookId);
	await register('On bounced → tell the team', onBounced.webhookId, ['invitation.email.bounced']);
	say('Registered the Production URLs of both Vortex Triggers with the sandbox');
}

async function invitationOf(stage: Stage, { email }: Guest): Promise<Invitation | undefined> {
	const { invitations } = await stage.ask<{ invitations: Invitation[] }>('/sandbox/invitations');
	return invitations.find(({ target }) => target[0]?.value === email);
}

/** Sends the form as a browser does. */
async function fillInForm(stage: Stage, webhookId: string, { email, name }: Guest): Promise<void> {
	const body = new FormData();
	body.set('field-0', email);
	body.set('field-1', name);
	const answer = await fetch(`${stage.n8n.url}/form/${webhookId}`, { method: 'POST', body });
	if (!answer.ok) throw new Stop(`The form answered ${answer.status}: ${await answer.text()}`);
}

/** @returns a check that refuses when an execution has failed that began after this */
async function watchExecutions({ n8n }: Stage, workflowId: string): Promise<() => Promise<void>> {
	const before = new Set((await n8n.executions(workflowId)).map(({ id }) => id));
	return async () => {
		const failed = (await n8n.executions(workflowId)).find(
			({ id, status }) => !before.has(id) && ['error', 'crashed', 'canceled'].includes(status),
		);
		if (failed) throw new Stop(`n8n's execution ${failed.id} ended as "${failed.status}".`);
	};
}
