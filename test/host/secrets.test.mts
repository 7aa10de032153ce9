// No error path gives a secret away: not in outputs, errors, memory, hints, logs or the trigger's answers.
import { HookContext, WebhookContext } from 'n8n-core';
import { LoggerProxy, type INodeParameters } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { REAL_CLOCK } from '../../nodes/shared/client';
import { VortexTrigger } from '../../nodes/VortexTrigger/VortexTrigger.node';
import { HurriedClock } from '../support/clock.mts';
import { useScriptedServer, type Answer, type Arrival, type Outage } from '../support/scripted.mts';
import { everythingIn, findSecrets, signingKeyOf } from '../support/secrets.mts';
import { vortexNode } from '../support/vortex.mts';
import { execute, makeWorkflow, type Credential } from './n8n.mts';
import { newEvent, sign, useWebhookHost } from './webhook-host.mts';

/** They open nothing. Put together so that no scanner stumbles. */
const KEY_SECRET = ['planted', 'key', 'to/be+found', '0f3a'].join('-');
const API_KEY = ['VRTX', 'AAAAAAAAQACAAAAAAAAAAQ', KEY_SECRET].join('.');
const HOOK_SECRETS = ['1', '2'].map((one) => ['whsec', 'planted', 'hook', one, '77aa'].join('_'));
const PASSWORD = ['planted', 'password', '5e5e'].join('-');

const SECRETS = {
	'the API key': API_KEY,
	"the API key's secret": KEY_SECRET,
	'the derived signing key': signingKeyOf(API_KEY),
	'the first webhook secret': HOOK_SECRETS[0],
	'the second webhook secret': HOOK_SECRETS[1],
	"the base URL's password": PASSWORD,
};

const vortex = useScriptedServer();
const webhooks = useWebhookHost();

const logged: unknown[] = [];

function keepLogs() {
	const keep =
		(level: string) =>
		(...what: unknown[]) =>
			void logged.push([level, ...what]);
	const logger = {
		error: keep('error'),
		warn: keep('warn'),
		info: keep('info'),
		debug: keep('debug'),
	};
	LoggerProxy.init(logger);
	const everyContext = Object.getPrototypeOf(WebhookContext.prototype) as { logger: object };
	vi.spyOn(everyContext, 'logger', 'get').mockReturnValue(logger);
	for (const level of ['log', 'error', 'warn', 'info', 'debug'] as const) {
		vi.spyOn(console, level).mockImplementation(keep(level));
	}
}

beforeAll(() => expect(findSecrets('a self-test', 'nothing', SECRETS)).toEqual([]));

beforeEach(() => {
	logged.length = 0;
	keepLogs();
	const clock = new HurriedClock();
	vi.spyOn(REAL_CLOCK, 'now').mockImplementation(() => clock.now());
	vi.spyOn(REAL_CLOCK, 'sleep').mockImplementation(async (ms) => await clock.sleep(ms));
});

function expectNoSecret(...values: unknown[]) {
	const found = [...values, logged].flatMap((value, index) =>
		findSecrets(
			index === values.length ? 'the log' : `part ${index + 1}`,
			everythingIn(value),
			SECRETS,
		),
	);
	expect(found).toEqual([]);
}

const credential = (changes: Credential = {}): Credential => ({
	apiKey: API_KEY,
	webhookSecret: HOOK_SECRETS.join(', '),
	baseUrl: vortex.url,
	...changes,
});

const OPERATIONS: Array<[name: string, resource: string, operation: string, INodeParameters]> = [
	['a read', 'invitation', 'get', { invitationId: 'inv-1' }],
	[
		'a write',
		'invitation',
		'create',
		{
			widgetConfigurationId: 'wc-1',
			targetType: 'email',
			targetValue: 'a@example.com',
			inviterUserId: 'user-17',
		},
	],
	['a delete', 'invitation', 'revoke', { invitationId: 'inv-1' }],
	[
		'a look and a write',
		'autojoin',
		'addDomains',
		{ scopeType: 'team', scopeId: 't', componentId: 'c', domains: 'acme.com' },
	],
];

