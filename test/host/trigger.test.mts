// The contract's table of deliveries, row by row, over HTTP.
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { EVENT_OPTIONS } from '../../nodes/VortexTrigger/events';
import { VortexTrigger } from '../../nodes/VortexTrigger/VortexTrigger.node';
import { ANALYTICS_NAMES, WEBHOOK_TYPES, analyticsEvent } from '../sandbox/events.mts';
import {
	RECEIVED,
	SECRET,
	newEvent,
	sign,
	useWebhookHost,
	type Answer,
	type Shipment,
	type Trigger,
} from './webhook-host.mts';

const host = useWebhookHost();

const MINUTE = 60_000;

const analytics = (name: string) => analyticsEvent(name, { device: 'phone' });

function expectReceived(answer: Answer) {
	expect(answer).toMatchObject({ status: 200, type: 'application/json', body: RECEIVED });
}

function expectStarted(trigger: Trigger, answer: Answer, json: object) {
	expectReceived(answer);
	expect(trigger.executions).toEqual([{ items: [{ json }] }]);
}

function expectIgnored(trigger: Trigger, answer: Answer) {
	expectReceived(answer);
	expect(trigger.executions).toEqual([]);
}

/** Refused with a message for whoever set it up, which gives no secret away. */
function expectRefused(trigger: Trigger, answer: Answer, status: number) {
	expect(answer).toMatchObject({ status, type: 'application/json' });
	expect(JSON.parse(answer.body)).toEqual({ message: expect.stringMatching(/\w+ \w+/) });
	expect(answer.body).not.toContain(SECRET);
	expect(trigger.executions).toEqual([]);
}

/** The host has answered by itself: the node was not asked. */
function expectStoppedByHost(trigger: Trigger, answer: Answer, status: number) {
	expect(answer.status).toBe(status);
	expect(trigger.arrivals).toBe(0);
	expect(trigger.executions).toEqual([]);
}

describe('a good signature and a chosen event', () => {
	const cases: Array<[choice: string, kind: string, what: string, event: object]> = [
		...WEBHOOK_TYPES.map((type): (typeof cases)[number] => [
			type,
			'webhook',
			'its type',
			newEvent({ type }),
		]),
		...ANALYTICS_NAMES.map((name): (typeof cases)[number] => [
			`analytics.${name}`,
			'analytics',
			'its name',
			analytics(name),
		]),
		['analytics', 'analytics', 'a known name', analytics('invitation_sent')],
		['analytics', 'analytics', 'a new name', analytics('a_name_of_tomorrow')],
		['*', 'webhook', 'a known type', newEvent()],
		['*', 'webhook', 'a new type', newEvent({ type: 'type.of.tomorrow' })],
		['*', 'analytics', 'a name', analytics('widget_loaded')],
		['*', 'analytics', 'a name and a type', newEvent({ name: 'both' })],
		['*', 'unknown', 'neither name nor type', { id: 'evt-neither-1', data: { a: [1, null] } }],
		['*', 'unknown', 'nothing in it', {}],
	];

	it.each(cases)('%s starts one execution, kind %s: %s', async (choice, kind, _what, event) => {
		const trigger = host.publish({ events: [choice] });
		expectStarted(trigger, await trigger.deliver(event), { ...event, kind });
	});

	it('has tried every choice that the node offers', () => {
		const offered = EVENT_OPTIONS.map(({ value }) => value);
		expect([...new Set(cases.map(([choice]) => choice))].sort()).toEqual(offered.sort());
	});

	it('takes invitation.accepted when nothing was chosen otherwise', () => {
		const parameter = new VortexTrigger().description.properties.find(
			({ name }) => name === 'events',
		);
		expect(parameter).toMatchObject({ default: ['invitation.accepted'], required: true });
	});

	it('takes any event when that is chosen next to others', async () => {
		const trigger = host.publish({ events: ['member.created', '*'] });
		await trigger.deliver(newEvent());
		expect(trigger.executions).toHaveLength(1);
	});

	it('takes a choice that an expression makes', async () => {
		const trigger = host.publish({ events: '={{ ["member.created", "invitation.accepted"] }}' });
		await trigger.deliver(newEvent());
		expect(trigger.executions).toHaveLength(1);
	});

	it.each([
		['type', newEvent({ type: 'invitation.shared' })],
		['analytics name', analytics('widget_error')],
	])('takes another %s, next to those chosen', async (_what, event) => {
		const trigger = host.publish({
			events: ['member.created'],
			options: { otherEvents: 'invitation.shared, widget_error ,' },
		});
		const other = await trigger.deliver(event);
		const chosen = await trigger.deliver(newEvent({ type: 'member.created' }));
		expectReceived(other);
		expectReceived(chosen);
		expect(trigger.executions).toHaveLength(2);
	});

	it('keeps whatever Vortex sends, known or not', async () => {
		const trigger = host.publish();
		const event = newEvent({
			data: { deep: { er: [{ 'with space': true }, 'ünï – 招待 – 🎉', 1.5, null, ''] } },
			passThrough: { orderId: 7 },
			aField: 'of tomorrow',
		});
		expectStarted(trigger, await trigger.deliver(event), { ...event, kind: 'webhook' });
	});
});

