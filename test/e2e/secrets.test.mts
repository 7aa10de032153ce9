// What a real n8n stores and logs when everything goes wrong: no secret is in any of its files, nor in its answers.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, it } from 'vitest';
import { canvas, vortex, vortexTrigger, type Step } from '../demo/workflows/canvas.mts';
import type { CredentialRef } from '../n8n-host/stage.mts';
import { waitFor } from '../support/say.mts';
import { useScriptedServer, type Answer, type Outage } from '../support/scripted.mts';
import { findSecrets, signingKeyOf, type Secrets } from '../support/secrets.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage({ N8N_LOG_LEVEL: 'debug' });
const service = useScriptedServer();

const OTHER_HOOK_SECRET = `whsec_${randomBytes(24).toString('base64url')}`;
const PASSWORD = randomBytes(18).toString('base64url');

let secrets: Secrets;

/** Everything that n8n has answered. */
const answered: string[] = [];

beforeAll(() => {
	secrets = {
		'the API key': stage.apiKey,
		"the API key's secret": stage.apiKey.split('.')[2],
		'the derived signing key': signingKeyOf(stage.apiKey),
		'the first webhook secret': stage.webhookSecret,
		'the second webhook secret': OTHER_HOOK_SECRET,
		"the base URL's password": PASSWORD,
	};
});

/** The credential with both webhook secrets, for a service that sends back what it was sent. */
async function addCredential(changes: Parameters<typeof stage.addCredential>[1] = {}) {
	return await stage.addCredential('Planted', {
		webhookSecret: `${stage.webhookSecret}, ${OTHER_HOOK_SECRET}`,
		baseUrl: service.url,
		...changes,
	});
}

const setting = (vortexApi: CredentialRef) => ({
	webhookId: randomUUID(),
	vortexApi,
	sandboxUrl: stage.sandboxUrl,
});

function webhook(webhookId: string): Step {
	return {
		name: 'Start',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId,
		parameters: { httpMethod: 'POST', path: webhookId, responseMode: 'lastNode', options: {} },
	};
}

/** Publishes a row of steps and gives a way to run them and wait for their end. */
async function publish(name: string, steps: Step[]) {
	const webhookId = randomUUID();
	const { id } = await stage.n8n.publish(canvas(name, [webhook(webhookId), ...steps], ''));
	const run = async (body: object = {}) => {
		const answer = await fetch(`${stage.n8n.url}/webhook/${webhookId}`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});
		const text = await answer.text();
		answered.push(text);
		return text;
	};
	return { id, run };
}

const OPTIONS = { options: { timeout: 500, maxRetries: 0 } };

const READ = { resource: 'invitation', operation: 'get', invitationId: 'inv-1', ...OPTIONS };

const WRITE = {
	resource: 'invitation',
	operation: 'create',
	widgetConfigurationId: 'wc-1',
	targetType: 'email',
	targetValue: 'a@example.com',
	inviterUserId: 'user-17',
	...OPTIONS,
};

const DELETE = { ...READ, operation: 'revoke' };

const goOn = (step: Step): Step => ({ ...step, onError: 'continueRegularOutput' });

const refusals: Answer[] = [400, 401, 403, 404, 409, 422, 429, 500, 503].map((status) => ({
	status,
}));

const FAULTS: Array<Answer | Outage> = [
	...refusals,
	{ status: 302, headers: { Location: 'KEY' } },
	{ status: 200, body: '<html>KEY</html>' },
	'silence',
	'reset',
];

/** Lets the service answer with a fault in which the key that was sent stands wherever there is room. */
function misbehave(fault: Answer | Outage) {
	service.answer(({ headers }) => {
		if (typeof fault === 'string') return fault;
		const key = String(headers['x-api-key']);
		const body = fault.body ?? { message: [`Key ${key}`, key], error: key };
		const location = `http://127.0.0.1:9/${key}?key=${key}`;
		return {
			status: fault.status,
			headers: { 'X-Key': key, ...(fault.headers && { Location: location }) },
			body: typeof body === 'string' ? body.replace('KEY', key) : body,
		};
	});
}

