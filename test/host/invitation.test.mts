// What each invitation operation sends, and what it makes of the answer: the contract's table.
import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { useScriptedServer } from '../support/scripted.mts';
import { invitationNode, useSandbox } from '../support/vortex.mts';
import { execute, type Result } from './n8n.mts';

const vortex = useSandbox();
const scripted = useScriptedServer();

/** Runs an operation against the sandbox. */
async function run(operation: string, parameters: INodeParameters, items: unknown[] = [{}]) {
	return await execute({
		credential: vortex.credential,
		items,
		node: invitationNode(operation, parameters),
	});
}

/** Runs an operation against the scripted server. */
async function runScripted(operation: string, parameters: INodeParameters) {
	return await execute({
		credential: scripted.credential,
		node: invitationNode(operation, parameters),
	});
}

/** Method, path and body of every request that arrived at the sandbox. */
function sent() {
	return vortex.sandbox.requests.map(({ method, url, body }) => ({ method, url, body }));
}

/** Method and path of every request that arrived, in one line each. */
function lines(requests: ReadonlyArray<{ method: string; url: string }> = vortex.sandbox.requests) {
	return requests.map(({ method, url }) => `${method} ${url.replace('/api/v1/invitations', '')}`);
}

function pairs({ outputs }: Result) {
	return outputs[0].map(({ pairedItem }) => pairedItem);
}

const ANN = { type: 'email', value: 'ann@example.com' } as const;
const ANNS_PHONE = { type: 'phone', value: '+15551234567' } as const;
const TEAM = { scopeType: 'team', scopeId: 'team-1' };

type Seed = Parameters<typeof vortex.sandbox.invitations.create>[0];

/** Puts an invitation into the sandbox, without a request. */
function seed(target: Seed['target'] = ANN, more: Partial<Seed> = {}) {
	const { id } = vortex.sandbox.invitations.create({
		widgetConfigurationId: 'wc-1',
		target,
		inviter: { userId: 'user-17' },
		linkBase: vortex.sandbox.url,
		...more,
	});
	return vortex.sandbox.invitations.get(id);
}

/** Puts an invitation to a team into the sandbox. */
function seedInTeam(groupId: string, target: Seed['target'] = ANN) {
	return seed(target, { groups: [{ type: 'team', groupId, name: 'Team' }] });
}

/** Lets everyone with an address at example.com join a team. */
function seedAutojoin(scope = 'team-1') {
	const { invitation } = vortex.sandbox.invitations.setAutojoin({
		scope,
		scopeType: 'team',
		domains: ['example.com'],
		componentId: 'component-1',
	});
	return invitation as NonNullable<typeof invitation>;
}

