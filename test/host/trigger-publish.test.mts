// What publishing checks and says, and what the panel of the node tells the user.
import { HookContext } from 'n8n-core';
import { NodeOperationError, type INodeParameters, type WorkflowActivateMode } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { VortexTrigger } from '../../nodes/VortexTrigger/VortexTrigger.node';
import { makeWorkflow, type Credential } from './n8n.mts';

const SECRET = ['whsec', 'publish'].join('_');

const { description, webhookMethods } = new VortexTrigger();

interface Published {
	mode?: WorkflowActivateMode;
	parameters?: INodeParameters;
	/** One with a secret unless told; `null` for one that has been deleted. */
	credential?: Credential | null;
}

/** Calls one of the node's webhook methods as n8n calls it. */
async function call(
	method: keyof (typeof webhookMethods)['default'],
	{ mode = 'activate', parameters = {}, credential = { webhookSecret: SECRET } }: Published = {},
): Promise<boolean> {
	const { workflow, node, additionalData } = makeWorkflow({
		credential: credential ?? undefined,
		node: { type: 'n8n-nodes-vortex.vortexTrigger', parameters },
	});
	const executionMode = mode === 'manual' ? 'manual' : 'trigger';
	const context = new HookContext(workflow, node, additionalData, executionMode, mode);
	return await webhookMethods.default[method].call(context);
}

/** What stops the publishing: n8n shows the message and nothing else. */
async function refusal(published: Published): Promise<string> {
	const error: unknown = await call('create', published).catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(NodeOperationError);
	const { message } = error as NodeOperationError;
	expect(message).toMatch(/then publish again$/);
	return message;
}

const CHECKING = ['activate', 'update', 'manual'] as const;
const STARTING = ['init', 'leadershipChange'] as const;

const EMPTY_SECRETS = [undefined, null, '', ' ,\n', 17];

describe('publishing', () => {
	it.each(CHECKING)('succeeds with a secret and an event: %s', async (mode) => {
		expect(await call('create', { mode })).toBe(true);
		expect(await call('create', { mode, credential: { webhookSecret: `${SECRET}, b` } })).toBe(
			true,
		);
	});

	it.each(CHECKING)('without a secret says by its message alone what to do: %s', async (mode) => {
		for (const webhookSecret of EMPTY_SECRETS) {
			const message = await refusal({ mode, credential: { webhookSecret } });
			expect(message).toMatch(/In Vortex, .*Integrations > Webhooks.*copy the signing secret/);
			expect(message).toMatch(/In n8n, .*'Webhook Signing Secret' of the Vortex credential/);
		}
	});

	it.each([['={{ [] }}'], ['={{ "" }}'], ['={{ null }}'], ['={{ [""] }}'], [[]]])(
		'without an event is refused: %j',
		async (events) => {
			expect(await refusal({ parameters: { events } })).toMatch(/'Trigger On'/);
		},
	);

	it.each([
		{ events: '={{ [] }}', options: { otherEvents: 'widget_error' } },
		{ events: '={{ "member.created" }}' },
		{ events: ['*'], options: { maxAgeMinutes: 0 } },
		{ events: ['*'], options: { maxAgeMinutes: '={{ 0.5 }}' } },
		{ events: ['*'], options: { maxAgeMinutes: '={{ "15" }}' } },
	])('succeeds with %j', async (parameters) => {
		expect(await call('create', { parameters })).toBe(true);
	});

	it.each(['={{ "soon" }}', '={{ -1 }}', -5, '={{ {} }}', '={{ NaN }}'])(
		'with a greatest age of %j is refused',
		async (maxAgeMinutes) => {
			expect(await refusal({ parameters: { options: { maxAgeMinutes } } })).toMatch(
				/'Max Age \(Minutes\)'/,
			);
		},
	);

	it('never says the secret', async () => {
		expect(await refusal({ parameters: { events: '={{ [] }}' } })).not.toContain(SECRET);
	});

	it('checks and registers again each time, as Vortex cannot be asked', async () => {
		expect(await call('checkExists')).toBe(false);
	});

	it('has nothing to undo', async () => {
		expect(await call('delete')).toBe(true);
		expect(await call('delete', { credential: {} })).toBe(true);
	});
});

describe('a start of n8n, or a change of its leader', () => {
	it.each(STARTING)('never fails for a missing secret or a bad setting: %s', async (mode) => {
		const parameters = { events: '={{ [] }}', options: { maxAgeMinutes: -1 } };
		expect(await call('create', { mode, parameters })).toBe(true);
		expect(await call('create', { mode, credential: {} })).toBe(true);
	});

	it.each(STARTING)('never fails for a credential that is gone: %s', async (mode) => {
		expect(await call('create', { mode, credential: null })).toBe(true);
	});
});

describe('the description', () => {
	it('has one webhook that is answered when the execution is stored', () => {
		expect(description.webhooks).toEqual([
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'vortex',
				responseMode: 'onReceived',
				responseData: '{"received":true}',
			},
		]);
	});

	it('is that of the contract', () => {
		expect(description).toMatchObject({
			name: 'vortexTrigger',
			version: 1,
			group: ['trigger'],
			inputs: [],
			credentials: [{ name: 'vortexApi', required: true }],
		});
		const options = description.properties.find(({ name }) => name === 'options')?.options;
		expect(options).toMatchObject([
			{ name: 'ignoreDuplicates', default: true },
			{ name: 'maxAgeMinutes', default: 0 },
			{ name: 'otherEvents', default: '' },
		]);
	});

	it('guides in five steps, above the parameters', () => {
		const [notice] = description.properties;
		expect(notice.type).toBe('notice');
		const steps = notice.displayName.match(/(?<=<li>).*?(?=<\/li>)/g) ?? [];
		const topics = [
			/Test URL.*Production URL/,
			/Integrations > Webhooks/,
			/URL.*events/,
			/signing secret/,
			/Webhook Signing Secret.*credential/,
		];
		expect(steps).toEqual(topics.map((topic) => expect.stringMatching(topic)));
	});

	it.each(['inactive', 'active'] as const)('tells the two URLs apart in the panel, %s', (state) => {
		const { executionsHelp } = description.triggerPanel as {
			executionsHelp: Record<typeof state, string>;
		};
		expect(executionsHelp[state]).toContain('Test URL');
		expect(executionsHelp[state]).toContain('Production URL');
	});

	it('says where to look while it waits, and when it is published', () => {
		expect(description.eventTriggerDescription).toContain('Test URL');
		expect(description.activationMessage).toContain('Production URL');
		expect(description.activationMessage).toContain('Test URL');
	});
});
