// The rows of the contract's table about an id that comes again.
import { describe, expect, it } from 'vitest';
import { RECEIVED, newEvent, useWebhookHost, type Answer } from './webhook-host.mts';

const host = useWebhookHost();

const times = (count: number) => Array.from({ length: count });

const statuses = (answers: Answer[]) => answers.map(({ status }) => status);

/** Longer than the ledger's pause between two looks. */
const shortly = async () => await new Promise((resolve) => setTimeout(resolve, 120));

const isPending = async (promise: Promise<unknown>) =>
	(await Promise.race([promise, shortly().then(() => 'pending')])) === 'pending';

describe('an id that was seen before', () => {
	it('is received and starts nothing', async () => {
		const trigger = host.publish();
		const event = newEvent();
		await trigger.deliver(event);
		const again = await trigger.deliver(event);
		const oncemore = await trigger.deliver(event);
		for (const answer of [again, oncemore]) {
			expect(answer).toMatchObject({ status: 200, type: 'application/json', body: RECEIVED });
		}
		expect(trigger.items).toEqual([{ ...event, kind: 'webhook' }]);
	});

	it('counts, and not what else is in the event', async () => {
		const trigger = host.publish();
		const event = newEvent();
		await trigger.deliver(event);
		await trigger.deliver({ ...event, timestamp: '2030-01-01T00:00:00Z' });
		await trigger.deliver({ ...event, id: `${event.id}-2` });
		expect(trigger.executions).toHaveLength(2);
	});

	it('is judged like a first one: a forged repetition is refused', async () => {
		const trigger = host.publish();
		const event = newEvent();
		await trigger.deliver(event);
		expect((await trigger.deliver(event, { signature: 'forged' })).status).toBe(401);
	});

	it('is not known from a forged first one', async () => {
		const trigger = host.publish();
		const event = newEvent();
		await trigger.deliver(event, { signature: 'forged' });
		await trigger.deliver(event);
		expect(trigger.executions).toHaveLength(1);
	});

	it('starts an execution of its own in another workflow, and in another node', async () => {
		const event = newEvent();
		const triggers = [
			host.publish({ workflowId: 'one', nodeId: 'a' }),
			host.publish({ workflowId: 'two', nodeId: 'a' }),
			host.publish({ workflowId: 'one', nodeId: 'b' }),
			host.publish({ workflowId: 'on', nodeId: 'ea' }),
		];
		for (const trigger of triggers) await trigger.deliver(event);
		expect(triggers.map(({ executions }) => executions.length)).toEqual([1, 1, 1, 1]);
	});

	it('is the same for the same workflow and node, published again', async () => {
		const event = newEvent();
		const before = host.publish({ workflowId: 'again' });
		const after = host.publish({ workflowId: 'again' });
		await before.deliver(event);
		await after.deliver(event);
		expect([before, after].map(({ executions }) => executions.length)).toEqual([1, 0]);
	});
});

describe('an id that comes many times at once', () => {
	it('starts exactly one execution for 300 deliveries', async () => {
		const trigger = host.publish();
		const event = newEvent();
		const answers = await Promise.all(times(300).map(async () => await trigger.deliver(event)));
		expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(
			new Set([`200 ${RECEIVED}`]),
		);
		expect(trigger.executions).toHaveLength(1);
	});

	it('starts exactly one execution for each of 30 ids, ten times each', async () => {
		const trigger = host.publish();
		const events = times(30).map(() => newEvent());
		await Promise.all(
			times(10).flatMap(() => events.map(async (event) => await trigger.deliver(event))),
		);
		expect(new Set(trigger.items.map((item) => (item as { id: string }).id)).size).toBe(30);
		expect(trigger.executions).toHaveLength(30);
	});
});

describe('an id whose first delivery is not yet answered', () => {
	it('waits for the first, and is received when that was stored', async () => {
		const trigger = host.publish();
		const event = newEvent();
		const release = trigger.holdStoring();
		const first = trigger.deliver(event);
		await trigger.storing();
		const second = trigger.deliver(event);
		await trigger.reached(2);
		expect(await isPending(second)).toBe(true);
		release();
		expect(statuses(await Promise.all([first, second]))).toEqual([200, 200]);
		expect(trigger.executions).toHaveLength(1);
	});

	it('does not hold up other ids', async () => {
		const trigger = host.publish();
		const release = trigger.holdStoring();
		const first = trigger.deliver(newEvent());
		await trigger.storing();
		trigger.store = async () => {};
		expect((await trigger.deliver(newEvent())).status).toBe(200);
		release();
		await first;
		expect(trigger.executions).toHaveLength(2);
	});

	it('is treated as the first when that could not be stored', async () => {
		const trigger = host.publish();
		const event = newEvent();
		const release = trigger.holdStoring();
		const first = trigger.deliver(event);
		await trigger.storing();
		const others = times(5).map(async () => await trigger.deliver(event));
		await trigger.reached(6);
		release(new Error('The database is away'));
		expect((await first).status).toBe(500);
		expect(statuses(await Promise.all(others))).toEqual([200, 200, 200, 200, 200]);
		expect(trigger.executions).toHaveLength(1);
	});
});

