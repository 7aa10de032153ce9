// The judge of `pnpm e2e:queue` must not call a run good in which something went wrong.
import { describe, expect, it } from 'vitest';
import type { Passage } from '../queue/balancer.mts';
import { judge, type RunRecord } from '../queue/outcome.mts';
import type { Delivery } from '../sandbox/webhooks.mts';

const RECEIVED = '{"received":true}';

function delivery(eventId: string, state: Delivery['state'] = 'delivered', body = RECEIVED) {
	return { eventId, state, attempts: [{ at: '', answer: 200, body }] } as Delivery;
}

function execution(id: string, eventId: string | null, mode = 'webhook') {
	return { id, eventId, mode, status: 'success' };
}

function passage(eventId: string, receiver: string, pid: number, status = 200): Passage {
	return { eventId, receiver, pid, status };
}

/** Two events, each delivered, executed and called for once; a third one crashed and was retried. */
function goodRecord(): RunRecord {
	const ids = ['evt_a', 'evt_b', 'evt_c'];
	return {
		deliveries: ids.map((id) => delivery(id)),
		passages: ids.map((id) => passage(id, 'one', 1)),
		executions: [...ids.map((id, i) => execution(String(i), id)), execution('9', 'evt_c', 'retry')],
		crashed: { listed: 1, succeeded: 1 },
		failed: { listed: 0, succeeded: 0 },
		unfinished: 0,
		mostCrashed: 5,
		crmCalls: ids,
		contacts: 3,
		sendingSeconds: 1,
		seconds: 2,
		memory: [],
	};
}

const wrong = (changes: Partial<RunRecord>) =>
	judge({ ...goodRecord(), ...changes })
		.checks.filter(({ isGood }) => !isGood)
		.map(({ what }) => what);

describe('the judge', () => {
	it('finds nothing wrong in a good run', () => expect(wrong({})).toEqual([]));

	it('takes it that an interrupted execution calls the CRM again', () =>
		expect(wrong({ crmCalls: ['evt_a', 'evt_b', 'evt_c', 'evt_c'] })).toEqual([]));

	it.each<[string, Partial<RunRecord>]>([
		['every delivery was answered', { deliveries: [delivery('evt_a', 'given up')] }],
		['a stored execution', { executions: goodRecord().executions.slice(1) }],
		['a stored execution', { executions: [execution('0', null)] }],
		['answered by n8n once it was ready', { deliveries: [delivery('evt_a', 'delivered', 'Wait')] }],
		['executions as crashed', { crashed: { listed: 6, succeeded: 6 } }],
		['executions as crashed', { crashed: { listed: 0, succeeded: 0 } }],
		['crashed execution succeeds', { crashed: { listed: 2, succeeded: 1 } }],
		['failed execution succeeds', { failed: { listed: 1, succeeded: 0 } }],
		['left waiting or running', { unfinished: 1 }],
		['every event has reached the CRM', { crmCalls: ['evt_a', 'evt_b'] }],
		['only an interrupted execution', { crmCalls: ['evt_a', 'evt_a', 'evt_b', 'evt_c'] }],
		['exactly one contact', { contacts: 4 }],
	])('notices: %s', (what, changes) => {
		expect(wrong(changes)).toContainEqual(expect.stringContaining(what));
	});

	it.each<[string, Passage[]]>([
		['reached another process', [passage('evt_a', 'one', 1), passage('evt_a', 'two', 2)]],
		['after its restart', [passage('evt_a', 'one', 1), passage('evt_a', 'one', 3)]],
		['killed before its answer', [passage('evt_a', 'one', 1, 502), passage('evt_a', 'two', 2)]],
		['nobody knows why', [passage('evt_a', 'one', 1), passage('evt_a', 'one', 1)]],
	])('explains a second execution: %s', (cause, passages) => {
		const executions = [...goodRecord().executions, execution('10', 'evt_a')];
		const { lines, checks } = judge({ ...goodRecord(), executions, passages });
		expect(lines.filter((line) => line.includes(cause))).toEqual([expect.stringMatching(/ 1$/)]);
		const isKnown = checks.find(({ what }) => what.startsWith('it is known why'))?.isGood;
		expect(isKnown).toBe(cause !== 'nobody knows why');
	});
});
