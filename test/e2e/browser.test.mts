// A new user in n8n's editor, in a real Chromium: from an empty canvas to a published workflow.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resources } from '../../nodes/Vortex/resources';
import { EVENT_OPTIONS } from '../../nodes/VortexTrigger/events';
import type { Delivery } from '../sandbox/webhooks.mts';
import { waitFor } from '../support/say.mts';
import { useEditor } from './editor.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();
const editor = useEditor(stage);

const text = (words: string | RegExp) => editor.page.getByText(words).first();
const exactly = (words: string) => editor.page.getByText(words, { exact: true }).first();
const output = () => editor.byId('output-panel');

let productionUrl = '';

// Each step begins where the one before it ended.
let isLost = false;
beforeEach(({ skip }) => {
	skip(has('hasAnotherEditor'), 'the editor of this n8n is another');
	skip(isLost, 'an earlier step failed');
});
afterEach(({ task }) => void (isLost ||= task.result?.state === 'fail'));

/** Lets Vortex send its webhooks to a URL, and to this one only. */
async function sendWebhooksTo(url: string): Promise<void> {
	const { webhooks } = await stage.ask<{ webhooks: Array<{ id: string }> }>('/sandbox/webhooks');
	for (const { id } of webhooks) {
		await fetch(`${stage.sandboxUrl}/sandbox/webhooks/${id}`, { method: 'DELETE' });
	}
	await stage.ask('/sandbox/webhooks', 'POST', { url, secret: stage.webhookSecret });
}

/** Lets an event happen in Vortex. @returns the status that n8n answers the webhook with */
async function happen(type: string, data: object): Promise<number | string> {
	const sent = await stage.ask<{ deliveries: string[] }>('/sandbox/events', 'POST', { type, data });
	return await waitFor('The delivery', 20, async () => {
		const { deliveries } = await stage.ask<{ deliveries: Delivery[] }>('/sandbox/deliveries');
		// It is empty for as long as n8n has not answered.
		return (
			deliveries.find(({ id }) => id === sent.deliveries[0])?.attempts.at(-1)?.answer || undefined
		);
	});
}

async function createInvitation(value: string): Promise<string> {
	const answer = await fetch(`${stage.sandboxUrl}/api/v1/invitations`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', 'x-api-key': stage.apiKey },
		body: JSON.stringify({
			widgetConfigurationId: 'wc-1',
			target: { type: 'email', value },
			inviter: { userId: 'user-17', name: 'Jane Doe' },
			groups: [{ type: 'team', groupId: 'team-123', name: 'Marketing' }],
		}),
	});
	return ((await answer.json()) as { id: string }).id;
}

async function searchNodes(words: string): Promise<void> {
	await editor.byId('node-creator-search-bar').fill(words);
	await editor.byId('node-creator-item-name').first().waitFor();
	await editor.page.waitForTimeout(800);
}

/** Waits until the nodes panel shows all these lines, which come one after the other. */
async function listed(lines: string[]): Promise<void> {
	const shown = async () =>
		(await editor.byId('node-creator').innerText()).split('\n').map((line) => line.trim());
	await expect.poll(shown, { timeout: 10_000 }).toEqual(expect.arrayContaining(lines));
}

it('finds Vortex in the nodes panel', async () => {
	await editor.page.goto(`${stage.n8n.url}/workflow/new`);
	await editor.byId('canvas-plus-button').first().click();
	await searchNodes('vortex');
	await expect
		.poll(async () => await editor.byId('node-creator-item-name').allTextContents())
		.toEqual([expect.stringContaining('Vortex')]);
	await editor.take(
		'nodes-panel',
		text('What triggers this workflow?'),
		editor.byId('node-creator-search-bar'),
		editor.byId('item-iterator-item').first(),
	);
});

