// What a person reads who runs an example without its credential, or while nobody answers.
import type { INode } from 'n8n-workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Workflow } from '../n8n-host/n8n.mts';
import { freePort } from '../n8n-host/ports.mts';
import type { CredentialRef } from '../n8n-host/stage.mts';
import { sign } from '../sandbox/webhooks.mts';
import {
	EXAMPLES,
	finishedExecutions,
	importExample,
	placesIn,
	readExample,
	runByHand,
	type FinishedExecution,
} from './examples.mts';
import { useStage } from './host.mts';

const stage = useStage();

const caller = { name: 'X-Api-Key', value: 'let-me-in' };
let vortexDown: CredentialRef;
let httpHeaderAuth: CredentialRef;
let nobody: string;

beforeAll(async () => {
	nobody = `http://127.0.0.1:${await freePort()}`;
	vortexDown = await stage.addCredential('Vortex does not answer', { baseUrl: nobody });
	const name = 'Who may call';
	httpHeaderAuth = { name, id: await stage.n8n.addCredential(name, 'httpHeaderAuth', caller) };
});

const firstOf = ({ nodes }: { nodes: object[] }) =>
	(nodes as INode[]).filter(({ type }) => /trigger$|\.webhook$/i.test(type))[0];

const isRunByHand = (example: string) => /schedule/i.test(firstOf(readExample(example)).type);

/** Starts a published workflow as the world would. @returns the answer */
async function start(workflow: Workflow, invitationId = 'inv-1'): Promise<Response> {
	const { type, webhookId, parameters } = firstOf(workflow);
	const webhooks = `${stage.n8n.url}/webhook`;
	if (type.endsWith('formTrigger')) {
		const body = new FormData();
		const sheet = new Blob(['email,name\nann@example.com,Ann\n'], { type: 'text/csv' });
		body.set('field-0', sheet, 'people.csv');
		return await fetch(`${stage.n8n.url}/form/${webhookId}`, { method: 'POST', body });
	}
	const headers = { 'Content-Type': 'application/json', [caller.name]: caller.value };
	if (type.endsWith('webhook')) {
		const body = JSON.stringify({ userId: 'user-17', email: 'ann@example.com' });
		return await fetch(`${webhooks}/${parameters.path}`, { method: 'POST', headers, body });
	}
	const body = JSON.stringify({
		id: `evt_${workflow.id}`,
		type: (parameters.events as string[])[0],
		timestamp: new Date().toISOString(),
		data: { invitationId, targetEmail: 'ann@example.com' },
	});
	const signed = { ...headers, 'X-Vortex-Signature': sign(body, stage.webhookSecret) };
	return await fetch(`${webhooks}/${webhookId}/vortex`, { method: 'POST', headers: signed, body });
}

describe('without credentials', () => {
	it.each(EXAMPLES.filter((name) => !isRunByHand(name)))(
		'%s is not published, and n8n names the steps that need one',
		async (name) => {
			const workflow = await importExample(stage, name);
			const publishing = stage.n8n.activate(workflow);
			const own = (workflow.nodes as INode[]).filter(({ type }) =>
				type.startsWith('n8n-nodes-vortex.'),
			);
			for (const step of own) {
				await expect(publishing).rejects.toThrow(
					`Node "${step.name}":\n  - Missing required credential: vortexApi`,
				);
			}
			if (firstOf(workflow).parameters.authentication === 'headerAuth') {
				await expect(publishing).rejects.toThrow('Missing required credential: httpHeaderAuth');
			}
			expect((await stage.n8n.workflow(workflow.id))?.active).toBe(false);
		},
	);

	it.each(EXAMPLES.filter(isRunByHand))('%s stops at the step that needs one', async (name) => {
		const workflow = await importExample(stage, name);
		const run = await runByHand(stage, workflow, firstOf(workflow).name);
		expect(run.status).toBe('error');
		expect(run.error).toEqual({
			message: 'Node does not have any credentials set',
			description: 'Check the Vortex credential of this step.',
			node: expect.any(String),
		});
	});
});