/** What the sandbox holds of an invitation, as it goes over the wire. */
function wire(value: unknown) {
	return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

describe('create', () => {
	const REQUIRED = {
		widgetConfigurationId: 'wc-1',
		targetType: 'email',
		targetValue: 'ann@example.com',
		inviterUserId: 'user-17',
	};

	it('sends one request for each item, in order, and pairs the answers', async () => {
		const result = await run(
			'create',
			{ ...REQUIRED, targetValue: '={{ $json.name }}@example.com' },
			[{ name: 'ann' }, { name: 'bob' }],
		);
		expect(sent()).toEqual(
			['ann@example.com', 'bob@example.com'].map((value) => ({
				method: 'POST',
				url: '/api/v1/invitations',
				body: {
					widgetConfigurationId: 'wc-1',
					target: { type: 'email', value },
					inviter: { userId: 'user-17' },
				},
			})),
		);
		expect(pairs(result)).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('gives what Vortex answered', async () => {
		const { json } = await run('create', REQUIRED);
		const [{ id, createdAt }] = vortex.sandbox.invitations.all();
		const shortLink = `${vortex.sandbox.url}/i/${id.slice(0, 8)}`;
		expect(json).toEqual([{ id, shortLink, status: 'queued', createdAt }]);
	});

	it('sends every additional field where Vortex expects it', async () => {
		const { error } = await run('create', {
			...REQUIRED,
			additionalFields: {
				inviterEmail: 'jane@example.com',
				inviterName: 'Jane Doe',
				inviterAvatarUrl: 'https://example.com/jane.png',
				targetName: 'Ann Zoë 李',
				targetAvatarUrl: 'https://example.com/ann.png',
				scopeType: 'team',
				scopeId: 'team-1',
				scopeName: 'Team One',
				source: 'n8n',
				subtype: 'pymk',
				templateVariables: {
					variable: [
						{ key: 'company', value: 'Acme' },
						{ key: 'note', value: '' },
					],
				},
				metadata: '{"plan": {"seats": 3}}',
				linkPreview: {
					value: {
						title: 'Join us',
						description: 'It is nice here',
						image: 'https://example.com/preview.png',
						type: 'article',
						siteName: 'Acme',
					},
				},
			},
		});
		expect(error).toBeUndefined();
		expect(sent()[0].body).toEqual({
			widgetConfigurationId: 'wc-1',
			target: {
				type: 'email',
				value: 'ann@example.com',
				name: 'Ann Zoë 李',
				avatarUrl: 'https://example.com/ann.png',
			},
			inviter: {
				userId: 'user-17',
				userEmail: 'jane@example.com',
				name: 'Jane Doe',
				avatarUrl: 'https://example.com/jane.png',
			},
			groups: [{ type: 'team', groupId: 'team-1', name: 'Team One' }],
			source: 'n8n',
			subtype: 'pymk',
			templateVariables: { company: 'Acme', note: '' },
			metadata: { plan: { seats: 3 } },
			unfurlConfig: {
				title: 'Join us',
				description: 'It is nice here',
				image: 'https://example.com/preview.png',
				type: 'article',
				siteName: 'Acme',
			},
		});
	});

	it('leaves out additional fields that are blank', async () => {
		await run('create', {
			...REQUIRED,
			additionalFields: {
				inviterName: '={{ "  " }}',
				targetName: '={{ $json.missing }}',
				source: '',
				linkPreview: { value: { title: '', type: '' } },
				templateVariables: {},
			},
		});
		expect(Object.keys(sent()[0].body as object).sort()).toEqual([
			'inviter',
			'target',
			'widgetConfigurationId',
		]);
		expect(sent()[0].body).toMatchObject({ inviter: { userId: 'user-17' }, target: ANN });
	});

	it('takes metadata that an expression gives as an object', async () => {
		await run('create', { ...REQUIRED, additionalFields: { metadata: '={{ $json.metadata }}' } }, [
			{ metadata: { plan: 'pro' } },
		]);
		expect(sent()[0].body).toMatchObject({ metadata: { plan: 'pro' } });
	});

	it('makes identifiers text, without blanks around them', async () => {
		await run('create', {
			...REQUIRED,
			inviterUserId: '={{ 17 }}',
			targetValue: '={{ " a@b.c " }}',
		});
		expect(sent()[0].body).toMatchObject({
			inviter: { userId: '17' },
			target: { type: 'email', value: 'a@b.c' },
		});
	});

	it.each(['sms', 'phoneNumber', 'phone'])('sends the target type %s as phone', async (type) => {
		await run('create', {
			...REQUIRED,
			targetType: `={{ "${type}" }}`,
			targetValue: ANNS_PHONE.value,
		});
		expect(sent()[0].body).toMatchObject({ target: ANNS_PHONE });
	});

	it.each(['internal', 'share'])('sends the target type %s', async (targetType) => {
		await run('create', { ...REQUIRED, targetType, targetValue: 'user-42' });
		expect(sent()[0].body).toMatchObject({ target: { type: targetType, value: 'user-42' } });
	});

	describe('ifAlreadyInvited', () => {
		/** Creates for one item or several, with a policy and perhaps a scope. */
		async function createIf(
			ifAlreadyInvited: string,
			more: INodeParameters = {},
			items: unknown[] = [{ to: ANN.value }],
		) {
			return await run(
				'create',
				{
					...REQUIRED,
					targetValue: '={{ $json.to }}',
					additionalFields: { ifAlreadyInvited, ...more },
				},
				items,
			);
		}

		const IN_TEAM_1 = { ...TEAM, scopeName: 'Team One' };

		const LOOK_UP = 'GET ?targetType=email&targetValue=ann%40example.com';

		it('creates another one without looking, unless it is told otherwise', async () => {
			seed();
			for (const more of [{}, { additionalFields: { ifAlreadyInvited: 'create' } }]) {
				await run('create', { ...REQUIRED, ...more });
			}
			expect(lines()).toEqual(['POST ', 'POST ']);
			expect(vortex.sandbox.invitations.all()).toHaveLength(3);
		});

		it.each(['skip', 'resend'])('%s: creates one when nothing is open', async (policy) => {
			const { json } = await createIf(policy);
			const [{ id }] = vortex.sandbox.invitations.all();
			expect(lines()).toEqual([LOOK_UP, 'POST ']);
			expect(json).toMatchObject([{ id, created: true, resent: false }]);
			expect(json[0]).toHaveProperty('shortLink');
		});

		it('skip: gives the open one and changes nothing', async () => {
			const open = wire(seed());
			const { json } = await createIf('skip');
			expect(lines()).toEqual([LOOK_UP]);
			expect(json).toEqual([{ ...open, created: false, resent: false }]);
		});

		it('resend: sends the open one again', async () => {
			const { id } = seed();
			const { json } = await createIf('resend');
			expect(lines()).toEqual([LOOK_UP, `POST /${id}/reinvite`]);
			expect(json).toMatchObject([{ id, deliveryCount: 2, created: false, resent: true }]);
		});

		it('looks the target up by the type that an older name means', async () => {
			const { id } = seed(ANNS_PHONE);
			const { json } = await run('create', {
				...REQUIRED,
				targetType: '={{ "sms" }}',
				targetValue: ANNS_PHONE.value,
				additionalFields: { ifAlreadyInvited: 'skip' },
			});
			expect(lines()).toEqual(['GET ?targetType=phone&targetValue=%2B15551234567']);
			expect(json).toMatchObject([{ id, created: false }]);
		});

		it.each(['skip', 'resend'])('%s: counts only invitations to the scope', async (policy) => {
			seedInTeam('team-2');
			const { json } = await createIf(policy, IN_TEAM_1);
			expect(lines()).toEqual([LOOK_UP, 'GET /by-scope/team/team-1', 'POST ']);
			expect(json).toMatchObject([{ created: true }]);
		});

		it('skip: finds the invitation to the scope among others', async () => {
			seedInTeam('team-2');
			const { id } = seedInTeam('team-1');
			seedInTeam('team-1', { type: 'email', value: 'bob@example.com' });
			const { json } = await createIf('skip', IN_TEAM_1);
			expect(json).toMatchObject([{ id, created: false, resent: false }]);
			expect(lines()).toEqual([LOOK_UP, 'GET /by-scope/team/team-1']);
		});

		it('resend: sends the invitation to the scope again, and no other', async () => {
			seedInTeam('team-2');
			const { id } = seedInTeam('team-1');
			await createIf('resend', IN_TEAM_1);
			expect(lines().at(-1)).toBe(`POST /${id}/reinvite`);
		});

		it.each(['skip', 'resend'])('%s: what a domain may join is no invitation', async (policy) => {
			seedAutojoin();
			const { json } = await createIf(policy);
			expect(json).toMatchObject([{ created: true }]);
			expect(lines()).toEqual([LOOK_UP, 'POST ']);
		});

		it.each([
			['accepted', { status: 'accepted' }],
			['accepted elsewhere', { status: 'accepted_elsewhere' }],
			['expired', { expired: true }],
			['revoked', { deactivated: true }],
		])('skip: one that is listed but %s does not count', async (_what, state) => {
			scripted.answer(({ method }) => ({
				body:
					method === 'GET'
						? { invitations: [{ id: 'old', target: [ANN], status: 'sent', ...state }] }
						: { id: 'new' },
			}));
			const { json } = await runScripted('create', {
				...REQUIRED,
				additionalFields: { ifAlreadyInvited: 'skip' },
			});
			expect(json).toEqual([{ id: 'new', created: true, resent: false }]);
		});

		it('skip: creates one invitation for two items of one run with the same target', async () => {
			const { json, error } = await createIf('skip', {}, [
				{ to: 'ann@example.com' },
				{ to: 'bob@example.com' },
				{ to: 'Ann@Example.com' },
			]);
			expect(error).toBeUndefined();
			expect(json).toMatchObject([{ created: true }, { created: true }, { created: false }]);
			const [first, , third] = json as Array<{ id: string }>;
			expect(third.id).toBe(first.id);
			expect(vortex.sandbox.invitations.all()).toHaveLength(2);
		});
	});

	describe('scope', () => {
		const WHOLE = { scopeType: 'team', scopeId: 'team-1', scopeName: 'Team One' };
		const LABELS = { scopeType: 'Scope Type', scopeId: 'Scope ID', scopeName: 'Scope Name' };

		it.each(Object.keys(WHOLE) as Array<keyof typeof WHOLE>)(
			'is refused without %s, before any request',
			async (name) => {
				const { error } = await run('create', {
					...REQUIRED,
					additionalFields: { ...WHOLE, [name]: '={{ $json.missing }}' },
				});
				expect(error?.message).toContain(`'${LABELS[name]}'`);
				expect(sent()).toEqual([]);
			},
		);

		it('names everything that is missing', async () => {
			const { error } = await run('create', {
				...REQUIRED,
				additionalFields: { scopeId: 'team-1' },
			});
			expect(error?.message).toMatch(/'Scope Type'.*'Scope Name'/);
			expect(error?.message).not.toContain("'Scope ID'");
		});
	});
});

describe('get', () => {
	it('asks for one invitation', async () => {
		const { id } = seed();
		await run('get', { invitationId: id });
		expect(sent()).toEqual([{ method: 'GET', url: `/api/v1/invitations/${id}`, body: undefined }]);
	});

	it('gives exactly the ten simplified fields', async () => {
		const invitation = seedInTeam('team-1');
		invitation.expires = '2027-01-01T00:00:00.000Z';
		const { json } = await run('get', { invitationId: invitation.id });
		expect(json).toEqual([
			{
				id: invitation.id,
				status: 'sent',
				invitationType: 'single_use',
				createdAt: invitation.createdAt,
				expires: '2027-01-01T00:00:00.000Z',
				targetType: 'email',
				targetValue: 'ann@example.com',
				scopeType: 'team',
				scopeId: 'team-1',
				inviterUserId: 'user-17',
			},
		]);
	});

	it('reads the scope from the newer fields when there are no groups', async () => {
		const invitation = seedInTeam('team-1');
		invitation.groups = [];
		const { json } = await run('get', { invitationId: invitation.id });
		expect(json).toMatchObject([{ scopeType: 'team', scopeId: 'team-1' }]);
	});

	it('gives null for what Vortex did not send', async () => {
		scripted.answer([{ body: { id: 'inv-1' } }]);
		const { json } = await runScripted('get', { invitationId: 'inv-1' });
		expect(json).toEqual([
			{
				id: 'inv-1',
				status: null,
				invitationType: null,
				createdAt: null,
				expires: null,
				targetType: null,
				targetValue: null,
				scopeType: null,
				scopeId: null,
				inviterUserId: null,
			},
		]);
	});

	it('gives what Vortex sent when it is not to be simplified', async () => {
		const invitation = seedInTeam('team-1');
		const { json } = await run('get', { invitationId: invitation.id, simplify: false });
		expect(json).toEqual([wire(invitation)]);
	});
});

describe('a list with an entry that is null', () => {
	it('is read without it', async () => {
		scripted.answer([{ body: { invitations: [null, { id: 'inv-1' }] } }]);
		const look = { targetType: 'email', targetValue: 'ann@example.com' };
		const { json, error } = await runScripted('getManyByTarget', look);
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ id: 'inv-1' }]);
	});
});

