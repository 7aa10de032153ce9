// Every example, imported into a real n8n and run against the sandbox as its note says.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jwtVerify } from 'jose';
import type { INode, INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deriveSigningKey } from '../../nodes/shared/signing';
import type { Workflow } from '../n8n-host/n8n.mts';
import type { CredentialRef } from '../n8n-host/stage.mts';
import { waitFor } from '../support/say.mts';
import {
	EXAMPLES,
	FOLDER,
	finishedExecutions,
	importExample,
	readExample,
	runByHand,
} from './examples.mts';
import { deliverEvent } from './flows.mts';
import { useStage } from './host.mts';

const stage = useStage();

let vortexApi: CredentialRef;
let httpHeaderAuth: CredentialRef;
const caller = { name: 'X-Api-Key', value: randomUUID() };

beforeAll(async () => {
	vortexApi = await stage.addCredential();
	const name = 'Who may call';
	httpHeaderAuth = { name, id: await stage.n8n.addCredential(name, 'httpHeaderAuth', caller) };
});
beforeEach(async () => void (await stage.ask('/sandbox/reset', 'POST')));

/** Imports an example with its credentials, and publishes it. */
async function publish(name: string, replace?: Record<string, string>): Promise<Workflow> {
	const workflow = await importExample(stage, name, { vortexApi, httpHeaderAuth, replace });
	await stage.n8n.activate(workflow);
	return workflow;
}

/** Puts the trigger's Production URL into the sandbox. */
async function connect(workflow: Workflow): Promise<string> {
	const nodes = workflow.nodes as INode[];
	const trigger = nodes.find(({ type }) => type.endsWith('.vortexTrigger'));
	const url = `${stage.n8n.url}/webhook/${trigger?.webhookId}/vortex`;
	await stage.ask('/sandbox/webhooks', 'POST', { url, secret: stage.webhookSecret });
	return url;
}

interface Made {
	id: string;
}

/** Invites somebody with Vortex's own API. */
async function invite(email: string, name: string, team = 'your-team-id', type = 'email') {
	const answer = await fetch(`${stage.sandboxUrl}/api/v1/invitations`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', 'x-api-key': stage.apiKey },
		body: JSON.stringify({
			widgetConfigurationId: 'wc-1',
			target: { type, value: email, name },
			inviter: { userId: 'user-17', name: 'Jane Doe' },
			groups: [{ type: 'team', groupId: team, name: `Team ${team}` }],
		}),
	});
	expect(answer.status).toBe(201);
	return (await answer.json()) as Made;
}

const play = async ({ id }: Made, action: string) =>
	await stage.ask(`/sandbox/invitations/${id}/${action}`, 'POST');

const deliver = async (url: string, event: object): Promise<number> =>
	(await deliverEvent(stage, url, event)).status;

async function call(route: string, body: object, headers: Record<string, string> = {}) {
	const answer = await fetch(`${stage.n8n.url}/webhook/${route}`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', ...headers },
		body: JSON.stringify(body),
	});
	return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function requests(): Promise<Array<{ method: string; url: string; body: unknown }>> {
	return (await stage.ask<{ requests: never[] }>('/sandbox/requests')).requests;
}

const count = async (method: string, ending: string) =>
	(await requests()).filter((one) => one.method === method && one.url.endsWith(ending)).length;

