// The life of one invitation, step by step, each step seen before the next begins.
import type { N8n } from '../n8n-host/n8n.mts';
import type { Stage } from '../n8n-host/stage.mts';
import { say, Stop, waitFor } from '../support/say.mts';

/** Where the story happens. */
export interface Scene {
	formUrl: string;
	/** The Production URL of the trigger. */
	webhookUrl: string;
	/** Ids of the two workflows. */
	inviteId: string;
	onAcceptedId: string;
}

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

const GUEST = { email: 'nathan@example.com', name: 'Nathan Barker' };

/** How long a step may take, in seconds. */
const STEP = 30;

/** @returns the contact in the CRM at the end of the story */
export async function playStory(stage: Stage, scene: Scene): Promise<unknown> {
	const { n8n } = stage;
	const webhook = { url: scene.webhookUrl, secret: stage.webhookSecret };
	await stage.ask('/sandbox/webhooks', 'POST', webhook);
	say('Registered the Production URL of the Vortex Trigger with the sandbox');

	await fillInForm(scene.formUrl);
	const invitation = await waitFor('The invitation', STEP, async () => {
		await checkExecutions(n8n, scene.inviteId);
		const { invitations } = await stage.ask<{ invitations: Invitation[] }>('/sandbox/invitations');
		return invitations.find(({ target }) => target[0].value === GUEST.email);
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
		await checkExecutions(n8n, scene.onAcceptedId);
		const { contacts } = await stage.ask<{ contacts: Array<{ email: string }> }>('/crm/contacts');
		return contacts.find(({ email }) => email === GUEST.email);
	});
	say('In the CRM:');
	return contact;
}

/** Sends the form as a browser does. */
async function fillInForm(url: string): Promise<void> {
	const form = new FormData();
	form.set('field-0', GUEST.email);
	form.set('field-1', GUEST.name);
	const answer = await fetch(url, { method: 'POST', body: form });
	if (!answer.ok) throw new Stop(`The form answered ${answer.status}: ${await answer.text()}`);
}

async function checkExecutions(n8n: N8n, workflowId: string): Promise<void> {
	const failed = (await n8n.executions(workflowId)).find(({ status }) =>
		['error', 'crashed', 'canceled'].includes(status),
	);
	if (failed) throw new Stop(`n8n's execution ${failed.id} ended as "${failed.status}".`);
}