it('finds it by what it is for', async () => {
	for (const word of ['invite', 'referral', 'onboarding']) {
		await editor.byId('node-creator-search-bar').fill(word);
		await editor.page.waitForTimeout(500);
		await editor.byId('node-creator-item-name').filter({ hasText: 'Vortex' }).waitFor();
	}
	await editor.byId('node-creator-search-bar').fill('vortex');
});

it('lists what can start a workflow, and adds the trigger', async () => {
	await editor.byId('node-creator-item-name').filter({ hasText: 'Vortex' }).click();
	await text('On invitation accepted').waitFor();
	await listed(EVENT_OPTIONS.map(({ action = 'none' }) => action));
	await editor.take('triggers', editor.byId('node-creator'));
	await exactly('On invitation accepted').click();
	await editor.byId('ndv').waitFor();
});

it('says in five steps how Vortex is connected', async () => {
	const steps = editor.page.locator('.notice-content li');
	expect(await steps.count()).toBe(5);
	for (const step of await steps.all()) expect(await step.textContent()).toMatch(/^[A-Z].+\.$/);
	await exactly('Webhook URLs').click();
	await text(/\/webhook-test\/[0-9a-f-]+\/vortex/).waitFor();
	expect(await editor.byId('parameter-input-events').textContent()).toContain(
		'Invitation Accepted',
	);
});

const closeDialog = () => editor.page.locator('[aria-label="Close this dialog"]:visible').last();

/** The corners of a credential's dialog, down to where the sandbox's address begins. */
const credentialFields = () => [
	closeDialog(),
	exactly('Connection'),
	text('Only needed for the Vortex Trigger and for verifying webhooks'),
];

it('says what is wrong with a credential, and what to do', async () => {
	await exactly('Connect to Vortex').click();
	await text('Only needed for the Vortex Trigger and for verifying webhooks').waitFor();
	await editor.fill('apiKey', 'wrong');
	await editor.fill('baseUrl', stage.sandboxUrl);
	await editor.byId('credential-save-button').click();
	await exactly('More details').click();
	await text(
		"Vortex does not know this API key. Copy the whole key, from 'VRTX.' to its end, or create a new one in Vortex.",
	).waitFor();
	await editor.take('credential-refused', ...credentialFields());
});

it('tests a good credential', async () => {
	await editor.fill('apiKey', stage.apiKey);
	await editor.fill('webhookSecret', stage.webhookSecret);
	await editor.byId('credential-save-button').click();
	await text('Credential saved').waitFor();
	await editor.byId('credential-edit-dialog').waitFor({ state: 'hidden' });
	await editor.byId('credential-edit-button').first().click();
	await text('Connection tested successfully').waitFor();
	await text('Credential saved').waitFor({ state: 'hidden' });
	await editor.take('credential', ...credentialFields());
	await closeDialog().click();
	await editor.byId('credential-edit-dialog').waitFor({ state: 'hidden' });
});

it('says in the panel how to try the trigger', async () => {
	await text('Pull in an event from Vortex').waitFor();
	await text('publish the workflow and put the Production URL into Vortex').waitFor();
	await text('When will this node trigger my flow?').click();
	await text('put the Test URL into Vortex and click').waitFor();
	await editor.take('trigger', editor.byId('ndv'));
});

