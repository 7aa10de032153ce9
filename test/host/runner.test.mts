// What holds for every operation: order, pairing, bounds, refusals, cancelling, and secrets.
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';
import { REAL_CLOCK } from '../../nodes/shared/client';
import { gate, useScriptedServer, type Answer } from '../support/scripted.mts';
import { API_KEY, invitationNode, vortexNode } from '../support/vortex.mts';
import { execute, start } from './n8n.mts';

const vortex = useScriptedServer();

/** `get` for the ids given, as a set-up that can be executed. */
function gets(ids: string[], options: INodeParameters = {}, onError?: OnError) {
	return {
		credential: vortex.credential,
		items: ids.map((id) => ({ id })),
		node: { ...invitationNode('get', { invitationId: '={{ $json.id }}', options }), onError },
	};
}

/** The id that a request to `…/invitations/{id}` names. */
function idOf({ url }: { url: string }) {
	return url.split('/').at(-1) as string;
}

function found(id: string): Answer {
	return { body: { id } };
}

function refused(message: unknown, status = 400): Answer {
	return { status, body: { statusCode: status, message } };
}

/** Answers each id: those that begin with `bad` are refused. */
function answerByName() {
	vortex.answer((arrival) => {
		const id = idOf(arrival);
		return id.startsWith('bad') ? refused(`${id} is bad`) : found(id);
	});
}

const TEAM = { scopeType: 'team', scopeId: '={{ $json.id }}' };

const count = (length: number) => Array.from({ length }, (_, index) => `id-${index}`);