describe('a good signature and an event that was not chosen', () => {
	it.each([
		['another type', ['invitation.accepted'], newEvent({ type: 'invitation.created' })],
		['a longer type', ['invitation.accepted'], newEvent({ type: 'invitation.accepted.twice' })],
		['a type in capitals', ['invitation.accepted'], newEvent({ type: 'INVITATION.ACCEPTED' })],
		['another analytics name', ['analytics.widget_loaded'], analytics('invitation_sent')],
		['an analytics event with a chosen type', ['invitation.accepted'], newEvent({ name: 'x' })],
		['a webhook event, when any analytics', ['analytics'], newEvent()],
		['an analytics event, when webhooks only', [...WEBHOOK_TYPES], analytics('invitation_sent')],
		['neither type nor name', [...WEBHOOK_TYPES, 'analytics'], { id: 'evt-neither-2' }],
		['a type that is no text', ['invitation.accepted'], newEvent({ type: { toString: 'a' } })],
		['any event, when nothing is chosen', [], newEvent()],
	])('is received and starts nothing: %s', async (_what, events, event) => {
		const trigger = host.publish({ events });
		expectIgnored(trigger, await trigger.deliver(event));
	});
});

describe('a signature that is not good', () => {
	const event = JSON.stringify(newEvent());
	const good = sign(event);
	const backwards = (json: string) =>
		JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json)).reverse()));

	it.each<[string, Shipment['signature']]>([
		['missing', null],
		['empty', ''],
		['of another secret', sign(event, 'another one')],
		['of another body', sign(`${event} `)],
		['truncated', good.slice(0, -1)],
		['with one digit more', `${good}0`],
		['with one digit changed', good.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
		['in upper case', good.toUpperCase()],
		['prefixed', `sha256=${good}`],
		['in quotes', `"${good}"`],
		['doubled header', [good, good]],
		['a good header and a bad one', [good, 'bad']],
		['a list', `${good},${good}`],
		['of the empty body', sign('')],
		['in Base64', Buffer.from(good, 'hex').toString('base64')],
		['no ASCII', 'ä'.repeat(32)],
	])('is refused: %s', async (_what, signature) => {
		const trigger = host.publish();
		expectRefused(trigger, await trigger.deliver(event, { signature }), 401);
	});

	it.each([
		['a value', event.replace('inv-1', 'inv-2')],
		['white space only', event.replace(':', ': ')],
		['the order of fields', backwards(event)],
		['a line break at the end', `${event}\n`],
		['a byte order mark', `\uFEFF${event}`],
		['nothing left', ''],
	])('is refused when the body was changed: %s', async (_what, body) => {
		const trigger = host.publish();
		expectRefused(trigger, await trigger.deliver(body, { signature: good }), 401);
	});

	it('is refused before anything is said about the body', async () => {
		const trigger = host.publish();
		const shipment = { signature: good, headers: { 'Content-Type': 'text/plain' } };
		expectRefused(trigger, await trigger.deliver('no JSON', shipment), 401);
	});

	it('is refused alike, whatever is wrong', async () => {
		const trigger = host.publish({ options: { maxAgeMinutes: 5 } });
		const answers = [
			await trigger.deliver(event, { signature: null }),
			await trigger.deliver(event, { signature: good.slice(1) }),
			await trigger.deliver(newEvent({ timestamp: '2020-01-01T00:00:00Z' })),
		];
		expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
	});
});