describe.each(EXAMPLES)('the file %s', (name) => {
	const example = readExample(name);
	const [note, ...steps] = example.nodes;

	it('holds nothing of the n8n in which it was made', () => {
		expect(Object.keys(example)).toEqual(['name', 'nodes', 'connections', 'settings']);
		const text = JSON.stringify(example);
		expect(text).not.toMatch(/credentials"|pinData|instanceId|webhookId|localhost|127\.0\.0\.1/);
		for (const [, host] of text.matchAll(/https?:\/\/([^/"\s]+)/g)) {
			expect(host).toMatch(/^your-[a-z]+\.example\.com$/);
		}
		const ids = example.nodes.map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
	});

	it('connects steps that are there, and leaves none aside', () => {
		const names = new Set(steps.map((step) => step.name));
		const reached = new Set<string>();
		for (const [from, { main }] of Object.entries(example.connections)) {
			expect(names).toContain(from);
			for (const { node } of main.flat()) reached.add(node);
		}
		const isTrigger = ({ type }: INode) => /trigger$|webhook$/i.test(type) && !/respond/.test(type);
		expect([...reached].sort()).toEqual(
			steps
				.filter((step) => !isTrigger(step))
				.map((step) => step.name)
				.sort(),
		);
	});

	it('has a note that says what it does, what to change and how to try it', () => {
		expect(note.type).toBe('n8n-nodes-base.stickyNote');
		const content = String(note.parameters.content);
		expect(content).toMatch(/^## .+\n/);
		for (const part of ['**What to change', '**How to try it:**']) expect(content).toContain(part);
		const names = new Set(steps.map((step) => step.name));
		const own = steps.filter(({ type }) => type.startsWith('n8n-nodes-vortex.'));
		for (const step of own) expect(content).toContain(`**${step.name}**`);
		for (const step of steps.filter(({ parameters }) => 'url' in parameters)) {
			expect(content).toContain(`**${step.name}**`);
		}
		expect(names.size).toBe(steps.length);
	});

	it('lies tidily on the canvas', () => {
		const box = ({ position: [x, y], parameters, type }: INode) =>
			type.endsWith('stickyNote')
				? { x, y, right: x + Number(parameters.width), bottom: y + Number(parameters.height) }
				: // A step with its name below it.
					{ x: x - 32, y, right: x + 128, bottom: y + 144 };
		const boxes = example.nodes.map(box);
		for (const [index, one] of boxes.entries()) {
			for (const other of boxes.slice(index + 1)) {
				const apart =
					one.right <= other.x ||
					other.right <= one.x ||
					one.bottom <= other.y ||
					other.bottom <= one.y;
				expect(apart, JSON.stringify([one, other])).toBe(true);
			}
		}
		for (const { position } of example.nodes) {
			for (const value of position) expect(Math.abs(value % 16)).toBe(0);
		}
	});

	it('leaves only credentials open when it is imported', async () => {
		const { id, ...imported } = await importExample(stage, name);
		const saved = await stage.n8n.workflow(id);
		expect(imported.active).toBe(false);
		expect(saved?.connections).toEqual(example.connections);
		const nodes = saved?.nodes as INode[];
		const descriptions = await stage.n8n.call<INodeTypeDescription[]>('POST', '/rest/node-types', {
			nodeInfos: nodes.map(({ type, typeVersion }) => ({ name: type, version: typeVersion })),
		});
		for (const [index, node] of nodes.entries()) {
			const description = descriptions[index];
			const { properties } = description;
			const shown = NodeHelpers.getNodeParameters(
				properties,
				node.parameters,
				true,
				false,
				node,
				description,
			);
			expect(shown).toMatchObject(node.parameters);
			const issues = NodeHelpers.getNodeParametersIssues(properties, node, description);
			expect(issues, node.name).toBeNull();
		}
	});
});

describe('on-accepted-add-to-crm', () => {
	it('adds who accepts, with what they filled in and who invited them', async () => {
		const workflow = await publish('on-accepted-add-to-crm');
		await connect(workflow);
		const made = await invite('nathan@example.com', 'Nathan Barker');
		await play(made, 'accept');
		const [run] = await finishedExecutions(stage, workflow, 1);
		expect(run).toMatchObject({ status: 'success', error: undefined });
		const { contacts } = await stage.ask<{ contacts: object[] }>('/crm/contacts');
		expect(contacts).toEqual([
			{
				id: expect.any(String),
				email: 'nathan@example.com',
				name: 'Nathan Barker',
				team: 'Team your-team-id',
				invitedBy: 'Jane Doe',
				invitationId: made.id,
			},
		]);
	});
});

describe('on-accepted-exactly-once', () => {
	const accepted = (id: string, { id: invitationId }: Made) => ({
		id,
		type: 'invitation.accepted',
		timestamp: new Date().toISOString(),
		data: { invitationId, targetEmail: 'nathan@example.com' },
	});
	const eventsInCrm = async () => {
		const { requests: all } = await stage.ask<{ requests: Array<{ idempotencyKey: string }> }>(
			'/crm/requests',
		);
		return all.map(({ idempotencyKey }) => idempotencyKey).sort();
	};

	it('adds a contact once, also when n8n was started again between an event and its repeat', async () => {
		const workflow = await publish('on-accepted-exactly-once');
		const url = await connect(workflow);
		const made = await invite('nathan@example.com', 'Nathan Barker');
		await play(made, 'accept');
		await finishedExecutions(stage, workflow, 1);
		const { deliveries } = await stage.ask<{ deliveries: Array<{ event: string; body: string }> }>(
			'/sandbox/deliveries',
		);
		const sent = deliveries.find(({ event }) => event === 'invitation.accepted');
		const event = JSON.parse(String(sent?.body)) as { id: string };

		await stage.n8n.stop();
		await stage.n8n.start();
		expect(await deliver(url, event)).toBe(200);
		const [repeat, first] = await finishedExecutions(stage, workflow, 2);
		expect([first.status, repeat.status]).toEqual(['success', 'success']);
		expect(first.ran('Add to your CRM')).toBe(true);
		expect(repeat.output('Is it ours?')[0]).toEqual([]);
		expect(repeat.ran('Get the whole invitation')).toBe(false);
		expect(await eventsInCrm()).toEqual([event.id]);
		const { contacts } = await stage.ask<{ contacts: object[] }>('/crm/contacts');
		expect(contacts).toMatchObject([
			{ email: 'nathan@example.com', name: 'Nathan Barker', invitedBy: 'Jane Doe' },
		]);
	});

	it('adds each once when many come at the same time, and each of them twice', async () => {
		// What several n8n processes do, which do not know what the others have seen.
		const workflow = await publish('on-accepted-exactly-once', {
			'"options": {}': '"options": { "ignoreDuplicates": false }',
		});
		const url = await connect(workflow);
		const made = await invite('nathan@example.com', 'Nathan Barker');
		const ids = Array.from({ length: 20 }, (_, index) => `evt_${index + 10}`);
		const answers = await Promise.all(
			[...ids, ...ids].map(async (id) => await deliver(url, accepted(id, made))),
		);
		expect(new Set(answers)).toEqual(new Set([200]));
		const runs = await finishedExecutions(stage, workflow, 40);
		expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'success'));
		expect(await eventsInCrm()).toEqual(ids);
	});

	it('goes on where it stopped when n8n was killed, and still takes no repeat', async () => {
		const workflow = await publish('on-accepted-exactly-once');
		const url = await connect(workflow);
		const made = await invite('nathan@example.com', 'Nathan Barker');
		await stage.ask('/sandbox/faults', 'POST', { urlEnd: made.id });
		expect(await deliver(url, accepted('evt_killed', made))).toBe(200);
		await waitFor('The lookup', 30, async () => ((await requests()).length > 1 ? true : undefined));
		await stage.n8n.stop('SIGKILL');
		await stage.ask('/sandbox/faults', 'DELETE');
		await stage.n8n.start();
		const crashed = await waitFor('The recovery', 30, async () =>
			(await stage.n8n.executions(workflow.id)).find(({ status }) => status === 'crashed'),
		);
		expect(await deliver(url, accepted('evt_killed', made))).toBe(200);
		await finishedExecutions(stage, workflow, 2);
		expect(await eventsInCrm()).toEqual([]);

		await stage.n8n.retry(crashed.id);
		const [retried] = await finishedExecutions(stage, workflow, 3);
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		expect(await eventsInCrm()).toEqual(['evt_killed']);
	});

	it('forgets what is older than 30 days, and nothing else', async () => {
		const workflow = await importExample(stage, 'on-accepted-exactly-once', { vortexApi });
		const run = await runByHand(stage, workflow, 'Every night');
		expect(run).toMatchObject({ status: 'success', error: undefined });
		expect(run.output('Forget old events')[0]).toEqual([]);
		const later = await importExample(stage, 'on-accepted-exactly-once', {
			vortexApi,
			replace: { 'minus({ days: 30 })': 'plus({ days: 1 })' },
		});
		const all = await runByHand(stage, later, 'Every night');
		expect(all.output('Forget old events')[0].length).toBeGreaterThan(40);
	});
});

describe('invite-everybody-in-a-sheet', () => {
	const sheet = readFileSync(path.join(FOLDER, 'invite-everybody-in-a-sheet.csv'), 'utf8');

	async function upload(workflow: Workflow, text: string): Promise<void> {
		const form = (workflow.nodes as INode[]).find(({ type }) => type.endsWith('formTrigger'));
		const body = new FormData();
		body.set('field-0', new Blob([text], { type: 'text/csv' }), 'people.csv');
		const url = `${stage.n8n.url}/form/${form?.webhookId}`;
		const answer = await fetch(url, { method: 'POST', body });
		expect(answer.status).toBe(200);
	}

	it('invites each person once, and says who could not be invited', async () => {
		const workflow = await publish('invite-everybody-in-a-sheet');
		await upload(workflow, sheet);
		const [first] = await finishedExecutions(stage, workflow, 1);
		expect(first.error).toBeUndefined();
		const [ann, bob] = ['ann@example.com', 'bob@example.com'];
		expect(first.output('Invited')[0]).toEqual([
			{ email: ann, result: 'invited', invitationId: expect.any(String) },
			{ email: bob, result: 'invited', invitationId: expect.any(String) },
			{ email: ann, result: 'had an open invitation already', invitationId: expect.any(String) },
		]);
		expect(first.output('Not invited, and why')[0]).toEqual([
			{ email: '', name: 'Carl Carter', reason: expect.stringContaining("'Target Value'") },
		]);
		expect(await count('POST', '/invitations')).toBe(2);

		await upload(workflow, sheet);
		const [second] = await finishedExecutions(stage, workflow, 2);
		expect(second.output('Invited')[0].map(({ result }) => result)).toEqual(
			Array(3).fill('had an open invitation already'),
		);
		expect(await count('POST', '/invitations')).toBe(2);
	});
});

describe('sign-up-accepts-invitations', () => {
	const headers = { [caller.name]: caller.value };
	const ann = { userId: 'user/42', email: 'ann@example.com', name: 'Ann Archer' };
	let workflow: Workflow;
	beforeAll(async () => void (workflow = await publish('sign-up-accepts-invitations')));

	it('accepts everything and joins each team once', async () => {
		await invite(ann.email, ann.name, 'team-1');
		await invite(ann.email, ann.name, 'team-1');
		await invite(ann.email, ann.name, 'team/2');
		await invite('bob@example.com', 'Bob Baker', 'team-3');
		const answer = await call('vortex-sign-up', ann, headers);
		expect([answer.status, JSON.parse(answer.text)]).toEqual([
			200,
			{ teams: ['team-1', 'team/2'] },
		]);
		const { members } = await stage.ask<{ members: object[] }>('/app/members');
		const member = { ...ann, invitedBy: 'user-17', timesJoined: 1 };
		expect(members).toEqual([
			{ ...member, team: 'team-1' },
			{ ...member, team: 'team/2' },
		]);
		expect(await count('POST', '/accept')).toBe(1);
		const [run] = await finishedExecutions(stage, workflow, 1);
		expect(run.status).toBe('success');
	});

	it('answers who has no invitation, and joins nothing', async () => {
		const answer = await call('vortex-sign-up', ann, headers);
		expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { teams: [] }]);
		expect(await stage.ask('/app/members')).toEqual({ members: [] });
	});

	it.each([{}, { [caller.name]: 'guessed' }])('lets nobody else in: %o', async (wrong) => {
		await invite(ann.email, ann.name, 'team-1');
		const before = (await stage.n8n.executions(workflow.id)).length;
		expect((await call('vortex-sign-up', ann, wrong)).status).toBe(403);
		expect(await stage.ask('/app/members')).toEqual({ members: [] });
		expect(await stage.n8n.executions(workflow.id)).toHaveLength(before);
	});
});

describe('resend-what-nobody-looked-at', () => {
	const DAY = 86_400_000;

	interface Table {
		id: string;
		name: string;
		projectId: string;
	}

	interface Row {
		id: number;
		invitationId: string;
		sentAt: string;
	}

	/** Lets three days pass for what n8n has written down. */
	async function ageTheTable(days: number): Promise<Row[]> {
		const { data } = await stage.n8n.call<{ data: Table[] }>('GET', '/rest/data-tables-global');
		const table = data.find(({ name }) => name === 'vortex_resends');
		const route = `/rest/projects/${table?.projectId}/data-tables/${table?.id}/rows`;
		const rows = (await stage.n8n.call<{ data: Row[] }>('GET', route)).data;
		for (const { id, sentAt } of rows) {
			await stage.n8n.call('PATCH', route, {
				filter: { type: 'and', filters: [{ columnName: 'id', condition: 'eq', value: id }] },
				data: { sentAt: new Date(Date.parse(sentAt) - days * DAY).toISOString() },
			});
		}
		return rows;
	}

	const age = async ({ id }: Made, days: number) =>
		await stage.ask(`/sandbox/invitations/${id}/age`, 'POST', { days });

	it('sends again after three days, and never more than twice', async () => {
		const workflow = await importExample(stage, 'resend-what-nobody-looked-at', { vortexApi });
		const forgotten = await invite('forgotten@example.com', 'Fay');
		const viewed = await invite('viewed@example.com', 'Vera');
		const clicked = await invite('clicked@example.com', 'Claire');
		const phone = await invite('+15551234567', 'Phil', 'your-team-id', 'phone');
		const elsewhere = await invite('elsewhere@example.com', 'Ellen', 'another-team');
		const everything = [forgotten, viewed, clicked, phone, elsewhere];
		await play(viewed, 'open');
		await play(clicked, 'click');
		const run = async () => await runByHand(stage, workflow, 'Every morning');
		const sent = async () =>
			(await requests()).filter(({ url }) => url.endsWith('/reinvite')).map(({ url }) => url);
		const once = `/api/v1/invitations/${forgotten.id}/reinvite`;

		const first = await run();
		expect(first).toMatchObject({ status: 'success', error: undefined });
		for (const one of everything) await age(one, 2.99);
		await run();
		expect(await sent()).toEqual([]);

		for (const one of everything) await age(one, 0.02);
		const young = await invite('young@example.com', 'Yuri');
		expect(await run()).toMatchObject({ status: 'success' });
		expect(await sent()).toEqual([once]);
		for (let again = 0; again < 3; again += 1) await run();
		expect(await sent()).toEqual([once]);

		for (let period = 1; period <= 4; period += 1) {
			for (const one of everything) await age(one, 3.01);
			await ageTheTable(3.01);
			expect(await run()).toMatchObject({ status: 'success' });
			await run();
			expect(await sent()).toEqual([once, once]);
		}
		expect(await ageTheTable(0)).toHaveLength(2);
		await age(young, 3.01);
		const last = await run();
		expect(await sent()).toEqual([once, once, `/api/v1/invitations/${young.id}/reinvite`]);
		expect(last.output('Sent again')[0]).toMatchObject([{ id: young.id }]);
	});

	it('goes on with the others when one cannot be sent, and says which', async () => {
		const workflow = await importExample(stage, 'resend-what-nobody-looked-at', { vortexApi });
		const [one, other] = [await invite('a@example.com', 'A'), await invite('b@example.com', 'B')];
		for (const made of [one, other]) await age(made, 4);
		await stage.ask('/sandbox/faults', 'POST', {
			urlEnd: `/${one.id}/reinvite`,
			status: 409,
			message: 'It was accepted a moment ago',
		});
		const run = await runByHand(stage, workflow, 'Every morning');
		expect(run).toMatchObject({ status: 'success', error: undefined });
		expect(run.output('Sent again')[0]).toMatchObject([{ id: other.id }]);
		expect(run.output('Not sent, and why')[0]).toEqual([
			{ invitationId: one.id, reason: expect.stringContaining('It was accepted a moment ago') },
		]);
	});
});

describe('bounced-or-complained', () => {
	const messages = async () =>
		(await stage.ask<{ messages: Array<{ text: string }> }>('/team/messages')).messages.map(
			({ text }) => text,
		);

	it('takes the invitation back and tells the team', async () => {
		const workflow = await publish('bounced-or-complained');
		const url = await connect(workflow);
		const bounced = await invite('bounced@example.com', 'Bo');
		const annoyed = await invite('annoyed@example.com', 'Ann');
		const happy = await invite('happy@example.com', 'Hal');
		await play(bounced, 'bounce');
		await finishedExecutions(stage, workflow, 1);
		await play(annoyed, 'complain');
		await play(happy, 'open');
		await finishedExecutions(stage, workflow, 2);
		expect(await messages()).toEqual([
			'The invitation to bounced@example.com bounced. Is the address right? It was taken back.',
			'annoyed@example.com called the invitation spam. It was taken back.',
		]);
		const revoked = (await requests()).filter(({ method }) => method === 'DELETE');
		expect(revoked.map((one) => one.url)).toEqual(
			[bounced, annoyed].map(({ id }) => `/api/v1/invitations/${id}`),
		);

		const data = { invitationId: bounced.id, targetEmail: 'bounced@example.com' };
		const again = { id: 'evt_late', type: 'invitation.email.bounced', data };
		expect(await deliver(url, again)).toBe(200);
		await finishedExecutions(stage, workflow, 3);
		expect((await messages()).at(-1)).toMatch(
			/^The invitation to bounced@example\.com bounced\. Is the address right\? It could not be taken back: \S/,
		);
	});
});

describe('token-for-a-page', () => {
	const headers = { [caller.name]: caller.value };
	let workflow: Workflow;
	beforeAll(async () => void (workflow = await publish('token-for-a-page')));

	it('hands out a token that is signed for the user, and keeps none', async () => {
		const body = { userId: 'user-17', name: 'Jane Doe', email: 'jane@example.com' };
		const answer = await call('vortex-token', body, headers);
		expect(answer.status).toBe(200);
		expect(answer.headers.get('cache-control')).toBe('no-store');
		const { token, expiresAt } = JSON.parse(answer.text) as { token: string; expiresAt: string };
		const { payload } = await jwtVerify(token, deriveSigningKey(stage.apiKey).key);
		const { userId: id, ...more } = body;
		expect(payload).toMatchObject({ user: { id, ...more } });
		expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
		expect(Date.parse(expiresAt)).toBe(Number(payload.exp) * 1000);
		await waitFor('The removal of the execution', 20, async () =>
			(await stage.n8n.executions(workflow.id)).length === 0 ? true : undefined,
		);
		expect(await requests()).toEqual([]);
	});

	it.each([{}, { userId: '' }, { userId: '  ' }, { userId: null }])(
		'signs nothing without a user: %o',
		async (body) => {
			const answer = await call('vortex-token', body, headers);
			expect(answer.status).toBe(400);
			expect(JSON.parse(answer.text)).toEqual({ error: expect.stringContaining('userId') });
		},
	);

	it('takes a number as the user ID', async () => {
		const answer = await call('vortex-token', { userId: 42 }, headers);
		const { token } = JSON.parse(answer.text) as { token: string };
		const { payload } = await jwtVerify(token, deriveSigningKey(stage.apiKey).key);
		expect(payload.user).toEqual({ id: '42' });
	});

	it.each([{}, { [caller.name]: 'guessed' }])('lets nobody else in: %o', async (wrong) => {
		const answer = await call('vortex-token', { userId: 'user-17' }, wrong);
		expect(answer.status).toBe(403);
		expect(answer.text).not.toContain('token"');
	});
});

describe('keep-autojoin-domains-equal-to-a-list', () => {
	const scope = '/api/v1/invitations/by-scope/team/your-team-id/autojoin';

	it('adds what is new and removes what is not in the list', async () => {
		const setAutojoin = async (domains: string[]) =>
			await stage.ask('/sandbox/health').then(() =>
				fetch(`${stage.sandboxUrl}/api/v1/invitations/autojoin`, {
					method: 'POST',
					headers: { 'Content-Type': 'application/json', 'x-api-key': stage.apiKey },
					body: JSON.stringify({
						scope: 'your-team-id',
						scopeType: 'team',
						componentId: 'c-1',
						domains,
					}),
				}),
			);
		const domains = async () => {
			const answer = await fetch(stage.sandboxUrl + scope, {
				headers: { 'x-api-key': stage.apiKey },
			});
			const { autojoinDomains } = (await answer.json()) as {
				autojoinDomains: Array<{ domain: string }>;
			};
			return autojoinDomains.map(({ domain }) => domain);
		};
		await setAutojoin(['example.com', 'old.example']);
		const workflow = await importExample(stage, 'keep-autojoin-domains-equal-to-a-list', {
			vortexApi,
		});
		const run = await runByHand(stage, workflow, 'Every hour');
		expect(run).toMatchObject({ status: 'success', error: undefined });
		expect(await domains()).toEqual(['example.com', 'example.org']);
		expect(run.output('Set the domains')[0]).toMatchObject([
			{ domains: ['example.com', 'example.org'] },
		]);
		await runByHand(stage, workflow, 'Every hour');
		expect(await domains()).toEqual(['example.com', 'example.org']);

		const emptied = await importExample(stage, 'keep-autojoin-domains-equal-to-a-list', {
			vortexApi,
			replace: { 'example.com, example.org': '' },
		});
		const refused = await runByHand(stage, emptied, 'Every hour');
		expect(refused.status).toBe('error');
		expect(refused.error?.message).toContain("'Domains'");
		expect(await domains()).toEqual(['example.com', 'example.org']);
	});
});

describe('invitation-funnel', () => {
	it('counts each step of each invitation once', async () => {
		const workflow = await publish('invitation-funnel');
		const url = await connect(workflow);
		const numbers = async () => {
			const run = await runByHand(stage, workflow, 'Show the numbers');
			expect(run).toMatchObject({ status: 'success', error: undefined });
			return run.output('The funnel')[0];
		};
		expect(await numbers()).toEqual([{ delivered: 0, opened: 0, clicked: 0, accepted: 0 }]);

		const [ann, bob, eve] = [
			await invite('ann@example.com', 'Ann'),
			await invite('bob@example.com', 'Bob'),
			await invite('eve@example.com', 'Eve'),
		];
		const moments: Array<[Made, string]> = [
			[ann, 'deliver'],
			[bob, 'deliver'],
			[eve, 'bounce'],
			[ann, 'open'],
			[ann, 'open'],
			[bob, 'open'],
			[ann, 'click'],
			[ann, 'accept'],
		];
		for (const [made, action] of moments) await play(made, action);
		await finishedExecutions(stage, workflow, 1 + 7);
		expect(await numbers()).toEqual([{ delivered: 2, opened: 2, clicked: 1, accepted: 1 }]);

		const data = { invitationId: ann.id, targetEmail: 'ann@example.com' };
		const repeats = ['evt_a', 'evt_b', 'evt_c'].map((id) => ({
			id,
			type: 'invitation.accepted',
			timestamp: new Date().toISOString(),
			data,
		}));
		const answers = await Promise.all(repeats.map(async (event) => await deliver(url, event)));
		expect(answers).toEqual([200, 200, 200]);
		const runs = await finishedExecutions(stage, workflow, 9 + 3);
		expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'success'));
		expect(await numbers()).toEqual([{ delivered: 2, opened: 2, clicked: 1, accepted: 1 }]);
	});
});