describe('order and pairing', () => {
	it('gives the output in the order of the input, although the answers come in another', async () => {
		const { opened, open } = gate();
		vortex.answer(async (arrival) => {
			const id = idOf(arrival);
			if (id === 'last') open();
			if (id === 'first') await opened;
			return found(id);
		});
		const { json, outputs } = await execute(gets(['first', 'second', 'last'], { concurrency: 2 }));
		expect(json).toMatchObject([{ id: 'first' }, { id: 'second' }, { id: 'last' }]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('pairs many, none and one with their input item', async () => {
		const lists: Record<string, string[]> = { many: ['a', 'b'], none: [], one: ['c'] };
		vortex.answer((arrival) => ({
			body: { invitations: lists[idOf(arrival)].map((id) => ({ id })) },
		}));
		const { outputs } = await execute({
			credential: vortex.credential,
			items: Object.keys(lists).map((team) => ({ team })),
			node: invitationNode('getManyByScope', { scopeType: 'team', scopeId: '={{ $json.team }}' }),
		});
		expect(outputs[0].map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
			['a', { item: 0 }],
			['b', { item: 0 }],
			['c', { item: 2 }],
		]);
	});
});

describe('requests at once', () => {
	/** Holds every answer back until as many requests wait as there may be, and a while longer. */
	function holdUntil(full: number) {
		const { opened, open } = gate();
		vortex.answer(async ({ method }, index) => {
			if (index + 1 === full) void sleep(50).then(open);
			await opened;
			return { body: method === 'GET' ? { invitations: [{ id: 'inv-1' }] } : {} };
		});
	}

	it.each([
		['10 unless it is set', {}, 10],
		['1', { concurrency: 1 }, 1],
		['3', { concurrency: 3 }, 3],
		['more than the items', { concurrency: 50 }, 25],
	])('are %s', async (_what, options, most) => {
		holdUntil(most);
		const { json } = await execute(gets(count(25), options));
		expect(json).toHaveLength(25);
		expect(vortex.mostInFlight).toBe(most);
	});

	it('are counted over operations of several requests too', async () => {
		holdUntil(2);
		await execute({
			credential: vortex.credential,
			items: count(6),
			node: invitationNode('acceptAll', {
				userEmail: 'ann@example.com',
				userPhone: '+15551234567',
				options: { concurrency: 2 },
			}),
		});
		expect(vortex.arrivals).toHaveLength(18);
		expect(vortex.mostInFlight).toBe(2);
	});
});

describe('an item that is refused', () => {
	it('names the item, when there are several', async () => {
		answerByName();
		const { error } = await execute(gets(['good', 'bad-1'], { concurrency: 1 }));
		expect(error?.message).toBe('Vortex did not accept these values: bad-1 is bad [Item 1]');
		expect(error).toMatchObject({ httpCode: '400', context: { itemIndex: 1 } });
	});

	it('names no item when there is only one', async () => {
		answerByName();
		const { error } = await execute(gets(['bad-0']));
		expect(error?.message).toBe('Vortex did not accept these values: bad-0 is bad');
		expect(error?.description).not.toContain('of 1');
	});

	it('stops the run and says how much had been done', async () => {
		answerByName();
		const ids = ['a', 'b', 'bad', 'c', 'd', 'e'];
		const { error, outputs } = await execute(gets(ids, { concurrency: 1 }));
		expect(error?.description).toContain('2 of 6 invitations had been fetched before this.');
		expect(vortex.arrivals.map(idOf)).toEqual(['a', 'b', 'bad']);
		expect(outputs).toEqual([]);
	});

	it('lets requests in flight end, and counts them', async () => {
		let isSlowAnswered = false;
		vortex.answer(async (arrival) => {
			const id = idOf(arrival);
			if (id === 'bad') return refused('bad');
			await sleep(50);
			isSlowAnswered = true;
			return found(id);
		});
		const { error } = await execute(gets(['slow', 'bad', 'c', 'd'], { concurrency: 2 }));
		expect(isSlowAnswered).toBe(true);
		expect(error?.description).toContain('1 of 4 invitations had been fetched before this.');
		expect(vortex.arrivals.map(idOf).sort()).toEqual(['bad', 'slow']);
	});

	it('sends nothing of what is ready already, also when the last of several tries fails', async () => {
		vi.spyOn(REAL_CLOCK, 'sleep').mockResolvedValue();
		vortex.answer(async (arrival) => {
			const id = idOf(arrival);
			await sleep(id.startsWith('ready') ? 300 : 50);
			return id === 'bad' ? refused('down', 500) : found(id);
		});
		const ids = ['bad', 'a', 'b', 'ready-1', 'ready-2', 'later'];
		await execute(gets(ids, { concurrency: 3, maxRetries: 1 }));
		const sent = ['bad', 'a', 'b', 'ready-1', 'ready-2', 'bad'];
		expect(vortex.arrivals.map(idOf)).toEqual(sent);
	});

	it.each([
		['read', invitationNode('getManyByScope', TEAM)],
		[
			'write',
			vortexNode('autojoin', 'setDomains', { ...TEAM, domains: 'a.com', componentId: 'c' }),
		],
	])(
		'sends nothing of what is ready already when the answer to a %s is no list',
		async (_, node) => {
			vortex.answer(async ({ url, body }) => {
				const isBad = url.endsWith('/bad') || (body as IDataObject | undefined)?.scope === 'bad';
				await sleep(isBad ? 60 : 150);
				return { body: isBad ? { foo: 1 } : { invitations: [], domains: [] } };
			});
			const items = ['bad', ...count(29)].map((id) => ({ id }));
			const { error } = await execute({ credential: vortex.credential, items, node });
			expect(vortex.arrivals).toHaveLength(10);
			expect(error?.description).toContain('9 of 30 ');
		},
	);

	it('tells what was refused, not what was stopped by it', async () => {
		const tries = gate();
		let ownTries = 0;
		let lookUps = 0;
		vortex.answer(async ({ url, method, body }) => {
			if (method === 'POST') {
				const { user } = body as { user: { email: string } };
				if (user.email.startsWith('a@')) return { status: 409, body: { message: 'gone' } };
				ownTries += 1;
				if (ownTries === 3) tries.open();
				return { status: 429, headers: { 'retry-after': '0' }, body: { message: 'too many' } };
			}
			// Its invitations are accepted one by one, so that they are looked up once more.
			if (url.includes('team-a') && ++lookUps === 2) {
				await tries.opened;
				await sleep(60);
				return refused('no such team');
			}
			return { body: { invitations: [{ id: 'one' }] } };
		});
		const { error } = await execute({
			credential: vortex.credential,
			items: ['a', 'b'].map((name) => ({ name })),
			node: invitationNode('acceptAll', {
				userEmail: '={{ $json.name }}@example.com',
				additionalFields: { scopeType: 'team', scopeId: '=team-{{ $json.name }}' },
			}),
		});
		expect(error?.message).toBe('Vortex did not accept these values: no such team [Item 0]');
	});

	it('stops also an item that only waits for its turn', async () => {
		vortex.answer(({ method }) =>
			method === 'GET' ? { body: { invitations: [] } } : refused('no such widget'),
		);
		const { error } = await execute({
			credential: vortex.credential,
			items: [{}, {}, {}],
			node: invitationNode('create', {
				widgetConfigurationId: 'wc-1',
				targetType: 'email',
				targetValue: 'ann@example.com',
				inviterUserId: 'user-17',
				additionalFields: { ifAlreadyInvited: 'skip' },
			}),
		});
		expect(error?.message).toContain('no such widget');
		expect(vortex.arrivals.map(({ method }) => method)).toEqual(['GET', 'POST']);
	});

	it('reaches the second output with continueErrorOutput', async () => {
		answerByName();
		const { outputs, error } = await execute(
			gets(['a', 'bad-1', 'b', 'bad-3'], {}, 'continueErrorOutput'),
		);
		expect(error).toBeUndefined();
		expect(outputs[0].map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
			['a', { item: 0 }],
			['b', { item: 2 }],
		]);
		expect(outputs[1]).toMatchObject([
			{
				json: { error: 'Vortex did not accept these values: bad-1 is bad [Item 1]' },
				pairedItem: { item: 1 },
			},
			{
				json: { error: 'Vortex did not accept these values: bad-3 is bad [Item 3]' },
				pairedItem: { item: 3 },
			},
		]);
	});

	it('takes its place in the first output with continueRegularOutput', async () => {
		answerByName();
		const { outputs, error } = await execute(gets(['bad-0', 'a'], {}, 'continueRegularOutput'));
		expect(error).toBeUndefined();
		expect(outputs[0]).toMatchObject([
			{
				json: { error: 'Vortex did not accept these values: bad-0 is bad [Item 0]' },
				pairedItem: { item: 0 },
			},
			{ json: { id: 'a' }, pairedItem: { item: 1 } },
		]);
		expect(outputs[0][0].error).toMatchObject({ httpCode: '400', context: { itemIndex: 0 } });
	});

	it('is one of its own when the node itself refuses, before any request', async () => {
		answerByName();
		const { outputs } = await execute(gets(['a', ' ', '..'], {}, 'continueErrorOutput'));
		expect(outputs[0]).toMatchObject([{ json: { id: 'a' } }]);
		expect(outputs[1]).toMatchObject([
			{ json: { error: "'Invitation ID' is empty [Item 1]" }, pairedItem: { item: 1 } },
			{ json: { error: "'Invitation ID' must not be '..' [Item 2]" }, pairedItem: { item: 2 } },
		]);
		expect(vortex.arrivals.map(idOf)).toEqual(['a']);
	});

	it('is one of its own for every item when the credential will not do', async () => {
		const { outputs } = await execute({
			...gets(['a', 'b'], {}, 'continueErrorOutput'),
			credential: { apiKey: ' ', baseUrl: vortex.url },
		});
		expect(outputs[0]).toEqual([]);
		expect(outputs[1].map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			["The 'API Key' in your Vortex credential is empty [Item 0]", { item: 0 }],
			["The 'API Key' in your Vortex credential is empty [Item 1]", { item: 1 }],
		]);
		expect(vortex.arrivals).toEqual([]);
	});

	it('is one of its own too when n8n itself refuses the credential', async () => {
		const { outputs } = await execute({
			credential: undefined,
			items: [{}, {}],
			node: {
				...vortexNode('token', 'generate', { userId: 'user-17' }),
				credentials: undefined,
				onError: 'continueErrorOutput',
			},
		});
		expect(outputs[1].map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			['Node does not have any credentials set [Item 0]', { item: 0 }],
			['Node does not have any credentials set [Item 1]', { item: 1 }],
		]);
	});
});