it('shows a test event', async () => {
	const url = (await text(/\/webhook-test\//).textContent()) ?? '';
	await editor.byId('node-execute-button').first().click();
	await text('Listening for test event').waitFor();
	await editor.take('trigger-listening');
	const invitationId = await createInvitation('nathan@example.com');
	const testUrl = url.trim().replace('localhost', '127.0.0.1');
	productionUrl = testUrl.replace('/webhook-test/', '/webhook/');
	await sendWebhooksTo(testUrl);
	expect(
		await happen('invitation.accepted', { invitationId, targetEmail: 'nathan@example.com' }),
	).toBe(200);
	await output().getByText('invitation.accepted').first().waitFor();
	await output().getByText('nathan@example.com').first().waitFor();
	await editor.take('trigger-event');
	await editor.closeStep();
});

it('lists every operation in the nodes panel, and adds one', async () => {
	await editor.byId('canvas-handle-plus').first().click();
	await searchNodes('vortex');
	await editor.byId('node-creator-item-name').filter({ hasText: 'Vortex' }).click();
	await text('Accept all open invitations of a person').waitFor();
	await listed(
		resources.flatMap(({ operations }) => operations.map(({ option }) => option.action)),
	);
	await editor.take('actions', editor.byId('node-creator'));
	await exactly('Get an invitation').click();
	await editor.byId('ndv').waitFor();
});

it.each(resources.map((resource) => [resource.option.name, resource] as const))(
	'offers the operations of %s by their names',
	async (name, resource) => {
		await editor.choose('resource', name);
		const expected = resource.operations.map(({ option }) => option.name);
		expect(await editor.choices('operation')).toEqual(expected);
		for (const { option, fields } of resource.operations) {
			await editor.choose('operation', option.name);
			for (const field of fields.filter(({ displayOptions }) => !displayOptions)) {
				await editor
					.byId('node-parameters')
					.getByText(field.displayName, { exact: true })
					.first()
					.waitFor();
			}
			await editor.take(`operation-${resource.option.value}-${option.value}`);
		}
	},
);

/** Lets the step look up the invitation that the trigger tells of. */
async function getTheInvitation(): Promise<void> {
	await editor.choose('resource', 'Invitation');
	await editor.choose('operation', 'Get');
	await editor.drag('invitationId', 'invitationId');
	await editor.byId('node-parameters').getByText('{{ $json.data.invitationId }}').waitFor();
}

it('takes the ID of the invitation from the event', async () => {
	await getTheInvitation();
	await editor.take('mapped');
	await editor.closeStep();
});

it('shows the next step what an invitation holds, before anything has run', async () => {
	await editor.byId('canvas-handle-plus').last().click();
	await searchNodes('HTTP Request');
	await editor.byId('node-creator-item-name').getByText('HTTP Request', { exact: true }).click();
	const input = editor.byId('ndv-input-panel');
	await input.getByText('Preview').first().waitFor();
	for (const field of ['id', 'status', 'targetValue', 'scopeId', 'inviterUserId']) {
		await input.getByText(field, { exact: true }).first().waitFor();
	}
	await text('You just mapped some data!').waitFor({ state: 'hidden' });
	await editor.take('output-preview', editor.byId('ndv'));
	await editor.choose('method', 'POST');
	await editor.fill('url', `${stage.sandboxUrl}/crm/contacts`);
	await editor.byId('parameter-input-sendBody').locator('.el-switch').click();
	await editor.fill('name', 'email');
	await editor.drag('targetValue', 'value');
	await editor.byId('node-parameters').getByText('{{ $json.targetValue }}').waitFor();
	await editor.closeStep();
	await editor.rename('HTTP Request', 'Add to CRM');
});

it('executes a step and shows its output', async () => {
	await editor.openStep('Get an invitation');
	await editor.byId('node-execute-button').first().click();
	await output().getByText('inviterUserId').first().waitFor();
	await output().getByText('nathan@example.com').first().waitFor();
	await editor.take('output');
});

it('says beside the output that nothing was found', async () => {
	await editor.choose('operation', 'Get Many by Target');
	await editor.fill('targetValue', 'nobody@example.com');
	await editor.byId('node-execute-button').first().click();
	await output().getByText("Nothing was found for at least one 'Target Value'.").waitFor();
	await editor.take('hint');
	await getTheInvitation();
	await editor.closeStep();
});

/** Publishes the open workflow, as a person does. */
async function publish(): Promise<void> {
	await editor.byId('workflow-open-publish-modal-button').click();
	await editor.byId('workflow-publish-button').click();
}

it('publishes the workflow', async () => {
	await publish();
	await text('Vortex starts this workflow with every chosen event').waitFor();
	await editor.take('published');
	await exactly('Got it').click();
});

it('lists under Executions what came in from Vortex', async () => {
	const invitationId = await createInvitation('ann@example.com');
	await sendWebhooksTo(productionUrl);
	expect(await happen('invitation.accepted', { invitationId })).toBe(200);
	await editor.byId('radio-button-executions').click();
	await text('Succeeded').waitFor();
	expect(await stage.ask('/crm/contacts')).toMatchObject({
		contacts: [{ email: 'ann@example.com' }],
	});
	await editor.take('executions');
});

it('looks as the README shows it', async () => {
	await editor.byId('radio-button-workflow').click();
	await editor.page.reload();
	const steps = editor.byId('canvas-node');
	await steps.last().waitFor();
	await editor.byId('zoom-to-fit').click();
	for (const colorScheme of ['dark', 'light'] as const) {
		await editor.page.emulateMedia({ colorScheme });
		await editor.take(
			`flow-${colorScheme}`,
			exactly('invitation.accepted'),
			steps.first(),
			editor.byId('canvas-handle-plus').last(),
		);
	}
});

it('says what to do when a workflow is published without a signing secret', async () => {
	const vortexApi = await stage.addCredential('Without a secret', { webhookSecret: '' });
	const { id } = await stage.n8n.call<{ id: string }>('POST', '/rest/workflows', {
		name: 'Without a secret',
		settings: {},
		connections: {},
		nodes: [
			{
				id: randomUUID(),
				name: 'Vortex Trigger',
				type: 'n8n-nodes-vortex.vortexTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
				webhookId: randomUUID(),
				credentials: { vortexApi },
			},
		],
	});
	await editor.open(id);
	await publish();
	await text('Workflow could not be published').waitFor({ timeout: 60_000 });
	await text(
		"The signing secret is missing, so no event could be trusted. In Vortex, open Integrations > Webhooks and copy the signing secret of the webhook. In n8n, paste it into 'Webhook Signing Secret' of the Vortex credential, save, then publish again",
	).waitFor();
	await editor.take('publish-refused');
});

// n8n makes the tool out of the node. A codex that calls the node itself a tool takes its operations
// out of the nodes panel.
it('is offered to AI agents as a tool', async () => {
	const { id } = await stage.n8n.call<{ id: string }>('POST', '/rest/workflows', {
		name: 'Agent',
		settings: {},
		connections: {},
		nodes: [
			{
				id: randomUUID(),
				name: 'AI Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: 2,
				position: [0, 0],
				parameters: {},
			},
		],
	});
	await editor.open(id);
	const found = editor.byId('node-creator-item-name').filter({ hasText: 'Vortex Tool' });
	await vi.waitFor(
		async () => {
			await editor.page
				.locator('[data-handleid="inputs/ai_tool/0"] [data-test-id="canvas-handle-plus"]')
				.click({ timeout: 5_000 });
			await searchNodes('vortex');
			// Pressed while n8n is still loading, the button opens a list of all AI steps, without tools.
			await found.waitFor({ timeout: 5_000 }).catch(async (error) => {
				await editor.page.keyboard.press('Escape');
				await editor.byId('node-creator').waitFor({ state: 'hidden' });
				throw error;
			});
		},
		{ timeout: 90_000, interval: 500 },
	);
	await found.click();
	await editor.byId('node-parameters').getByText('Tool Description').waitFor();
	await editor.take('tool');
	const answer = await editor.page.request.get(`${stage.n8n.url}/types/nodes.json`);
	const types = (await answer.json()) as Array<{ name: string; codex?: object }>;
	const codexOf = (type: string) =>
		types.find(({ name }) => name === `n8n-nodes-vortex.${type}`)?.codex;
	expect(codexOf('vortexTool')).toMatchObject({ subcategories: { AI: ['Tools'] } });
	expect(codexOf('vortex')).not.toHaveProperty('subcategories');
});