describe('getManyByTarget', () => {
	const BY_ANN = { targetType: 'email', targetValue: ANN.value };

	it.each([
		['email', 'ann+list@example.com', 'targetType=email&targetValue=ann%2Blist%40example.com'],
		['phone', '+15551234567', 'targetType=phone&targetValue=%2B15551234567'],
		['sms', '+15551234567', 'targetType=phone&targetValue=%2B15551234567'],
		['phoneNumber', '+15551234567', 'targetType=phone&targetValue=%2B15551234567'],
		['internal', 'user 42&x=1', 'targetType=internal&targetValue=user+42%26x%3D1'],
		['share', 'link#1', 'targetType=share&targetValue=link%231'],
		['username', 'zoë', 'targetType=username&targetValue=zo%C3%AB'],
	])('looks up %s %s', async (type, targetValue, query) => {
		await run('getManyByTarget', { targetType: `={{ "${type}" }}`, targetValue });
		expect(sent()).toEqual([
			{ method: 'GET', url: `/api/v1/invitations?${query}`, body: undefined },
		]);
	});

	it('gives one item for each open invitation, what the domain may join included', async () => {
		const ids = [seed().id, seedInTeam('team-1').id, seedAutojoin().id];
		seed({ type: 'email', value: 'bob@example.com' });
		const result = await run('getManyByTarget', BY_ANN);
		expect(result.json).toMatchObject(ids.map((id) => ({ id })));
		expect(pairs(result)).toEqual([{ item: 0 }, { item: 0 }, { item: 0 }]);
	});

	it('shows the target that was looked up, wherever it stands', async () => {
		const invitation = seed();
		invitation.target.unshift({ type: 'phone', value: '+15550000000' });
		invitation.target.push({ type: 'email', value: 'other@example.com' });
		const { json } = await run('getManyByTarget', { ...BY_ANN, targetValue: 'Ann@Example.com' });
		expect(json).toMatchObject([{ targetType: 'email', targetValue: 'ann@example.com' }]);
	});

	it('gives what Vortex sent when it is not to be simplified', async () => {
		const invitation = seed();
		const { json } = await run('getManyByTarget', { ...BY_ANN, simplify: false });
		expect(json).toEqual([wire(invitation)]);
	});

	it('gives no item when nothing is open', async () => {
		const { json, error } = await run('getManyByTarget', BY_ANN);
		expect(error).toBeUndefined();
		expect(json).toEqual([]);
	});
});