describe('the message', () => {
	// n8n-workflow replaces messages that contain, anywhere, a code such as EPERM.
	it.each([
		'the role needs superpermissions',
		'approvePermissions is missing',
		'the team Enoentropy is closed',
		'ECONNREFUSED is not a target',
	])("is the service's own: %s", async (message) => {
		vortex.answer([refused(message)]);
		const { error } = await execute(gets(['a', 'b'], { concurrency: 1 }));
		expect(error?.message).toBe(`Vortex did not accept these values: ${message} [Item 0]`);
	});

	it("is the service's own in an error item too", async () => {
		vortex.answer([refused('no superpermissions')]);
		const { outputs } = await execute(gets(['a'], {}, 'continueErrorOutput'));
		expect(outputs[1]).toMatchObject([
			{ json: { error: 'Vortex did not accept these values: no superpermissions' } },
		]);
	});

	it('is our own when a refused value contains such a code', async () => {
		const { error } = await execute({
			credential: vortex.credential,
			node: invitationNode('getManyByTarget', {
				targetType: '={{ "superpermissions" }}',
				targetValue: 'x',
			}),
		});
		expect(error?.message).toBe(
			"'Target Type' cannot be 'superpermissions'. Use one of: email, internal, phone, share, username",
		);
	});

	it.each([
		[
			'a list of texts',
			{ message: ['target.value is empty', 'inviter is missing'] },
			'target.value is empty; inviter is missing',
		],
		['only the name of the status', { error: 'Bad Request' }, 'Bad Request'],
		['a nested text', { error: { message: 'target.value is empty' } }, 'target.value is empty'],
	])('understands %s', async (_form, body, said) => {
		vortex.answer([{ status: 400, body }]);
		const { error } = await execute(gets(['a']));
		expect(error?.message).toBe(`Vortex did not accept these values: ${said}`);
	});

	it.each(['', '<html>Bad</html>'])(
		'is ours alone when the service says nothing: "%s"',
		async (body) => {
			vortex.answer([{ status: 400, body }]);
			const { error } = await execute(gets(['a']));
			expect(error?.message).toBe('Vortex did not accept these values');
		},
	);
});