describe('while nobody answers', () => {
	const UNREACHED = 'Vortex could not be reached (ECONNREFUSED)';
	const ADVICE =
		"Check the network of this n8n. Check the 'Base URL' in your Vortex credential. It should be https://api.vortexsoftware.com, unless Vortex gave you another address.";

	async function run(
		name: string,
		{ vortexApi = vortexDown, place = nobody, invitationId = 'inv-1' } = {},
	) {
		const replace = Object.fromEntries(
			Object.values(placesIn(stage.sandboxUrl)).map((to) => [to, place]),
		);
		const workflow = await importExample(stage, name, { vortexApi, httpHeaderAuth, replace });
		if (isRunByHand(name)) {
			return { run: await runByHand(stage, workflow, firstOf(workflow).name), status: 0 };
		}
		await stage.n8n.activate(workflow);
		const { status } = await start(workflow, invitationId);
		const [finished] = await finishedExecutions(stage, workflow, 1);
		await stage.n8n.call('POST', `/rest/workflows/${workflow.id}/deactivate`, {});
		return { run: finished, status };
	}

	const stopsWith = ({ status, error }: FinishedExecution) => ({ status, ...error });

	it.each([
		['keep-autojoin-domains-equal-to-a-list', 'Set the domains', `Nothing was changed. ${ADVICE}`],
		['on-accepted-add-to-crm', 'Get the whole invitation', ADVICE],
		['on-accepted-exactly-once', 'Get the whole invitation', ADVICE],
		['resend-what-nobody-looked-at', 'Open invitations of the team', ADVICE],
		['sign-up-accepts-invitations', 'Accept all invitations', ADVICE],
	])('%s fails and says what to do', async (name, node, description) => {
		const { run: stopped } = await run(name);
		expect(stopsWith(stopped)).toEqual({ status: 'error', message: UNREACHED, description, node });
	});

	it('tells the app of a new sign-up that it failed', async () => {
		expect((await run('sign-up-accepts-invitations')).status).toBe(500);
	});

	it('puts everybody in a sheet on the second branch', async () => {
		const { run: branched } = await run('invite-everybody-in-a-sheet');
		expect(branched.status).toBe('success');
		expect(branched.output('Not invited, and why')[0]).toEqual([
			{ email: 'ann@example.com', name: 'Ann', reason: expect.stringContaining(UNREACHED) },
		]);
	});

	it('tells the team that an invitation could not be taken back', async () => {
		await stage.ask('/sandbox/reset', 'POST');
		await run('bounced-or-complained', { place: `${stage.sandboxUrl}/team` });
		const { messages } = await stage.ask<{ messages: object[] }>('/team/messages');
		expect(messages).toEqual([
			{
				at: expect.any(String),
				text: expect.stringContaining(`It could not be taken back: ${UNREACHED}`),
			},
		]);
	});

	it.each([
		['bounced-or-complained', 'Tell the team'],
		['on-accepted-add-to-crm', 'Add to your CRM'],
	])('%s fails at the step of the other service', async (name, node) => {
		const answer = await fetch(`${stage.sandboxUrl}/api/v1/invitations`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'x-api-key': stage.apiKey },
			body: JSON.stringify({
				widgetConfigurationId: 'wc-1',
				target: { type: 'email', value: 'ann@example.com' },
				inviter: { userId: 'user-17' },
			}),
		});
		const { id: invitationId } = (await answer.json()) as { id: string };
		const vortexApi = await stage.addCredential();
		const { run: stopped } = await run(name, { vortexApi, invitationId });
		expect(stopsWith(stopped)).toMatchObject({
			status: 'error',
			message: 'The service refused the connection - perhaps it is offline',
			node,
		});
	});

	it('goes on signing tokens, because that needs no request', async () => {
		const workflow = await importExample(stage, 'token-for-a-page', {
			vortexApi: vortexDown,
			httpHeaderAuth,
		});
		await stage.n8n.activate(workflow);
		const answer = await start(workflow);
		expect([answer.status, await answer.json()]).toEqual([
			200,
			{ token: expect.any(String), expiresAt: expect.any(String) },
		]);
	});

	it('goes on counting, because that needs no request', async () => {
		const { run: counted } = await run('invitation-funnel');
		expect(counted).toMatchObject({ status: 'success', error: undefined });
	});
});