/** Runs an operation for two items, and gives all that n8n knows afterwards. */
async function provoke(
	[, resource, operation, parameters]: (typeof OPERATIONS)[number],
	changes: Credential = {},
) {
	const runs: unknown[] = [];
	for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
		const options = { timeout: 100, maxRetries: 1 };
		const node = { ...vortexNode(resource, operation, { ...parameters, options }), onError };
		const { run, outputs, error } = await execute({
			credential: credential(changes),
			items: [{}, {}],
			node,
		});
		runs.push(run, outputs, error, error?.cause);
	}
	return runs;
}

const echo = ({ headers }: Arrival) => String(headers['x-api-key']);

/** What a service could do with the key that it was sent. */
const ECHOES: Array<[what: string, make: (key: string) => Answer]> = [
	['in its message', (key) => ({ body: { message: `The key ${key} is not known` } })],
	['in a list of messages', (key) => ({ body: { message: [`apiKey ${key} is too old`, key] } })],
	['as the name of its error', (key) => ({ body: { error: `Bad key ${key}` } })],
	[
		'without what is public of it',
		(key) => ({ body: { message: `secret ${key.split('.')[2]}!` } }),
	],
	['twice in a row', (key) => ({ body: { message: key + key } })],
	['in fields that nobody reads', (key) => ({ body: { message: 'No', request: { key } } })],
	['in a page', (key) => ({ body: `<html>${key}</html>` })],
	['in broken JSON', (key) => ({ body: `{"message":"${key}` })],
	['in its headers', (key) => ({ body: { message: 'No' }, headers: { 'X-Key': key } })],
	['in Retry-After', (key) => ({ body: { message: 'No' }, headers: { 'Retry-After': key } })],
	['in a cookie', (key) => ({ body: { message: 'No' }, headers: { 'Set-Cookie': `key=${key}` } })],
];

const STATUSES = [400, 401, 403, 404, 408, 409, 418, 422, 429, 500, 502, 503, 504];

