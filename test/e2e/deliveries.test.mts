// The contract's table of deliveries, against published triggers of a real n8n.
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { webhookEvent } from '../sandbox/events.mts';
import { sign } from '../sandbox/webhooks.mts';
import { ended, NOTHING, triggerStep, triggerUrl, workflow, type Step } from './flows.mts';
import { useStage } from './host.mts';

const stage = useStage();

const MINUTE = 60_000;

interface Listener {
	id: string;
	trigger: Step;
}

interface Answer {
	status: number;
	type: string;
	body: string;
}

let open: Listener;
let withAge: Listener;
let withRepeats: Listener;
let withoutSecret: Listener;

async function listen(
	name: string,
	options: object,
	changes: { webhookSecret?: string } = {},
): Promise<Listener> {
	const trigger = triggerStep(await stage.addCredential(name, changes), { options });
	const { id } = await stage.n8n.publish(workflow(name, [trigger, NOTHING]));
	return { id, trigger };
}

beforeAll(async () => {
	open = await listen('Open', {});
	withAge = await listen('With age', { maxAgeMinutes: 10 });
	withRepeats = await listen('With repeats', { ignoreDuplicates: false });
	withoutSecret = await listen('Without secret', {});
	const { apiKey, sandboxUrl: baseUrl } = stage;
	const { vortexApi } = withoutSecret.trigger.credentials ?? {};
	if (vortexApi === undefined) throw new Error('The trigger has no credential.');
	await stage.n8n.changeCredential(vortexApi, 'vortexApi', { apiKey, baseUrl, webhookSecret: '' });
});

const newEvent = (more: object = {}) => ({
	...webhookEvent({
		type: 'invitation.accepted',
		sourceTable: 'invitations',
		operation: 'update',
		data: { targetEmail: 'nathan@example.com' },
	}),
	...more,
});

async function deliver(
	{ trigger }: Listener,
	body: string | Buffer,
	headers: Record<string, string> = {
		'X-Vortex-Signature': sign(String(body), stage.webhookSecret),
	},
): Promise<Answer> {
	const answer = await fetch(triggerUrl(stage, trigger), {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', ...headers },
		body,
	});
	const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
	return { status: answer.status, type, body: await answer.text() };
}

const RECEIVED: Answer = { status: 200, type: 'application/json', body: '{"received":true}' };

/**
 * Delivers, and then something good: an execution that the first began would be stored by the time
 * that of the good one is.
 *
 * @returns how many executions the first delivery started
 */
async function startedBy<T>(listener: Listener, delivery: () => Promise<T>): Promise<[T, number]> {
	const before = await stage.n8n.executions(listener.id);
	const answer = await delivery();
	expect(await deliver(listener, JSON.stringify(newEvent()))).toEqual(RECEIVED);
	const after = await ended(stage.n8n, listener.id, before.length + 1);
	return [answer, after.length - before.length - 1];
}

describe('a good signature', () => {
	it('starts one execution', async () => {
		const delivery = async () => await deliver(open, JSON.stringify(newEvent()));
		expect(await startedBy(open, delivery)).toEqual([RECEIVED, 1]);
	});

	it('counts for the bytes as they are, however they are written', async () => {
		const body = `\n ${JSON.stringify(newEvent({ note: 'ünï – 招待' }), null, '\t')} \n`;
		const delivery = async () => await deliver(open, body);
		expect(await startedBy(open, delivery)).toEqual([RECEIVED, 1]);
	});

	it('starts nothing for an event that was not chosen', async () => {
		const body = JSON.stringify(newEvent({ type: 'invitation.created' }));
		expect(await startedBy(open, async () => await deliver(open, body))).toEqual([RECEIVED, 0]);
	});

	it.each(['[]', '"text"', 'null', '1'])('is refused with a body of %s', async (body) => {
		const [answer, started] = await startedBy(open, async () => await deliver(open, body));
		// n8n's own parser takes no bare values.
		expect([400, 422]).toContain(answer.status);
		expect(started).toBe(0);
	});
});

describe('the same event again', () => {
	it('is answered with success and starts nothing', async () => {
		const body = JSON.stringify(newEvent());
		expect(await deliver(open, body)).toEqual(RECEIVED);
		expect(await startedBy(open, async () => await deliver(open, body))).toEqual([RECEIVED, 0]);
	});

	it('starts one execution also when 20 arrive at once', async () => {
		const body = JSON.stringify(newEvent());
		const delivery = async () =>
			await Promise.all(Array.from({ length: 20 }, async () => await deliver(open, body)));
		expect(await startedBy(open, delivery)).toEqual([Array(20).fill(RECEIVED), 1]);
	});

	it('starts the workflow anew when duplicates are wanted', async () => {
		const body = JSON.stringify(newEvent());
		const delivery = async () => [
			await deliver(withRepeats, body),
			await deliver(withRepeats, body),
		];
		expect(await startedBy(withRepeats, delivery)).toEqual([[RECEIVED, RECEIVED], 2]);
	});

	it('starts every workflow that hears of it', async () => {
		const body = JSON.stringify(newEvent());
		await deliver(open, body);
		const delivery = async () => await deliver(withRepeats, body);
		expect(await startedBy(withRepeats, delivery)).toEqual([RECEIVED, 1]);
	});
});

