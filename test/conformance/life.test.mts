// The official SDK takes the sandbox for Vortex: a life of an invitation, and what the types promise.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
	isAnalyticsEvent,
	isWebhookEvent,
	VortexWebhooks,
	VortexWebhookSignatureError,
	type InvitationResult,
	type InvitationTarget,
} from '@teamvortexsoftware/vortex-node-22-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useSdk } from '../support/sdk.mts';
import { useSandbox } from '../support/vortex.mts';

const vortex = useSandbox();
const sdk = useSdk(vortex);

const words = expect.any(String);
const number = expect.any(Number);
const flag = expect.any(Boolean);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);

/** Checks every field that `InvitationResult` does not mark as optional, and the form of those it does. */
function expectInvitation(invitation: InvitationResult) {
	expect(invitation).toMatchObject({
		id: words,
		accountId: words,
		clickThroughs: number,
		createdAt: time,
		deactivated: flag,
		deliveryCount: number,
		foreignCreatorId: words,
		invitationType: expect.stringMatching(/^(single_use|multi_use|autojoin)$/),
		status: expect.stringMatching(
			/^(queued|sending|sent|delivered|accepted|shared|unfurled|accepted_elsewhere)$/,
		),
		views: number,
		widgetConfigurationId: words,
		expired: flag,
	});
	expect(invitation.modifiedAt === null || typeof invitation.modifiedAt === 'string').toBe(true);
	for (const field of ['formSubmissionData', 'configurationAttributes', 'attributes'] as const) {
		expect(invitation).toHaveProperty(field);
		expect(typeof invitation[field]).toBe('object');
	}
	expect(['email', 'phone', 'share', 'internal']).toEqual(
		expect.arrayContaining(invitation.deliveryTypes),
	);
	expect(invitation.target).toBeInstanceOf(Array);
	invitation.target.forEach(expectTarget);
	for (const scopes of [invitation.groups, invitation.scopes]) {
		expect(scopes).toBeInstanceOf(Array);
		for (const scope of scopes) {
			expect(scope).toMatchObject({
				id: words,
				accountId: words,
				scopeId: words,
				groupId: words,
				type: words,
				name: words,
				createdAt: time,
			});
		}
	}
	for (const acceptance of invitation.accepts ?? []) {
		expect(acceptance).toMatchObject({ id: words, accountId: words, acceptedAt: time });
		expectTarget(acceptance.target);
	}
}

function expectTarget(target: InvitationTarget) {
	expect(target).toMatchObject({
		type: expect.stringMatching(/^(email|phone|share|internal)$/),
		value: words,
	});
}

const ANN = { type: 'email', value: 'ann@example.com' } as const;
const TEAM = { scopeType: 'team', scopeId: 'team-1', scopeName: 'Team One' };

async function create(more: Partial<Parameters<typeof sdk.createInvitation>[0]> = {}) {
	return await sdk.createInvitation({
		widgetConfigurationId: 'wc-1',
		target: ANN,
		inviter: { userId: 'user-17', name: 'Jane' },
		...more,
	});
}

/** What the SDK returns of an acceptance: the wire's wrapper, untouched, whatever its type says. */
async function accept(...ids: string[]): Promise<InvitationResult[]> {
	const answer: unknown = await sdk.acceptInvitations(ids, { email: ANN.value, name: 'Ann' });
	return (answer as { invitations: InvitationResult[] }).invitations;
}