describe('getManyByScope', () => {
	it('looks up the encoded scope and gives one item for each open invitation', async () => {
		const ids = [seedInTeam('a/b c?d').id, seedAutojoin('a/b c?d').id];
		seedInTeam('a');
		const { json } = await run('getManyByScope', { scopeType: 'team', scopeId: 'a/b c?d' });
		expect(sent()).toEqual([
			{ method: 'GET', url: '/api/v1/invitations/by-scope/team/a%2Fb%20c%3Fd', body: undefined },
		]);
		expect(json).toMatchObject(ids.map((id) => ({ id })));
	});

	it('gives what Vortex sent when it is not to be simplified', async () => {
		const invitation = seedInTeam('team-1');
		const { json } = await run('getManyByScope', { ...TEAM, simplify: false });
		expect(json).toEqual([wire(invitation)]);
	});
});

describe.each([
	['getManyByTarget', { targetType: 'email', targetValue: '={{ $json.to }}' }],
	['getManyByScope', { scopeType: 'team', scopeId: '={{ $json.team }}' }],
])('lists: %s', (operation, parameters) => {
	const ITEMS = [
		{ to: 'ann@example.com', team: 'team-1', limit: 1 },
		{ to: 'bob@example.com', team: 'team-2', limit: 2 },
	];

	/** As many invitations of each of the two items. */
	function seedBoth(count: number) {
		for (const { to, team } of ITEMS) {
			for (let n = 0; n < count; n += 1) seedInTeam(team, { type: 'email', value: to });
		}
	}

	it('gives up to 50 for each input item', async () => {
		seedBoth(51);
		const result = await run(operation, parameters, ITEMS);
		expect(pairs(result)).toEqual([
			...Array.from({ length: 50 }, () => ({ item: 0 })),
			...Array.from({ length: 50 }, () => ({ item: 1 })),
		]);
	});

	it("gives up to each item's own limit", async () => {
		seedBoth(3);
		const result = await run(operation, { ...parameters, limit: '={{ $json.limit }}' }, ITEMS);
		expect(pairs(result)).toEqual([{ item: 0 }, { item: 1 }, { item: 1 }]);
	});

	it('gives all of them when it is asked for all', async () => {
		seedBoth(51);
		const { json } = await run(operation, { ...parameters, returnAll: true, limit: 1 }, ITEMS);
		expect(json).toHaveLength(102);
	});
});