it('every operation meets every fault', async () => {
	const good = setting(await addCredential());
	const stopping = await publish('Stops', [vortex('Read', good, READ)]);
	const writing = await publish('Stops at a write', [vortex('Write', good, WRITE)]);
	const going = await publish('Goes on', [
		goOn(vortex('Read', good, READ)),
		goOn(vortex('Write', good, WRITE)),
		goOn(vortex('Delete', good, DELETE)),
	]);
	for (const fault of FAULTS) {
		misbehave(fault);
		const before = service.arrivals.length;
		for (const { run } of [stopping, writing, going]) await run();
		expect(service.arrivals.length - before).toBe(5);
	}
	const executions = await stage.n8n.executions(stopping.id);
	expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['error']));
});

it.each([
	['a password and nobody there', () => ({ baseUrl: `http://user:${PASSWORD}@127.0.0.1:9` })],
	['a password and a blank', () => ({ baseUrl: `https://user:${PASSWORD}@a b` })],
	['a password, and an answer', () => ({ baseUrl: service.url.replace('//', `//u:${PASSWORD}@`) })],
	['the key as its host', () => ({ baseUrl: `http://${stage.apiKey}.invalid` })],
	['the key instead', () => ({ baseUrl: stage.apiKey })],
	['the key as a folder', () => ({ baseUrl: `${service.url}/${stage.apiKey}` })],
])('the base URL has %s', async (_what, changes) => {
	const bad = setting(await addCredential(changes()));
	service.answer(({ url }) => ({ status: 404, body: { message: `Cannot GET ${url}` } }));
	const { run } = await publish('Bad base URL', [
		goOn(vortex('Read', bad, READ)),
		goOn(vortex('Write', bad, WRITE)),
		vortex('Delete', bad, DELETE),
	]);
	await run();
});

it('the API key is damaged, tried, and used to sign all the same', async () => {
	misbehave({ status: 401 });
	const damaged = setting(await addCredential({ apiKey: `${stage.apiKey} ${stage.apiKey}` }));
	const { run } = await publish('Damaged key', [
		goOn(vortex('Read', damaged, READ)),
		goOn(vortex('Sign', damaged, { resource: 'token', operation: 'generate', userId: 'u' })),
	]);
	await run();
	for (const { name, id } of [damaged.vortexApi, await addCredential()]) {
		const data = { apiKey: stage.apiKey, webhookSecret: stage.webhookSecret, baseUrl: service.url };
		const tried = await stage.n8n.call('POST', '/rest/credentials/test', {
			credentials: { id, name, type: 'vortexApi', data },
		});
		answered.push(JSON.stringify(tried));
	}
});

let token = '';

it('a token is made, and what cannot be signed is refused', async () => {
	const good = setting(await addCredential());
	const sign = { resource: 'token', operation: 'generate', payloadMode: 'json' };
	const { run } = await publish('Tokens', [
		goOn(vortex('No JSON', good, { ...sign, payload: '{"a":' })),
		goOn(vortex('No user', good, { resource: 'token', operation: 'signUser', user: '{}' })),
		goOn(
			vortex('Verify', good, {
				resource: 'webhook',
				operation: 'verify',
				body: '{}',
				signature: 'forged',
			}),
		),
		vortex('Token', good, { ...sign, payload: '{"user":{"id":"u"}}' }),
	]);
	token = (JSON.parse(await run()) as { token: string }).token;
	expect(token).toMatch(/^\w+\.\w+\.[\w-]+$/);
});

it('the trigger takes and refuses deliveries', async () => {
	const good = setting(await addCredential());
	const flow = canvas('Trigger', [vortexTrigger(good, ['*'])], '');
	const { id } = await stage.n8n.publish(flow);
	const deliver = async (secret: string, more: Record<string, string> = {}) => {
		const body = JSON.stringify({ id: randomUUID(), type: 'invitation.accepted' });
		const signature = createHmac('sha256', secret).update(body).digest('hex');
		const answer = await fetch(`${stage.n8n.url}/webhook/${good.webhookId}/vortex`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'X-Vortex-Signature': signature, ...more },
			body,
		});
		answered.push(await answer.text(), JSON.stringify([...answer.headers]));
		return answer.status;
	};
	const statuses = [
		await deliver(stage.webhookSecret),
		await deliver(OTHER_HOOK_SECRET),
		await deliver('forged'),
		await deliver(`${stage.webhookSecret}, ${OTHER_HOOK_SECRET}`),
		await deliver(stage.webhookSecret, { 'Content-Encoding': 'gzip' }),
	];
	expect(statuses).toEqual([200, 200, 401, 401, 500]);
	await waitFor('The executions', 30, async () => {
		const stored = await stage.n8n.executions(id);
		return stored.length === 2 && stored.every(({ status }) => status === 'success')
			? true
			: undefined;
	});
});