describe.each(OPERATIONS)('%s', (...operation) => {
	it.each(STATUSES)('when the service answers %i and sends the key back', async (status) => {
		for (const [, make] of ECHOES) {
			vortex.answer((arrival) => ({ ...make(echo(arrival)), status }));
			expectNoSecret(...(await provoke(operation)));
		}
	});

	it.each([301, 302, 307, 308])('when it is led elsewhere with the key: %i', async (status) => {
		vortex.answer((arrival) => ({
			status,
			headers: { Location: `http://127.0.0.1:9/${echo(arrival)}?key=${echo(arrival)}` },
		}));
		expectNoSecret(...(await provoke(operation)));
	});

	it.each(['a page', 'broken JSON'])('when a success is %s with the key', async (what) => {
		const make = ECHOES.find(([name]) => name === `in ${what}`)?.[1] as (key: string) => Answer;
		vortex.answer((arrival) => make(echo(arrival)));
		expectNoSecret(...(await provoke(operation)));
	});

	it.each<Outage>(['silence', 'reset'])('when there is %s', async (outage) => {
		vortex.answer([outage]);
		expectNoSecret(...(await provoke(operation)));
	});

	it('when only the second item is refused, and the first is remembered', async () => {
		vortex.answer((arrival, index) =>
			index === 0
				? { body: { id: 'inv-1', invitations: [] } }
				: { status: 403, ...ECHOES[0][1](echo(arrival)) },
		);
		expectNoSecret(...(await provoke(operation)));
	});

	it.each<[string, string]>([
		['has a password and nobody there', `http://user:${PASSWORD}@127.0.0.1:9`],
		['has a password and an unknown name', `http://user:${PASSWORD}@no-such-host.invalid`],
		['has a password and is none', `http://user:${PASSWORD}@`],
		['has a password and a blank', `https://user:${PASSWORD}@a b`],
		['has a password and no host', `https://user:${PASSWORD}@:80`],
		['has the key as its host', `https://${API_KEY}.invalid`],
		['is the key', API_KEY],
		['is the key, as an address', `http://${API_KEY}`],
		['has the key as its port', `http://127.0.0.1:${KEY_SECRET}`],
		['has another scheme', `ftp://user:${PASSWORD}@127.0.0.1/${API_KEY}`],
		['has a query', `http://127.0.0.1:9?key=${API_KEY}`],
		['has encryption that nobody speaks', `https://user:${PASSWORD}@HERE`],
		['has a password, and is answered', `http://user:${PASSWORD}@HERE`],
		['has the key as a folder', `http://HERE/${API_KEY}`],
	])('when the base URL %s', async (_what, baseUrl) => {
		vortex.answer(({ url }) => ({ status: 404, body: { message: `Cannot GET ${url}` } }));
		const here = new URL(vortex.url).host;
		expectNoSecret(...(await provoke(operation, { baseUrl: baseUrl.replace('HERE', here) })));
	});

	it.each<[string, string]>([
		['has a blank inside', `${API_KEY} ${KEY_SECRET}`],
		['has a line break inside', `${API_KEY}\n${KEY_SECRET}`],
		['has an invisible character inside', `${API_KEY}\u200b`],
		['is that of a webhook', HOOK_SECRETS[0]],
	])('when the API key %s', async (_what, apiKey) => {
		vortex.answer((arrival) => ({ status: 401, ...ECHOES[0][1](echo(arrival)) }));
		expectNoSecret(...(await provoke(operation, { apiKey })));
	});

	it('when n8n does not allow the domain', async () => {
		const forbidden = { allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' };
		expectNoSecret(...(await provoke(operation, forbidden as Credential)));
	});
});

describe('signing', () => {
	const broken: Array<[what: string, operation: string, INodeParameters, Credential?]> = [
		['a payload that is no JSON', 'generate', { payloadMode: 'json', payload: '{"a":' }],
		['a payload that is a list', 'generate', { payloadMode: 'json', payload: '[1]' }],
		['no duration', 'generate', { payloadMode: 'fields', userId: 'u', expiresIn: 'soon' }],
		['vars that are no JSON', 'generate', { userId: 'u', additionalFields: { vars: '{' } }],
		['a user that is no JSON', 'generateJwt', { user: '{' }],
		['claims that are no JSON', 'generateJwt', { user: '{"id":"u"}', claims: '{' }],
		['a user without an ID', 'signUser', { user: '{"email":"a@example.com"}' }],
		...['generate', 'generateJwt', 'signUser'].flatMap((operation): typeof broken =>
			[
				`WRONG.AAAAAAAAQACAAAAAAAAAAQ.${KEY_SECRET}`,
				`VRTX.short.${KEY_SECRET}`,
				`VRTX.${KEY_SECRET}`,
				`${API_KEY}.${KEY_SECRET}`,
				`${API_KEY} ${KEY_SECRET}`,
				KEY_SECRET,
			].map((apiKey, index) => [
				`with a key that is badly formed (${index + 1})`,
				operation,
				{ userId: 'u', user: '{"id":"u"}' },
				{ apiKey },
			]),
		),
	];

	it.each(broken)('refuses %s: %s', async (_what, operation, parameters, changes) => {
		const { run, outputs, error } = await execute({
			credential: credential(changes),
			node: vortexNode('token', operation, parameters),
		});
		expect(error).toBeDefined();
		expectNoSecret(run, outputs, error);
	});

	it.each<[string, INodeParameters]>([
		['generate', { userId: 'u' }],
		['generateJwt', { user: '{"id":"u"}' }],
		['signUser', { user: '{"id":"u"}' }],
	])('gives what it has signed, and not with what: %s', async (operation, parameters) => {
		const node = vortexNode('token', operation, parameters);
		const { run, json } = await execute({ credential: credential(), node });
		const [{ token, signature }] = json as Array<Record<string, string>>;
		expect(token ?? signature).toMatch(/\w{20}/);
		expectNoSecret(run, json);
		// Its own output is the only place: n8n's record of the step holds it once.
		const stored = JSON.stringify(run.data.resultData);
		expect(stored.split(token ?? signature)).toHaveLength(2);
		expect(JSON.stringify([run.data.executionData, logged])).not.toContain(token ?? signature);
	});

	it.each([
		['a forged delivery', { body: '{}', signature: 'forged' }, undefined],
		[
			'what is signed and no event',
			{ body: '[1]', signature: sign('[1]', HOOK_SECRETS[1]) },
			undefined,
		],
		['anything without a secret', { body: '{}', signature: 'a' }, { webhookSecret: ' , ' }],
	])('verifies %s', async (_what, parameters, changes) => {
		const { run, outputs, error } = await execute({
			credential: credential(changes),
			node: vortexNode('webhook', 'verify', parameters),
		});
		expectNoSecret(run, outputs, error);
	});
});

describe('the trigger', () => {
	it.each<[string, Credential | null]>([
		['refuses a forgery', {}],
		['refuses everything without a secret', { webhookSecret: '' }],
		['cannot judge without its credential', null],
	])('%s', async (_what, changes) => {
		const given = changes === null ? null : credential(changes);
		const trigger = webhooks.publish({ credential: given });
		const body = JSON.stringify(newEvent());
		const answers = [
			await trigger.deliver(body, { signature: null }),
			await trigger.deliver(body, { signature: sign(body, 'forged') }),
			await trigger.deliver(body, { signature: HOOK_SECRETS[0] }),
			await trigger.deliver(body, { signature: sign(body, HOOK_SECRETS.join(', ')) }),
		];
		expect(trigger.executions).toEqual([]);
		expectNoSecret(answers, trigger.executions);
	});

	it('starts an execution, with the event and nothing else', async () => {
		const trigger = webhooks.publish({ credential: credential() });
		const body = JSON.stringify(newEvent());
		const answer = await trigger.deliver(body, { signature: sign(body, HOOK_SECRETS[1]) });
		expect(trigger.executions).toHaveLength(1);
		expectNoSecret(answer, trigger.executions);
	});

	it('cannot read its settings', async () => {
		const options = { otherEvents: "={{ $('A node that is gone').item.json.x }}" };
		const trigger = webhooks.publish({ credential: credential(), options });
		const body = JSON.stringify(newEvent());
		const answer = await trigger.deliver(body, { signature: sign(body, HOOK_SECRETS[0]) });
		expect(answer.status).toBe(503);
		expect(logged).not.toEqual([]);
		expectNoSecret(answer);
	});

	it.each<[string, INodeParameters, Credential]>([
		['without a secret', { events: ['*'] }, { webhookSecret: ',' }],
		['without an event', { events: [] }, {}],
		['with a bad age', { events: ['*'], options: { maxAgeMinutes: -1 } }, {}],
	])('is not published %s', async (_what, parameters, changes) => {
		const { workflow, node, additionalData } = makeWorkflow({
			credential: credential(changes),
			node: { type: 'n8n-nodes-vortex.vortexTrigger', parameters },
		});
		const context = new HookContext(workflow, node, additionalData, 'trigger', 'activate');
		const { create } = new VortexTrigger().webhookMethods.default;
		const error: unknown = await create.call(context).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(Error);
		expectNoSecret(error, workflow.staticData);
	});
});

describe('this search', () => {
	it.each([
		['in a cause', new Error('a', { cause: new Error(API_KEY) })],
		['in a hidden property', Object.defineProperty({}, 'config', { value: { key: API_KEY } })],
		['in Base64', { auth: Buffer.from(`user:${PASSWORD}`).toString('base64') }],
		['in bytes', { body: Buffer.from(HOOK_SECRETS[1]) }],
		['in a URL', `?key=${encodeURIComponent(API_KEY)}`],
		['as a derived key', { key: signingKeyOf(API_KEY).toString('base64url') }],
		['in a map', new Map([['a', new Set([KEY_SECRET])]])],
	])('finds a secret %s', (_what, value) => {
		expect(findSecrets('it', everythingIn(value), SECRETS)).not.toEqual([]);
	});
});