describe('the signing secret of the credential', () => {
	it.each<[string, unknown]>([
		['missing', undefined],
		['null', null],
		['empty', ''],
		['only separators', ' ,\n, '],
		['no text', 17],
	])('%s: nothing is trusted, also not what an empty key signs', async (_what, webhookSecret) => {
		const trigger = host.publish({ credential: { webhookSecret } });
		for (const key of ['', 'undefined', 'null', SECRET, '17']) {
			const event = JSON.stringify(newEvent());
			expectRefused(trigger, await trigger.deliver(event, { signature: sign(event, key) }), 401);
		}
	});

	const other = ['whsec', 'the', 'new', 'one'].join('_');

	it.each([
		['a comma', `${SECRET},${other}`],
		['a comma and a blank', `${other}, ${SECRET}`],
		['a blank', `${SECRET} ${other}`],
		['a line break', `${SECRET}\r\n${other}\n`],
		['a tab and stray commas', `,\t${SECRET}\t,,${other},`],
	])('several of them, separated by %s, are each good', async (_what, webhookSecret) => {
		const trigger = host.publish({ credential: { webhookSecret } });
		for (const secret of [SECRET, other]) {
			const event = JSON.stringify(newEvent());
			expectReceived(await trigger.deliver(event, { signature: sign(event, secret) }));
		}
		expect(trigger.executions).toHaveLength(2);
		const event = JSON.stringify(newEvent());
		const joined = { signature: sign(event, webhookSecret) };
		expect((await trigger.deliver(event, joined)).status).toBe(401);
	});

	it('the whole of it is the key, with its prefix', async () => {
		const trigger = host.publish();
		const event = JSON.stringify(newEvent());
		const signature = sign(event, SECRET.replace('whsec_', ''));
		expectRefused(trigger, await trigger.deliver(event, { signature }), 401);
	});
});

describe('a good signature, but no JSON object', () => {
	it.each(['[]', '[{"type":"invitation.accepted"}]', '"text"', 'null', '17', 'true', ''])(
		'%j is refused by the node',
		async (body) => {
			const trigger = host.publish();
			expectRefused(trigger, await trigger.deliver(body), 400);
		},
	);

	it.each(['no JSON', '{"id":1', '{}{}', `{'id': 1}`, '\uFEFF'])(
		'%j as plain text is refused by the node',
		async (body) => {
			const trigger = host.publish();
			const answer = await trigger.deliver(body, { headers: { 'Content-Type': 'text/plain' } });
			expectRefused(trigger, answer, 400);
		},
	);

	it.each([
		['signed', undefined],
		['forged', 'forged'],
	])('broken JSON is refused by the host, %s', async (_what, signature) => {
		const trigger = host.publish();
		expectStoppedByHost(trigger, await trigger.deliver('{"id":1', { signature }), 422);
	});
});