it('a trigger without a secret is not published', async () => {
	const without = setting(await addCredential({ webhookSecret: ' , ' }));
	const flow = canvas('No secret', [vortexTrigger(without, ['*'])], '');
	const refused: unknown = await stage.n8n.publish(flow).catch((reason: unknown) => reason);
	expect(String(refused)).toContain('signing secret is missing');
	answered.push(String(refused));
});

/** Every file that n8n has written: database, logs, settings; not the packages that were installed. */
async function filesOf(folder: string): Promise<Array<[name: string, bytes: Buffer]>> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return await Promise.all(
		entries
			.filter((entry) => entry.isFile() && !/node_modules|\/\.cache/.test(entry.parentPath))
			.map(async ({ parentPath, name }): Promise<[string, Buffer]> => {
				const file = path.join(parentPath, name);
				return [path.relative(folder, file), await readFile(file)];
			}),
	);
}

/** The tables in which a text stands. */
function tablesWith(database: DatabaseSync, text: string): string[] {
	const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
	return tables
		.map(({ name }) => String(name))
		.filter((name) =>
			database
				.prepare(`SELECT * FROM "${name}"`)
				.all()
				.some((row) => Object.values(row).some((value) => String(value).includes(text))),
		);
}

/** n8n's own line of a credential test that was refused. No other line is like it. */
const REFUSED_TEST = /^.*Credential test failed.*"file": "credentials-tester\.service\.js".*$/gm;

/** What n8n has written, but for the lines in which this n8n repeats a service's answer to a credential test. */
function withoutQuirk([name, bytes]: [string, Buffer]): [string, Buffer] {
	if (name !== 'n8n.log' || !has('logsRefusedTests')) return [name, bytes];
	return [name, Buffer.from(bytes.toString('latin1').replace(REFUSED_TEST, ''), 'latin1')];
}

it('no secret is in what n8n has answered, logged or stored', async () => {
	const folder = path.dirname(stage.n8n.logFile);
	const running = await filesOf(folder);
	await stage.n8n.stop();
	const stopped = await filesOf(folder);
	const names = [...running, ...stopped].map(([name]) => name);
	expect(names).toEqual(expect.arrayContaining(['n8n.log', '.n8n/database.sqlite']));
	expect(names.some((name) => name.endsWith('-wal'))).toBe(true);

	const log = stopped.find(([name]) => name === 'n8n.log')?.[1].toString() ?? '';
	expect(log).toMatch(/debug|Started execution/);
	expect(log).not.toContain(token);
	expect(log.match(REFUSED_TEST) ?? []).toHaveLength(has('logsRefusedTests') ? 2 : 0);
	const found = [
		...findSecrets('the answers', answered.join('\n'), secrets),
		...[...running, ...stopped]
			.map(withoutQuirk)
			.flatMap(([name, bytes]) => findSecrets(name, bytes, secrets)),
	];
	expect(found).toEqual([]);

	const database = new DatabaseSync(path.join(folder, '.n8n/database.sqlite'), { readOnly: true });
	// It was really used, and its one place in the clear is the output of the step that made the token.
	expect(tablesWith(database, 'Vortex does not know the API key')).toEqual(['execution_data']);
	expect(tablesWith(database, token)).toEqual(['execution_data']);
	const holders = database
		.prepare('SELECT data FROM execution_data')
		.all()
		.filter(({ data }) => String(data).includes(token));
	expect(holders).toHaveLength(1);
	database.close();
});
