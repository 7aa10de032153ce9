// What a finished item has done is not done again: by Retry On Fail, by Executions → Retry, in a loop.
import { ExecuteContext } from 'n8n-core';
import { createRunExecutionData, type INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { Vortex } from '../../nodes/Vortex/Vortex.node';
import { useScriptedServer } from '../support/scripted.mts';
import { vortexNode } from '../support/vortex.mts';
import { makeWorkflow } from './n8n.mts';

const vortex = useScriptedServer();

const CREATE: INodeParameters = {
	widgetConfigurationId: 'wc-1',
	targetType: 'email',
	targetValue: '={{ $json.email }}',
	inviterUserId: 'user-17',
	options: { concurrency: 1 },
};

/** An execution that n8n has stored: what it remembers of the node goes on into the next try. */
class StoredExecution {
	data = createRunExecutionData();

	/** One try of the node, as n8n makes it. */
	async run(
		items: object[],
		parameters: INodeParameters = CREATE,
		{ runIndex = 0, operation = 'create', onError = 'stopWorkflow', credentialId = '1' } = {},
	) {
		const credential = vortex.credential;
		const node = {
			...vortexNode('invitation', operation, parameters),
			onError: onError as never,
			credentials: { vortexApi: { id: credentialId, name: 'Vortex' } },
		};
		const setup = makeWorkflow({ credential, items, node });
		const input = items.map((json) => ({ json: json as never }));
		const context = new ExecuteContext(
			setup.workflow,
			setup.node,
			setup.additionalData,
			'manual',
			this.data,
			runIndex,
			input,
			{ main: [input] },
			{ node: setup.node, data: { main: [input] }, source: null },
			[],
		);
		const before = vortex.arrivals.length;
		const outputs = await new Vortex().execute
			.call(context as never)
			.catch((error: Error) => error);
		return {
			json: outputs instanceof Error ? outputs : outputs[0].map(({ json }) => json),
			invited: vortex.arrivals.slice(before).map(({ body, url }) => inviteeOf(body) ?? url),
		};
	}

	/** What n8n writes into its database and reads back. */
	store(): void {
		this.data = JSON.parse(JSON.stringify(this.data));
	}

	get remembered(): string {
		return JSON.stringify(this.data.executionData?.contextData ?? {});
	}
}

function inviteeOf(body: unknown): string | undefined {
	return (body as { target?: { value: string } } | undefined)?.target?.value;
}

/** Invites everybody but those named, who are refused. */
function refuse(...refused: string[]) {
	vortex.answer(({ body }) => {
		const invitee = String(inviteeOf(body));
		return refused.includes(invitee)
			? { status: 422, body: { message: 'No.' } }
			: { status: 201, body: { id: `id-of-${invitee}`, shortLink: 'x' } };
	});
}

const ITEMS = [{ email: 'a' }, { email: 'b' }, { email: 'c' }];
const idOf = (email: string) => expect.objectContaining({ id: `id-of-${email}` });

describe('a later try', () => {
	it('does only what is not finished, and returns the results of all', async () => {
		const execution = new StoredExecution();
		refuse('c');
		expect((await execution.run(ITEMS)).invited).toEqual(['a', 'b', 'c']);
		execution.store();
		refuse();
		const { invited, json } = await execution.run(ITEMS);
		expect(invited).toEqual(['c']);
		expect(json).toEqual([idOf('a'), idOf('b'), idOf('c')]);
	});

	it('does nothing again when only the look of the results was edited', async () => {
		const execution = new StoredExecution();
		vortex.answer([{ body: { id: 'inv-1' } }, { status: 400 }]);
		const items = [{ id: 'inv-1' }, { id: 'inv-2' }];
		const parameters = { invitationId: '={{ $json.id }}', options: { concurrency: 1 } };
		await execution.run(items, parameters, { operation: 'resend' });
		vortex.answer([{ body: { id: 'inv-2' } }]);
		const edited = { ...parameters, simplify: false, options: { concurrency: 1, timeout: 9 } };
		const { invited } = await execution.run(items, edited, { operation: 'resend' });
		expect(invited).toEqual(['/api/v1/invitations/inv-2/reinvite']);
	});

	it.each([
		['another target', { targetValue: '={{ $json.email + "2" }}' }, ['a2', 'b2', 'c2']],
		['another inviter', { inviterUserId: 'user-18' }, ['a', 'b', 'c']],
		['one more field', { additionalFields: { subtype: 'x' } }, ['a', 'b', 'c']],
	])(
		'does everything when the workflow was edited to ask for %s',
		async (_what, edit, expected) => {
			const execution = new StoredExecution();
			refuse('c');
			await execution.run(ITEMS);
			refuse();
			expect((await execution.run(ITEMS, { ...CREATE, ...edit })).invited).toEqual(expected);
		},
	);

	it('does everything when the workflow was edited to use another credential', async () => {
		const execution = new StoredExecution();
		refuse('c');
		await execution.run(ITEMS);
		refuse();
		const { invited } = await execution.run(ITEMS, CREATE, { credentialId: '2' });
		expect(invited).toEqual(['a', 'b', 'c']);
	});

	it('does an item again whose input has changed, and no other', async () => {
		const execution = new StoredExecution();
		refuse('c');
		await execution.run(ITEMS);
		refuse();
		const changed = [{ email: 'a' }, { email: 'x' }, { email: 'c' }];
		expect((await execution.run(changed)).invited).toEqual(['x', 'c']);
	});

	it.each(['={{ $now.toISO() }}', '={{ String(Math.random()) }}'])(
		'does nothing again because of a field that is different at each try: %s',
		async (source) => {
			const execution = new StoredExecution();
			const parameters = { ...CREATE, additionalFields: { source } };
			refuse('c');
			await execution.run(ITEMS, parameters);
			refuse();
			expect((await execution.run(ITEMS, parameters)).invited).toEqual(['c']);
		},
	);

	it('does another operation', async () => {
		const execution = new StoredExecution();
		const parameters = { invitationId: '={{ $json.id }}', options: { concurrency: 1 } };
		const items = [{ id: '1' }, { id: '2' }];
		vortex.answer([{ body: {} }, { status: 400 }]);
		await execution.run(items, parameters, { operation: 'resend' });
		vortex.answer([{}]);
		const { invited } = await execution.run(items, parameters, { operation: 'revoke' });
		expect(invited).toHaveLength(2);
	});

	it('after a normal return whose first item was refused does not repeat the others', async () => {
		const execution = new StoredExecution();
		const onError = 'continueRegularOutput';
		refuse('a');
		const first = await execution.run(ITEMS, CREATE, { onError });
		expect(first.json).toEqual([{ error: expect.stringContaining('No.') }, idOf('b'), idOf('c')]);
		refuse();
		const second = await execution.run(ITEMS, CREATE, { onError });
		expect(second.invited).toEqual(['a']);
		expect(second.json).toEqual([idOf('a'), idOf('b'), idOf('c')]);
	});

	it('does again what is not known', async () => {
		const execution = new StoredExecution();
		vortex.answer(['reset']);
		expect((await execution.run([{ email: 'a' }])).json).toBeInstanceOf(Error);
		refuse();
		expect((await execution.run([{ email: 'a' }])).invited).toEqual(['a']);
	});
});

describe('a loop', () => {
	it('does the same item in each of its runs', async () => {
		const execution = new StoredExecution();
		refuse('b');
		await execution.run(ITEMS.slice(0, 2), CREATE, { runIndex: 0 });
		refuse();
		const { invited } = await execution.run(ITEMS.slice(0, 2), CREATE, { runIndex: 1 });
		expect(invited).toEqual(['a', 'b']);
	});
});

describe('what is remembered', () => {
	it('is nothing after a run that went well', async () => {
		const execution = new StoredExecution();
		refuse('b');
		await execution.run(ITEMS);
		expect(execution.remembered).toContain('id-of-a');
		refuse();
		await execution.run(ITEMS);
		expect(execution.remembered).not.toContain('id-of-a');
	});

	it('is nothing of what only reads', async () => {
		const execution = new StoredExecution();
		vortex.answer([{ body: { id: 'inv-1' } }, { status: 404 }]);
		const items = [{ id: '1' }, { id: '2' }];
		const parameters = { invitationId: '={{ $json.id }}', options: { concurrency: 1 } };
		await execution.run(items, parameters, { operation: 'get' });
		expect(execution.remembered).not.toContain('inv-1');
	});

	it('stays small, and still knows every finished item', async () => {
		const execution = new StoredExecution();
		const items = Array.from({ length: 400 }, (_, index) => ({ email: `p${index}` }));
		const last = 'p399';
		const long = 'x'.repeat(4_000);
		vortex.answer(({ body }) =>
			inviteeOf(body) === last
				? { status: 422 }
				: { body: { id: `id-of-${inviteeOf(body)}`, shortLink: long } },
		);
		const parameters = { ...CREATE, options: { concurrency: 10 } };
		await execution.run(items, parameters);
		expect(execution.remembered.length).toBeLessThan(350_000);
		refuse();
		const { invited, json } = await execution.run(items, parameters);
		expect(invited).toEqual([last]);
		expect(json).toHaveLength(400);
		expect((json as unknown[])[398]).toEqual({ id: 'id-of-p398' });
	});

	it('is dropped for runs long past in a long loop', async () => {
		const execution = new StoredExecution();
		for (let runIndex = 0; runIndex < 60; runIndex += 1) {
			refuse('b');
			await execution.run(ITEMS.slice(0, 2), CREATE, { runIndex });
		}
		expect(execution.remembered.match(/id-of-a/g)?.length).toBeLessThanOrEqual(20);
	});
});