describe('the form in which a body comes', () => {
	/** With what a careless sender would change: the order, blanks, escapes and a number's spelling. */
	const exact =
		'{ "type":"invitation.accepted",\r\n\t"data":{"n":1.50,"s":"Zo\\u00eb ë"},"id":"%" }\n';
	const content = { type: 'invitation.accepted', data: { n: 1.5, s: 'Zoë ë' } };
	const newExact = () => exact.replace('%', newEvent().id);

	it.each([
		'application/json',
		'application/json; charset=utf-8',
		'APPLICATION/JSON;charset="UTF-8"',
		'application/vnd.vortex+json',
		'text/plain',
		'text/plain; charset=utf-8',
		'text/html',
		'application/octet-stream',
		'application/x-www-form-urlencoded',
		'multipart/mixed; boundary=none',
		'nonsense',
		'',
	])('the exact bytes count, whatever the content type says: %j', async (type) => {
		const trigger = host.publish();
		const body = newExact();
		const answer = await trigger.deliver(body, { headers: { 'Content-Type': type } });
		expectStarted(trigger, answer, { ...content, id: JSON.parse(body).id, kind: 'webhook' });
	});

	it('bytes that are no UTF-8 are still what was signed', async () => {
		const trigger = host.publish();
		const body = Buffer.concat([Buffer.from('{"s":"'), Buffer.from([0xff]), Buffer.from('"}')]);
		const text = { headers: { 'Content-Type': 'text/plain' } };
		expectStarted(trigger, await trigger.deliver(body, text), { s: '\uFFFD', kind: 'unknown' });
		const mended = { ...text, signature: sign(body.toString('utf8')) };
		expect((await trigger.deliver(body, mended)).status).toBe(401);
	});

	it.each(['application/json', 'text/plain'])(
		'a byte order mark is part of what is signed, and not of the JSON: %s',
		async (type) => {
			const trigger = host.publish();
			const event = newEvent();
			const answer = await trigger.deliver(`\uFEFF${JSON.stringify(event)}`, {
				headers: { 'Content-Type': type },
			});
			expectStarted(trigger, answer, { ...event, kind: 'webhook' });
		},
	);

	const zipped = { 'Content-Encoding': 'gzip' };

	it('a gzip body is judged by what it unpacks to', async () => {
		const trigger = host.publish();
		const event = newEvent();
		const text = JSON.stringify(event);
		const packed = gzipSync(text);
		const answer = await trigger.deliver(packed, { headers: zipped, signature: sign(text) });
		expectStarted(trigger, answer, { ...event, kind: 'webhook' });
	});

	it('a broken gzip body is refused by the host', async () => {
		const trigger = host.publish();
		expectStoppedByHost(trigger, await trigger.deliver('no gzip', { headers: zipped }), 500);
	});

	it.each([
		['the bytes', undefined],
		['what the host made of them', sign('{"data":{},"files":{}}')],
	])('form data is refused, as its bytes are gone: signed for %s', async (_what, signature) => {
		const trigger = host.publish();
		const part = `Content-Disposition: form-data; name="a"\r\n\r\n${JSON.stringify(newEvent())}`;
		const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
		const answer = await trigger.deliver(`--b\r\n${part}\r\n--b--\r\n`, { headers, signature });
		expectRefused(trigger, answer, 401);
	});

	it('a body of a megabyte is taken', async () => {
		const trigger = host.publish();
		const event = newEvent({ data: { text: 'ë'.repeat(500_000) } });
		expectStarted(trigger, await trigger.deliver(event), { ...event, kind: 'webhook' });
	});
});