describe('accept', () => {
	it.each([
		['text with commas', (ids: string[]) => ` ${ids.join(' , ')} ,, `],
		['an array', (ids: string[]) => `={{ ${JSON.stringify(ids)} }}`],
		['a list that names one twice', (ids: string[]) => [...ids, ids[0]].join(',')],
	])('takes the ids as %s', async (_form, write) => {
		const ids = [seed().id, seed().id];
		const result = await run('accept', { invitationIds: write(ids), userEmail: ANN.value });
		expect(sent()).toEqual([
			{
				method: 'POST',
				url: '/api/v1/invitations/accept',
				body: { invitationIds: ids, user: { email: ANN.value } },
			},
		]);
		expect(result.json).toMatchObject(ids.map((id) => ({ id, status: 'accepted' })));
		expect(pairs(result)).toEqual([{ item: 0 }, { item: 0 }]);
	});

	it.each([true, false])('sends who accepts, isExisting %s', async (isExisting) => {
		await run('accept', {
			invitationIds: seed().id,
			userEmail: ANN.value,
			userPhone: ANNS_PHONE.value,
			additionalFields: { userName: 'Ann', isExisting },
		});
		expect(sent()[0].body).toMatchObject({
			user: { email: ANN.value, phone: ANNS_PHONE.value, name: 'Ann', isExisting },
		});
	});

	it('accepts for a phone number alone', async () => {
		await run('accept', { invitationIds: seed().id, userPhone: ANNS_PHONE.value });
		expect(sent()[0].body).toMatchObject({ user: { phone: ANNS_PHONE.value } });
	});

	it('refuses when nobody accepts, before any request', async () => {
		const { error } = await run('accept', {
			invitationIds: seed().id,
			userEmail: '={{ " " }}',
			userPhone: '={{ $json.missing }}',
		});
		expect(error?.message).toContain("'User Email' and 'User Phone'");
		expect(sent()).toEqual([]);
	});

	it('gives what Vortex sent when it is not to be simplified', async () => {
		const invitation = seed();
		const { json } = await run('accept', {
			invitationIds: invitation.id,
			userEmail: ANN.value,
			simplify: false,
		});
		expect(json).toEqual([wire(invitation)]);
	});

	it.each([
		['a list', { invitations: [{ id: 'inv-1', status: 'accepted' }] }],
		['a single invitation', { id: 'inv-1', status: 'accepted' }],
	])('understands %s as the answer', async (_form, body) => {
		scripted.answer([{ body }]);
		const { json } = await runScripted('accept', { invitationIds: 'inv-1', userEmail: ANN.value });
		expect(json).toMatchObject([{ id: 'inv-1', status: 'accepted', targetValue: null }]);
	});

	it.each([
		['an empty body', undefined],
		['an empty object', {}],
	])('gives the ids after %s', async (_form, body) => {
		scripted.answer([{ body }]);
		const { json } = await runScripted('accept', {
			invitationIds: 'inv-1,inv-2',
			userEmail: ANN.value,
		});
		expect(json).toEqual([{ success: true, invitationIds: ['inv-1', 'inv-2'] }]);
	});

	it('hints at it when Vortex accepted fewer than asked', async () => {
		scripted.answer([{ body: { invitations: [{ id: 'inv-1' }] } }]);
		const { json, hints } = await runScripted('accept', {
			invitationIds: 'inv-1,inv-2',
			userEmail: ANN.value,
		});
		expect(json).toHaveLength(1);
		expect(hints).toEqual([expect.stringContaining('1 of the 2')]);
	});

	it('does not take a refusal for an answer', async () => {
		const { error, outputs } = await run('accept', {
			invitationIds: 'inv-unknown',
			userEmail: ANN.value,
		});
		expect(error?.httpCode).toBe('404');
		expect(outputs).toEqual([]);
		expect(sent()).toHaveLength(1);
	});
});

