// Publishing a trigger that lacks something: n8n says what, and it works once that is mended.
import { beforeEach, expect, it } from 'vitest';
import type { Workflow } from '../n8n-host/n8n.mts';
import type { CredentialRef } from '../n8n-host/stage.mts';
import { webhookEvent } from '../sandbox/events.mts';
import {
	deliverEvent,
	ended,
	NOTHING,
	triggerStep,
	triggerUrl,
	workflow,
	type Step,
} from './flows.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();

const NO_SECRET =
	/^The signing secret is missing.*'Webhook Signing Secret'.*then publish again\.?$/s;

let vortexApi: CredentialRef;
let trigger: Step;
let saved: Workflow;

beforeEach(async () => {
	vortexApi = await stage.addCredential('Without secret', { webhookSecret: '' });
	trigger = triggerStep(vortexApi, {});
	const flow = workflow('Published without secret', [trigger, NOTHING]);
	saved = await stage.n8n.call<Workflow>('POST', '/rest/workflows', flow);
});

async function setSecret(webhookSecret: string): Promise<void> {
	const { apiKey, sandboxUrl: baseUrl } = stage;
	await stage.n8n.changeCredential(vortexApi, 'vortexApi', { apiKey, webhookSecret, baseUrl });
}

/** @returns the status with which a good delivery is answered */
async function deliver(): Promise<number> {
	const type = 'invitation.accepted';
	const event = webhookEvent({ type, sourceTable: 'invitations', operation: 'update', data: {} });
	return (await deliverEvent(stage, triggerUrl(stage, trigger), event)).status;
}

it('says that the secret is missing, and is alive once it is added and published again', async () => {
	expect(await stage.n8n.tryToPublish(saved)).toMatch(NO_SECRET);
	const publication = await stage.n8n.publication(saved.id);
	if (has('answersPublishing')) {
		expect(publication).toBeUndefined();
		expect((await stage.n8n.workflow(saved.id))?.active).toBe(false);
	} else {
		expect(publication).toMatchObject({
			status: 'failed',
			triggers: [{ status: 'failed', errorMessage: expect.stringMatching(NO_SECRET) as unknown }],
		});
	}
	expect(await deliver()).toBe(404);

	await setSecret(stage.webhookSecret);
	expect(await stage.n8n.tryToPublish(saved)).toBeUndefined();
	expect(await deliver()).toBe(200);
	expect(await ended(stage.n8n, saved.id, 1)).toMatchObject([{ status: 'success' }]);
});

it('says what else is missing', async () => {
	await setSecret(stage.webhookSecret);
	// Both at once: n8n 2.41 tries a publication that fails for 15 seconds.
	const [noEvents, noNumber] = await Promise.all([
		publish({ events: '={{ [] }}' }),
		publish({ options: { maxAgeMinutes: '={{ "soon" }}' } }),
	]);
	expect(noEvents).toMatch(/^'Trigger On' is empty.*then publish again\.?$/);
	expect(noNumber).toMatch(/^'Max Age \(Minutes\)' is not a number.*then publish again\.?$/);
});

async function publish(parameters: object): Promise<string | undefined> {
	const flow = workflow('Published with a mistake', [triggerStep(vortexApi, parameters), NOTHING]);
	return await stage.n8n.tryToPublish(await stage.n8n.call('POST', '/rest/workflows', flow));
}

it('stays alive when n8n starts while the secret is missing: 401 until it is added', async () => {
	await setSecret(stage.webhookSecret);
	await stage.n8n.activate(saved);
	await setSecret('');
	await stage.n8n.stop();
	await stage.n8n.start();
	await stage.n8n.signIn(stage.owner);
	expect(await deliver()).toBe(401);
	expect(await stage.n8n.executions(saved.id)).toEqual([]);

	await setSecret(stage.webhookSecret);
	expect(await deliver()).toBe(200);
	expect(await ended(stage.n8n, saved.id, 1)).toMatchObject([{ status: 'success' }]);
});