it('is not lost when n8n cannot store the execution: the next try starts it', async () => {
	const body = JSON.stringify(newEvent());
	const database = new DatabaseSync(path.join(stage.n8n.userFolder, '.n8n/database.sqlite'));
	const delivery = async () => {
		database.exec('BEGIN IMMEDIATE');
		const refused = await deliver(open, body);
		database.exec('ROLLBACK');
		return [refused.status, await deliver(open, body)];
	};
	try {
		expect(await startedBy(open, delivery)).toEqual([[500, RECEIVED], 1]);
	} finally {
		database.close();
	}
});

describe('a delivery that cannot be trusted', () => {
	const body = JSON.stringify(newEvent({ id: `evt_${randomUUID()}` }));
	const good = () => sign(body, stage.webhookSecret);

	it.each<[string, () => Record<string, string>]>([
		['no signature', () => ({})],
		['an empty one', () => ({ 'X-Vortex-Signature': '' })],
		['one of another secret', () => ({ 'X-Vortex-Signature': sign(body, 'whsec_other') })],
		['one of another body', () => ({ 'X-Vortex-Signature': sign('{}', stage.webhookSecret) })],
		['a truncated one', () => ({ 'X-Vortex-Signature': good().slice(0, -1) })],
		['a longer one', () => ({ 'X-Vortex-Signature': `${good()}0` })],
		['one in capitals', () => ({ 'X-Vortex-Signature': good().toUpperCase() })],
		['one with a prefix', () => ({ 'X-Vortex-Signature': `sha256=${good()}` })],
		['two of them', () => ({ 'X-Vortex-Signature': `${good()}, ${good()}` })],
		['an unkeyed one', () => ({ 'X-Vortex-Signature': sign(body, '') })],
		['a made-up one', () => ({ 'X-Vortex-Signature': randomBytes(32).toString('hex') })],
	])('has %s: 401 and no execution', async (_what, headers) => {
		const delivery = async () => await deliver(open, body, headers());
		const [answer, started] = await startedBy(open, delivery);
		expect(answer).toMatchObject({ status: 401, type: 'application/json' });
		expect(answer.body).toContain('X-Vortex-Signature');
		expect(answer.body).not.toContain(stage.webhookSecret);
		expect(started).toBe(0);
	});

	it('is good once it is signed', async () => {
		const delivery = async () => await deliver(open, body);
		expect(await startedBy(open, delivery)).toEqual([RECEIVED, 1]);
	});

	it('reaches a trigger whose credential has no secret: 401 and no execution', async () => {
		const { status } = await deliver(withoutSecret, body);
		const unkeyed = await deliver(withoutSecret, body, { 'X-Vortex-Signature': sign(body, '') });
		expect([status, unkeyed.status]).toEqual([401, 401]);
		expect(await stage.n8n.executions(withoutSecret.id)).toEqual([]);
	});

	it.each([
		['too old', -11 * MINUTE],
		['of the future', 6 * MINUTE],
	])('is %s: 401 and no execution', async (_what, shift) => {
		const timestamp = new Date(Date.now() + shift).toISOString();
		const old = JSON.stringify(newEvent({ timestamp }));
		const [answer, started] = await startedBy(withAge, async () => await deliver(withAge, old));
		expect([answer.status, started]).toEqual([401, 0]);
	});
});

describe('a body that n8n itself refuses', () => {
	const signed = (text: string) => ({ 'X-Vortex-Signature': sign(text, stage.webhookSecret) });

	it.each<[string, () => [body: string | Buffer, headers: Record<string, string>]]>([
		['broken JSON', () => ['{"id":', signed('{"id":')]],
		[
			'broken compression',
			() => [gzipSync('{}').subarray(0, 12), { ...signed('{}'), 'Content-Encoding': 'gzip' }],
		],
		[
			'too much',
			() => {
				const body = JSON.stringify(newEvent({ filling: 'x'.repeat(17 * 1024 * 1024) }));
				return [body, signed(body)];
			},
		],
	])('%s: an error and no execution', async (_what, shipment) => {
		const [body, headers] = shipment();
		const [answer, started] = await startedBy(open, async () => await deliver(open, body, headers));
		expect([400, 413, 422, 500]).toContain(answer.status);
		expect(started).toBe(0);
	});
});