describe('an invitation, from its creation to its end', () => {
	it('is created', async () => {
		expect(await create(TEAM)).toEqual({
			id: words,
			shortLink: expect.stringMatching(/^http/),
			status: words,
			createdAt: time,
		});
	});

	it('is found by its id, its target and its scope, and is the same each time', async () => {
		const { id } = await create(TEAM);
		const one = await sdk.getInvitation(id);
		expectInvitation(one);
		expect(one).toMatchObject({
			id,
			target: [ANN],
			foreignCreatorId: 'user-17',
			creatorName: 'Jane',
			scopes: [{ scopeId: 'team-1', groupId: 'team-1', type: 'team', name: 'Team One' }],
		});
		expect(await sdk.getInvitationsByTarget('email', ANN.value)).toEqual([one]);
		expect(await sdk.getInvitationsByScope('team', 'team-1')).toEqual([one]);
		expect(await sdk.getInvitationsByGroup('team', 'team-1')).toEqual([one]);
		expect(await sdk.getInvitationsByScope('team', 'team-2')).toEqual([]);
	});

	it('is sent again', async () => {
		const { id } = await create();
		const { deliveryCount } = await sdk.getInvitation(id);
		const again = await sdk.reinvite(id);
		expectInvitation(again);
		expect(again).toMatchObject({ id, deliveryCount: deliveryCount + 1 });
	});

	it('is accepted, and is open no more', async () => {
		const { id } = await create(TEAM);
		const [accepted] = await accept(id);
		expectInvitation({ ...accepted, scopes: accepted.groups });
		expect(accepted).toMatchObject({ id, status: 'accepted', accepts: [{ target: ANN }] });
		expect(await sdk.getInvitation(id)).toMatchObject({ status: 'accepted' });
		expect(await sdk.getInvitationsByTarget('email', ANN.value)).toEqual([]);
		expect(await sdk.getInvitationsByScope('team', 'team-1')).toEqual([]);
		await expect(accept(id)).rejects.toThrow(/409/);
		await expect(sdk.reinvite(id)).rejects.toThrow(/409/);
	});

	it('is accepted together with others, or none of them is', async () => {
		const ids = [(await create()).id, (await create()).id];
		await expect(accept(...ids, 'inv-unknown')).rejects.toThrow(/404/);
		expect(await sdk.getInvitationsByTarget('email', ANN.value)).toHaveLength(2);
		expect((await accept(...ids)).map(({ id }) => id)).toEqual(ids);
	});

	it('is revoked, and is open no more', async () => {
		const { id } = await create();
		expect(await sdk.revokeInvitation(id)).toEqual({});
		expect(await sdk.getInvitation(id)).toMatchObject({ deactivated: true });
		expect(await sdk.getInvitationsByTarget('email', ANN.value)).toEqual([]);
		await expect(accept(id)).rejects.toThrow(/409/);
		await expect(sdk.revokeInvitation(id)).rejects.toThrow(/404/);
	});

	it('goes with its scope', async () => {
		await create(TEAM);
		const other = await create({ ...TEAM, scopeId: 'team-2' });
		expect(await sdk.deleteInvitationsByScope('team', 'team-1')).toEqual({});
		expect(await sdk.getInvitationsByScope('team', 'team-1')).toEqual([]);
		expect(await sdk.getInvitationsByTarget('email', ANN.value)).toMatchObject([{ id: other.id }]);
	});

	it('is refused in the form of the service', async () => {
		await expect(sdk.getInvitation('inv-unknown')).rejects.toThrow(/404.*"statusCode":404/);
		await expect(create({ widgetConfigurationId: '' })).rejects.toThrow(/400.*"message":\[/);
		await expect(sdk.vortexApiRequest({ method: 'POST', path: '/api/v1/nothing' })).rejects.toThrow(
			/404.*Cannot POST \/api\/v1\/nothing/,
		);
	});
});

describe('an internal invitation', () => {
	const DECISION = { creatorId: 'user-17', targetValue: 'user-42', componentId: 'component-1' };

	it.each(['accepted', 'declined'] as const)('is synced as %s', async (action) => {
		const { id } = await create({ target: { type: 'internal', value: 'user-42' } });
		expect(await sdk.syncInternalInvitation({ ...DECISION, action })).toEqual({
			processed: 1,
			invitationIds: [id],
		});
		const { status, deactivated } = await sdk.getInvitation(id);
		expect([status === 'accepted', deactivated]).toEqual([
			action === 'accepted',
			action === 'declined',
		]);
		await expect(sdk.syncInternalInvitation({ ...DECISION, action })).rejects.toThrow(
			/404(?!.*Cannot)/,
		);
	});
});

describe('autojoin', () => {
	const SCOPE = { scope: 'team-1', scopeType: 'team', componentId: 'component-1' };

	it('is not set at first', async () => {
		expect(await sdk.getAutojoinDomains('team', 'team-1')).toEqual({
			autojoinDomains: [],
			invitation: null,
		});
	});

	it('is set, read and found by an address of the domain', async () => {
		const set = await sdk.configureAutojoin({
			...SCOPE,
			scopeName: 'Team One',
			domains: ['example.com', 'example.org'],
			metadata: { plan: 'pro' },
		});
		expect(set.autojoinDomains).toEqual([
			{ id: words, domain: 'example.com' },
			{ id: words, domain: 'example.org' },
		]);
		expect(set.invitation).toMatchObject({ invitationType: 'autojoin' });
		expectInvitation(set.invitation as InvitationResult);
		const read = await sdk.getAutojoinDomains('team', 'team-1');
		expect(read.autojoinDomains).toEqual(set.autojoinDomains);
		const [found] = await sdk.getInvitationsByTarget('email', ANN.value);
		expect(found).toEqual(set.invitation);
		expect(await sdk.getInvitationsByScope('team', 'team-1')).toEqual([found]);
	});

	it('is replaced as a whole, and switched off by an empty list', async () => {
		await sdk.configureAutojoin({ ...SCOPE, domains: ['example.com', 'example.org'] });
		const replaced = await sdk.configureAutojoin({ ...SCOPE, domains: ['example.net'] });
		expect(replaced.autojoinDomains).toMatchObject([{ domain: 'example.net' }]);
		expect(await sdk.configureAutojoin({ ...SCOPE, domains: [] })).toEqual({
			autojoinDomains: [],
			invitation: null,
		});
		expect(await sdk.getInvitationsByScope('team', 'team-1')).toEqual([]);
	});

	it('lets several people join, one after the other', async () => {
		const { invitation } = await sdk.configureAutojoin({ ...SCOPE, domains: ['example.com'] });
		const { id } = invitation as InvitationResult;
		await accept(id);
		expect(await sdk.getInvitationsByTarget('email', 'bob@example.com')).toMatchObject([{ id }]);
	});
});

describe('webhooks', () => {
	const SECRET = ['whsec', 'of-the-sandbox'].join('_');
	const webhooks = new VortexWebhooks({ secret: SECRET });
	const received: Array<{ body: string; signature: string }> = [];

	const receiver = createServer((request, response) => {
		void text(request).then((body) => {
			received.push({ body, signature: String(request.headers['x-vortex-signature']) });
			response.end('{"received":true}');
		});
	});

	beforeAll(async () => {
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	});
	beforeEach(() => {
		received.length = 0;
		const { port } = receiver.address() as AddressInfo;
		vortex.sandbox.webhooks.register({ url: `http://127.0.0.1:${port}/`, secret: SECRET });
	});
	afterAll(() => {
		receiver.closeAllConnections();
		receiver.close();
	});

	/** What the receiver was told meanwhile, as the SDK reads it; deliveries have no order. */
	async function events() {
		await vortex.sandbox.webhooks.settled();
		return received.map(({ body, signature }) => webhooks.constructEvent(body, signature));
	}

	it('tell of a life, signed as the SDK expects it', async () => {
		const { id } = await create(TEAM);
		await sdk.reinvite(id);
		await accept(id);
		const told = await events();
		const types = told.map((event) => (isWebhookEvent(event) ? event.type : 'not a webhook'));
		expect(types.sort()).toEqual([
			'group.member.added',
			'invitation.accepted',
			'invitation.created',
			'invitation.reminder.sent',
			'member.created',
		]);
		for (const event of told) {
			expect(event).toMatchObject({
				id: words,
				timestamp: time,
				accountId: words,
				environmentId: words,
				sourceTable: words,
				operation: expect.stringMatching(/^(insert|update|delete)$/),
				data: { invitationId: id, targetEmail: ANN.value },
			});
		}
		expect(new Set(told.map((event) => event.id)).size).toBe(told.length);
	});

	it('tell of a revocation', async () => {
		const { id } = await create();
		await sdk.revokeInvitation(id);
		expect(await events()).toContainEqual(
			expect.objectContaining({
				type: 'invitation.deactivated',
				data: expect.objectContaining({ invitationId: id }),
			}),
		);
	});

	it('carry analytics events too', async () => {
		await vortex.sandbox.app.inject({
			method: 'POST',
			url: '/sandbox/events',
			payload: { name: 'widget_loaded', data: { place: 'zoë' } },
		});
		const [event] = await events();
		expect(isAnalyticsEvent(event)).toBe(true);
		expect(event).toMatchObject({
			id: words,
			name: 'widget_loaded',
			accountId: words,
			organizationId: words,
			projectId: words,
			environmentId: words,
			payload: { place: 'zoë' },
			timestamp: time,
		});
	});

	it('are not taken with another secret', async () => {
		await create();
		await vortex.sandbox.webhooks.settled();
		const [{ body, signature }] = received;
		const others = new VortexWebhooks({ secret: 'another' });
		expect(() => others.constructEvent(body, signature)).toThrow(VortexWebhookSignatureError);
	});
});