describe('the API key', () => {
	const SECRET = API_KEY.split('.')[2];

	it.each<[what: string, answer: Answer]>([
		['in the message', refused(`Key ${API_KEY} is not valid`, 401)],
		['in a list of messages', refused([`a ${API_KEY}`, `b ${API_KEY} ${API_KEY}`])],
		['in the name of the status', { status: 403, body: { error: `no ${API_KEY}` } }],
		['by its secret part alone', refused(`secret ${SECRET} does not match`)],
		['in a page', { status: 502, body: `<html>x-api-key: ${API_KEY}</html>` }],
		['in the address of a redirect', { status: 302, headers: { Location: `/?${API_KEY}` } }],
		['in a page with a success status', { body: `<html>x-api-key: ${API_KEY}</html>` }],
	])('does not come back when the service echoes it %s', async (_where, answer) => {
		for (const onError of [undefined, 'continueErrorOutput', 'continueRegularOutput'] as const) {
			vortex.answer([answer]);
			const { run, error, outputs } = await execute(gets(['a'], { maxRetries: 0 }, onError));
			expect(error ?? outputs.flat()[0]?.error).toBeDefined();
			expect(vortex.arrivals.at(-1)?.headers['x-api-key']).toBe(API_KEY);
			for (const everything of [
				inspect(run, { depth: null, showHidden: true }),
				JSON.stringify(run),
			]) {
				expect(everything).not.toContain(SECRET);
			}
		}
	});

	it.each(['silence', 'reset'] as const)('does not come back after %s', async (outage) => {
		vortex.answer([outage]);
		const { run, error } = await execute(gets(['a'], { maxRetries: 0, timeout: 100 }));
		expect(error).toBeDefined();
		expect(inspect(run, { depth: null, showHidden: true })).not.toContain(SECRET);
	});

	it('is not in what a successful run stores', async () => {
		vortex.answer([found('a')]);
		const { run, json } = await execute(gets(['a']));
		expect(json).toHaveLength(1);
		expect(inspect(run, { depth: null, showHidden: true })).not.toContain(SECRET);
	});
});

describe('cancelling', () => {
	/** Starts the node, waits for `requests` of its requests, cancels, and waits for the end. */
	async function cancelAfter(requests: number, setup: Parameters<typeof start>[0]) {
		const execution = start(setup);
		await vi.waitFor(() => expect(vortex.arrivals).toHaveLength(requests), { timeout: 5_000 });
		execution.cancel();
		await execution.catch(() => undefined);
	}

	it.each([undefined, 'continueRegularOutput'] as const)(
		'ends the wait for answers and begins nothing new (%s)',
		async (onError) => {
			vortex.answer(['silence']);
			await cancelAfter(2, gets(count(6), { concurrency: 2 }, onError));
			await sleep(20);
			expect(vortex.arrivals).toHaveLength(2);
		},
	);

	it('ends a pause that the service asked for', async () => {
		vortex.answer([{ status: 429, headers: { 'Retry-After': '60' } }]);
		await cancelAfter(1, gets(count(3), { concurrency: 1 }));
		expect(vortex.arrivals).toHaveLength(1);
	});
});