describe('acceptAll', () => {
	/** The body of the one acceptance that arrived. */
	function acceptance() {
		return sent().find(({ url }) => url.endsWith('/accept'))?.body;
	}

	it('accepts what is open for the email address', async () => {
		const ids = [seed().id, seedInTeam('team-1').id];
		seed(ANNS_PHONE);
		const result = await run('acceptAll', { userEmail: ANN.value });
		expect(sent()).toEqual([
			{
				method: 'GET',
				url: '/api/v1/invitations?targetType=email&targetValue=ann%40example.com',
				body: undefined,
			},
			{
				method: 'POST',
				url: '/api/v1/invitations/accept',
				body: { invitationIds: ids, user: { email: ANN.value } },
			},
		]);
		expect(result.json).toMatchObject(ids.map((id) => ({ id, status: 'accepted' })));
		expect(pairs(result)).toEqual([{ item: 0 }, { item: 0 }]);
	});

	it('accepts what is open for the phone number', async () => {
		seed();
		const { id } = seed(ANNS_PHONE);
		await run('acceptAll', { userPhone: ANNS_PHONE.value });
		expect(lines()).toEqual(['GET ?targetType=phone&targetValue=%2B15551234567', 'POST /accept']);
		expect(acceptance()).toEqual({ invitationIds: [id], user: { phone: ANNS_PHONE.value } });
	});

	it('accepts in one request what is open for either, each once', async () => {
		const both = seed();
		both.target.push(ANNS_PHONE);
		const byPhone = seed(ANNS_PHONE);
		await run('acceptAll', {
			userEmail: ANN.value,
			userPhone: ANNS_PHONE.value,
			additionalFields: { userName: 'Ann', isExisting: false },
		});
		expect(lines()).toEqual([
			'GET ?targetType=email&targetValue=ann%40example.com',
			'GET ?targetType=phone&targetValue=%2B15551234567',
			'POST /accept',
		]);
		expect(acceptance()).toEqual({
			invitationIds: [both.id, byPhone.id],
			user: { email: ANN.value, phone: ANNS_PHONE.value, name: 'Ann', isExisting: false },
		});
	});

	it('refuses when nobody accepts, before any request', async () => {
		const { error } = await run('acceptAll', { userEmail: '={{ "" }}' });
		expect(error?.message).toContain("'User Email' and 'User Phone'");
		expect(sent()).toEqual([]);
	});

	it('joins also what the domain may join', async () => {
		const ids = [seed().id, seedAutojoin().id];
		await run('acceptAll', { userEmail: ANN.value });
		expect(acceptance()).toMatchObject({ invitationIds: ids });
	});

	it('does not join what the domain may join when that is switched off', async () => {
		seedAutojoin();
		const { id } = seed();
		await run('acceptAll', {
			userEmail: ANN.value,
			additionalFields: { includeAutojoin: false },
		});
		expect(acceptance()).toMatchObject({ invitationIds: [id] });
	});

	it('accepts only the invitations that by-scope lists', async () => {
		seed();
		seedInTeam('team-2');
		const { id } = seedInTeam('team-1');
		seedInTeam('team-1', { type: 'email', value: 'bob@example.com' });
		await run('acceptAll', { userEmail: ANN.value, additionalFields: TEAM });
		expect(lines()).toEqual([
			'GET ?targetType=email&targetValue=ann%40example.com',
			'GET /by-scope/team/team-1',
			'POST /accept',
		]);
		expect(acceptance()).toMatchObject({ invitationIds: [id] });
	});

	it('compares ids, because an invitation need not name its scope as we do', async () => {
		const invitation = seedInTeam('team-1');
		scripted.answer(({ method, url }) => {
			if (method === 'POST') return { body: { invitations: [wire(invitation)] } };
			const elsewhere = { id: 'inv-2', groups: [{ type: 'team', groupId: 'team-1' }] };
			const mine = { id: invitation.id, scope: '6f1b…', target: [ANN] };
			return { body: { invitations: url.includes('by-scope') ? [mine] : [elsewhere, mine] } };
		});
		await runScripted('acceptAll', { userEmail: ANN.value, additionalFields: TEAM });
		expect(scripted.arrivals.at(-1)?.body).toMatchObject({ invitationIds: [invitation.id] });
	});

	it.each([
		['Scope ID', { scopeType: 'team' }],
		['Scope Type', { scopeId: 'team-1' }],
	])('refuses half a scope without %s, before any request', async (label, additionalFields) => {
		const { error } = await run('acceptAll', { userEmail: ANN.value, additionalFields });
		expect(error?.message).toContain(`'${label}' is missing`);
		expect(sent()).toEqual([]);
	});

	it('gives no item and a hint when nothing is open', async () => {
		const { json, hints, error } = await run('acceptAll', { userEmail: ANN.value }, [{}, {}]);
		expect(error).toBeUndefined();
		expect(json).toEqual([]);
		expect(hints).toEqual([expect.stringContaining('no open invitations')]);
		expect(lines().filter((line) => line.startsWith('POST'))).toEqual([]);
	});

	it('gives the ids after an empty answer', async () => {
		scripted.answer(({ method }) =>
			method === 'GET' ? { body: { invitations: [{ id: 'inv-1' }] } } : { status: 204 },
		);
		const { json } = await runScripted('acceptAll', { userEmail: ANN.value });
		expect(json).toEqual([{ success: true, invitationIds: ['inv-1'] }]);
	});

	describe('when some are gone by the time of the joint acceptance', () => {
		/** A service whose open invitations change between the look-up and the acceptance. */
		function loseSome(refusal: { status: number; message: string }) {
			let lookUps = 0;
			scripted.answer(({ method, body }) => {
				if (method === 'GET') {
					lookUps += 1;
					const ids = lookUps === 1 ? ['a', 'b', 'c'] : ['a', 'c', 'new'];
					return { body: { invitations: ids.map((id) => ({ id, status: 'sent' })) } };
				}
				const { invitationIds } = body as { invitationIds: string[] };
				if (invitationIds.join() === 'a') {
					return { body: { invitations: [{ id: 'a', status: 'accepted' }] } };
				}
				return { status: refusal.status, body: { message: refusal.message } };
			});
		}

		const LOOK_UP = 'GET ?targetType=email&targetValue=ann%40example.com';

		it.each([
			[409, 'Invitation b has already been processed'],
			[404, 'Invitation b not found'],
		])('looks again after a %s and accepts one by one what is left', async (status, message) => {
			loseSome({ status, message });
			const { json, hints, error } = await runScripted('acceptAll', { userEmail: ANN.value });
			expect(error).toBeUndefined();
			expect(json).toMatchObject([{ id: 'a', status: 'accepted' }]);
			expect(lines(scripted.arrivals)).toEqual([
				LOOK_UP,
				'POST /accept',
				LOOK_UP,
				'POST /accept',
				'POST /accept',
			]);
			expect(
				scripted.arrivals
					.filter(({ method }) => method === 'POST')
					.map(({ body }) => (body as { invitationIds: string[] }).invitationIds),
			).toEqual([['a', 'b', 'c'], ['a'], ['c']]);
			expect(hints).toEqual([expect.stringContaining('2 of the 3')]);
		});

		it('gives no item when all are gone', async () => {
			let lookUps = 0;
			scripted.answer(({ method }) => {
				if (method === 'POST') return { status: 409, body: { message: 'processed' } };
				return { body: { invitations: lookUps++ === 0 ? [{ id: 'a' }] : [] } };
			});
			const { json, hints, error } = await runScripted('acceptAll', { userEmail: ANN.value });
			expect(error).toBeUndefined();
			expect(json).toEqual([]);
			expect(hints).toEqual([expect.stringContaining('1 of the 1')]);
		});

		it('does not take an unknown route for an invitation that is gone', async () => {
			loseSome({ status: 404, message: 'Cannot POST /api/v1/invitations/accept' });
			const { error } = await runScripted('acceptAll', { userEmail: ANN.value });
			expect(error?.httpCode).toBe('404');
			expect(lines(scripted.arrivals)).toEqual([LOOK_UP, 'POST /accept']);
		});

		it('does not say that nothing was changed when an earlier one was accepted', async () => {
			let acceptances = 0;
			scripted.answer(({ method }) => {
				if (method === 'GET') return { body: { invitations: [{ id: 'a' }, { id: 'b' }] } };
				acceptances += 1;
				if (acceptances === 1) return { status: 409, body: { message: 'processed' } };
				if (acceptances === 2) return { body: { invitations: [{ id: 'a' }] } };
				return { status: 400, body: { message: 'user.email is blocked' } };
			});
			const { error } = await runScripted('acceptAll', { userEmail: ANN.value });
			expect(error?.message).toContain('user.email is blocked');
			expect(error?.description).not.toContain('Nothing was changed');
		});
	});
});