describe('an event that the host could not store', () => {
	it('is answered with an error, is not remembered, and a retry gets through', async () => {
		const trigger = host.publish();
		const event = newEvent();
		trigger.store = async () => {
			throw new Error('The database is away');
		};
		expect(statuses([await trigger.deliver(event), await trigger.deliver(event)])).toEqual([
			500, 500,
		]);
		expect(trigger.executions).toEqual([]);
		trigger.store = async () => {};
		expect(statuses([await trigger.deliver(event), await trigger.deliver(event)])).toEqual([
			200, 200,
		]);
		expect(trigger.executions).toHaveLength(1);
	});
});

describe('a sender that hangs up before the answer', () => {
	/** A trigger whose host is still storing what a sender has sent that is gone. */
	async function publishWithHangUp(event: object) {
		const trigger = host.publish();
		const release = trigger.holdStoring();
		const sending = trigger.send(event);
		await trigger.storing();
		await trigger.hangUp(sending);
		return { trigger, release };
	}

	it('has been heard: the id counts as seen once the host has answered', async () => {
		const event = newEvent();
		const { trigger, release } = await publishWithHangUp(event);
		const again = trigger.deliver(event);
		await trigger.reached(2);
		expect(await isPending(again)).toBe(true);
		release();
		expect((await again).status).toBe(200);
		expect((await trigger.deliver(event)).status).toBe(200);
		expect(trigger.executions).toHaveLength(1);
	});

	it('has been heard also when nobody asks before the host has answered', async () => {
		const event = newEvent();
		const { trigger, release } = await publishWithHangUp(event);
		release();
		await shortly();
		expect((await trigger.deliver(event)).status).toBe(200);
		expect(trigger.executions).toHaveLength(1);
	});

	it('gets through later when the host could not store it', async () => {
		const event = newEvent();
		const { trigger, release } = await publishWithHangUp(event);
		release(new Error('The database is away'));
		expect((await trigger.deliver(event)).status).toBe(200);
		expect(trigger.executions).toHaveLength(1);
	});
});

describe('what is never a duplicate', () => {
	it('an event for the test listener', async () => {
		const trigger = host.publish({ mode: 'manual' });
		const event = newEvent();
		await trigger.deliver(event);
		await trigger.deliver(event);
		expect((await trigger.deliver(event)).status).toBe(200);
		expect(trigger.executions).toHaveLength(3);
	});

	it('an event that only the test listener has seen, and the other way round', async () => {
		const event = newEvent();
		const test = host.publish({ mode: 'manual', workflowId: 'built' });
		const live = host.publish({ mode: 'webhook', workflowId: 'built' });
		for (const trigger of [test, live, test]) await trigger.deliver(event);
		expect([test, live].map(({ executions }) => executions.length)).toEqual([2, 1]);
	});

	it('any event when duplicates are wanted', async () => {
		const trigger = host.publish({ options: { ignoreDuplicates: false } });
		const event = newEvent();
		await Promise.all(times(20).map(async () => await trigger.deliver(event)));
		expect(trigger.executions).toHaveLength(20);
	});

	it.each<[string, unknown]>([
		['missing', undefined],
		['null', null],
		['empty', ''],
		['a number', 17],
		['an object', { id: 1 }],
	])('an event whose id is %s', async (_what, id) => {
		const trigger = host.publish();
		const event = newEvent({ id });
		await trigger.deliver(event);
		expect((await trigger.deliver(event)).status).toBe(200);
		expect(trigger.executions).toHaveLength(2);
	});

	it('an event that was not chosen when it came first', async () => {
		const event = newEvent();
		const before = host.publish({ workflowId: 'edited', events: ['member.created'] });
		const after = host.publish({ workflowId: 'edited', events: ['invitation.accepted'] });
		await before.deliver(event);
		await after.deliver(event);
		expect([before, after].map(({ executions }) => executions.length)).toEqual([0, 1]);
	});

	it('an event that was too old when it came first', async () => {
		const event = newEvent({ timestamp: '2020-01-01T00:00:00Z' });
		const before = host.publish({ workflowId: 'mild', options: { maxAgeMinutes: 5 } });
		const after = host.publish({ workflowId: 'mild' });
		expect((await before.deliver(event)).status).toBe(401);
		await after.deliver(event);
		expect(after.executions).toHaveLength(1);
	});
});