describe('a greatest age', () => {
	const sent = (minutesAgo: number) => new Date(Date.now() - minutesAgo * MINUTE).toISOString();

	it.each<[string, unknown]>([
		['older', sent(11)],
		['more than 5 minutes ahead', sent(-6)],
		['unreadable', 'yesterday'],
		['missing', undefined],
		['empty', ''],
		['null', null],
		['a number', Date.now()],
	])('refuses a timestamp that is %s', async (_what, timestamp) => {
		const trigger = host.publish({ options: { maxAgeMinutes: 10 } });
		expectRefused(trigger, await trigger.deliver(newEvent({ timestamp })), 401);
	});

	it('refuses an event that was not chosen, too', async () => {
		const trigger = host.publish({ events: ['member.created'], options: { maxAgeMinutes: 10 } });
		expectRefused(trigger, await trigger.deliver(newEvent({ timestamp: sent(11) })), 401);
	});

	it.each([
		['younger', sent(9)],
		['without milliseconds', `${sent(5).slice(0, 19)}Z`],
		['with an offset', `${new Date(Date.now() + 115 * MINUTE).toISOString().slice(0, 19)}+02:00`],
		['a little ahead', sent(-4)],
	])('takes a timestamp that is %s', async (_what, timestamp) => {
		const trigger = host.publish({ options: { maxAgeMinutes: 10 } });
		expectReceived(await trigger.deliver(newEvent({ timestamp })));
		expect(trigger.executions).toHaveLength(1);
	});

	it.each([
		['0', { maxAgeMinutes: 0 }],
		['not given', {}],
	])('takes any timestamp when it is %s', async (_what, options) => {
		const trigger = host.publish({ options });
		for (const timestamp of ['1999-12-31T23:59:59Z', 'unreadable', undefined, sent(-600)]) {
			expectReceived(await trigger.deliver(newEvent({ timestamp })));
		}
		expect(trigger.executions).toHaveLength(4);
	});

	it.each(['={{ "soon" }}', '={{ "" }}', '={{ null }}', '={{ undefined }}', '={{ [] }}', -1])(
		'refuses everything when it is no number from 0: %s',
		async (maxAgeMinutes) => {
			const trigger = host.publish({ options: { maxAgeMinutes } });
			expectRefused(trigger, await trigger.deliver(newEvent()), 401);
		},
	);
});

describe('whatever happens, the node answers and does not throw', () => {
	const gone = "={{ $('A node that is gone').item.json.x }}";

	it.each([
		['the credential is gone', { credential: null }],
		['the events cannot be read', { events: gone }],
		['the options cannot be read', { options: { otherEvents: gone } }],
	])('when %s: the sender is told to try again', async (_what, publication) => {
		const trigger = host.publish(publication);
		const answer = await trigger.deliver(newEvent());
		expectRefused(trigger, answer, 503);
		expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
	});

	it('when the credential is gone, forgeries start nothing either', async () => {
		const trigger = host.publish({ credential: null });
		const answer = await trigger.deliver(newEvent(), { signature: sign('', '') });
		expectRefused(trigger, answer, 503);
	});

	it.each([
		'getRequestObject',
		'getHeaderData',
		'getCredentials',
		'getNodeParameter',
		'getNode',
		'getMode',
	])('when %s fails', async (broken) => {
		const error = vi.fn();
		const response = {
			headersSent: false,
			status: vi.fn().mockReturnThis(),
			json: vi.fn(),
			setHeader: vi.fn(),
		};
		const body = Buffer.from(JSON.stringify(newEvent()));
		const context: Record<string, unknown> = {
			logger: { error },
			getRequestObject: () => ({ rawBody: body }),
			getResponseObject: () => response,
			getHeaderData: () => ({ 'x-vortex-signature': sign(body) }),
			getCredentials: async () => ({ webhookSecret: SECRET }),
			getNodeParameter: (name: string) => (name === 'events' ? ['*'] : {}),
			getWorkflow: () => ({ id: 'workflow-1' }),
			getNode: () => ({ id: 'node-1' }),
			getMode: () => 'webhook',
		};
		context[broken] = () => {
			throw new Error('The database is away');
		};
		const result = await new VortexTrigger().webhook.call(context as never);
		expect(result).toEqual({ noWebhookResponse: true });
		expect(response.status).toHaveBeenCalledExactlyOnceWith(503);
		expect(response.json).toHaveBeenCalledOnce();
		expect(JSON.stringify(error.mock.calls)).not.toContain(SECRET);
	});
});