describe('resend', () => {
	it('sends the invitation again, without a body', async () => {
		const { id } = seed();
		const { json } = await run('resend', { invitationId: id });
		expect(sent()).toEqual([
			{ method: 'POST', url: `/api/v1/invitations/${id}/reinvite`, body: undefined },
		]);
		expect(json).toMatchObject([{ id, status: 'sent', targetValue: ANN.value }]);
		expect(Object.keys(json[0] as object)).toHaveLength(10);
	});

	it('gives what Vortex sent when it is not to be simplified', async () => {
		const invitation = seed();
		const { json } = await run('resend', { invitationId: invitation.id, simplify: false });
		expect(json).toEqual([wire(invitation)]);
		expect(json).toMatchObject([{ deliveryCount: 2 }]);
	});
});

describe('revoke', () => {
	it('revokes the invitation and names it', async () => {
		const { id } = seed();
		const { json } = await run('revoke', { invitationId: id });
		expect(sent()).toEqual([
			{ method: 'DELETE', url: `/api/v1/invitations/${id}`, body: undefined },
		]);
		expect(json).toEqual([{ success: true, invitationId: id }]);
		expect(vortex.sandbox.invitations.get(id).deactivated).toBe(true);
	});
});

describe('deleteByScope', () => {
	it('deletes the invitations of the scope and names it', async () => {
		const gone = seedInTeam('team 1/x');
		const kept = seedInTeam('team 1');
		const { json } = await run('deleteByScope', { scopeType: 'team', scopeId: 'team 1/x' });
		expect(sent()).toEqual([
			{ method: 'DELETE', url: '/api/v1/invitations/by-scope/team/team%201%2Fx', body: undefined },
		]);
		expect(json).toEqual([{ deleted: true, scopeType: 'team', scopeId: 'team 1/x' }]);
		expect([gone.deactivated, kept.deactivated]).toEqual([true, false]);
	});
});

describe('syncInternal', () => {
	const DECISION = {
		inviterUserId: 'user-17',
		inviteeUserId: 'user-42',
		decision: 'accepted',
		componentId: 'component-1',
	};

	it.each(['accepted', 'declined'])('tells Vortex that the user %s', async (decision) => {
		const { id } = seed({ type: 'internal', value: 'user-42' });
		const { json } = await run('syncInternal', { ...DECISION, decision });
		expect(sent()).toEqual([
			{
				method: 'POST',
				url: '/api/v1/invitations/sync-internal-invitation',
				body: {
					creatorId: 'user-17',
					targetValue: 'user-42',
					action: decision,
					componentId: 'component-1',
				},
			},
		]);
		expect(json).toEqual([{ processed: 1, invitationIds: [id] }]);
	});

	it('gives nothing processed when nothing is pending', async () => {
		const { json, error } = await run('syncInternal', DECISION);
		expect(error).toBeUndefined();
		expect(json).toEqual([{ processed: 0, invitationIds: [] }]);
		expect(sent()).toHaveLength(1);
	});

	it('does not take an unknown route for nothing pending', async () => {
		const message = 'Cannot POST /api/v1/invitations/sync-internal-invitation';
		scripted.answer([{ status: 404, body: { statusCode: 404, message } }]);
		const { error, outputs } = await runScripted('syncInternal', DECISION);
		expect(error?.httpCode).toBe('404');
		expect(error?.message).toContain(message);
		expect(outputs).toEqual([]);
	});
});

describe('an empty answer is a success', () => {
	const SCOPE = { deleted: true, ...TEAM };
	const ID = { success: true, invitationId: 'inv-1' };

	it.each([
		['get', { invitationId: 'inv-1' }, [ID]],
		['resend', { invitationId: 'inv-1' }, [ID]],
		['revoke', { invitationId: 'inv-1' }, [ID]],
		['deleteByScope', TEAM, [SCOPE]],
		['getManyByScope', TEAM, []],
		['getManyByTarget', { targetType: 'email', targetValue: ANN.value }, []],
	])('of %s', async (operation, parameters, output) => {
		for (const answer of [{ status: 200 }, { status: 204 }, { status: 200, body: ' \n' }]) {
			scripted.answer([answer]);
			const { json, error } = await runScripted(operation, parameters);
			expect(error).toBeUndefined();
			expect(json).toEqual(output);
		}
	});

	it('of create, whose new id is then not known', async () => {
		scripted.answer([{ status: 204 }]);
		const { json, error } = await runScripted('create', {
			widgetConfigurationId: 'wc-1',
			targetType: 'email',
			targetValue: ANN.value,
			inviterUserId: 'user-17',
		});
		expect(error).toBeUndefined();
		expect(json).toEqual([{ success: true }]);
	});

	it('of syncInternal', async () => {
		scripted.answer([{ status: 204 }]);
		const { json, error } = await runScripted('syncInternal', {
			inviterUserId: 'user-17',
			inviteeUserId: 'user-42',
			decision: 'accepted',
			componentId: 'component-1',
		});
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ success: true }]);
	});
});

describe('accept of more than a page of invitations', () => {
	it('gives one item for each of them', async () => {
		const ids = Array.from(
			{ length: 60 },
			(_, index) => seed({ ...ANN, value: `p${index}@x.com` }).id,
		);
		const { json } = await run('accept', { invitationIds: ids.join(','), userEmail: 'a@b.c' });
		expect(json.map((item) => (item as { id: string }).id)).toEqual(ids);
	});
});
