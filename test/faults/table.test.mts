// Operations × faults: how many requests arrived, how many were done, and what the item was told.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { REAL_CLOCK } from '../../nodes/shared/client';
import { execute } from '../host/n8n.mts';
import type { Fault } from '../sandbox/faults.mts';
import { HurriedClock } from '../support/clock.mts';
import { useSandbox, vortexNode } from '../support/vortex.mts';
import { OPERATIONS, seedItem, type OperationCase } from './operations.mts';
import type { Cell, Told } from './reporter.mts';

const vortex = useSandbox();

beforeEach(() => {
	vortex.sandbox.faults.clear();
	const clock = new HurriedClock();
	vi.spyOn(REAL_CLOCK, 'now').mockImplementation(() => clock.now());
	vi.spyOn(REAL_CLOCK, 'sleep').mockImplementation(async (ms) => await clock.sleep(ms));
	vi.spyOn(REAL_CLOCK, 'moment').mockImplementation(async () => await clock.moment());
	vi.spyOn(REAL_CLOCK, 'random').mockReturnValue(0);
	// A request has waited long enough as soon as it is clear that nothing will come.
	vi.spyOn(REAL_CLOCK, 'deadline').mockImplementation(() => {
		const deadline = new AbortController();
		vortex.sandbox.faults.onSilence = () => deadline.abort();
		return deadline.signal;
	});
});

interface Row {
	fault: string;
	/** Met by the first main request, or by every one. */
	meets: 'first' | 'all';
	what: Fault;
	/** Main requests that arrive, and what the item is told, by kind of operation. */
	read: [requests: number, told: Told];
	repeatable: [requests: number, told: Told];
	'one-shot': [requests: number, told: Told];
}

const answer = (status: number, more: Partial<Extract<Fault, { kind: 'answer' }>> = {}): Fault => ({
	kind: 'answer',
	status,
	body: JSON.stringify({ statusCode: status, message: `Status ${status}` }),
	...more,
});
const html = '<!doctype html><title>Welcome</title>';
const inThreeSeconds = () => new Date(Date.UTC(2026, 0, 1, 0, 0, 3)).toUTCString();

/** A fault after which every kind of request is sent again. */
const again = (fault: string, what: Fault): Row[] => [
	{
		fault,
		meets: 'first',
		what,
		read: [2, 'done'],
		repeatable: [2, 'done'],
		'one-shot': [2, 'done'],
	},
	{
		fault: `${fault}, for ever`,
		meets: 'all',
		what,
		read: [4, 'refused'],
		repeatable: [4, 'refused'],
		'one-shot': [4, 'refused'],
	},
];

/** A fault after which it is not known whether the work was done. */
const uncertain = (fault: string, what: Fault): Row[] => [
	{
		fault,
		meets: 'first',
		what,
		read: [2, 'done'],
		repeatable: [2, 'done'],
		'one-shot': [1, 'unknown'],
	},
	{
		fault: `${fault}, for ever`,
		meets: 'all',
		what,
		read: [4, 'refused'],
		repeatable: [4, 'unknown'],
		'one-shot': [1, 'unknown'],
	},
];

/** A fault that is final, whatever was asked. */
const final = (fault: string, what: Fault, told: Told = 'refused'): Row[] => [
	{
		fault,
		meets: 'all',
		what,
		read: [1, told === 'unknown' ? 'refused' : told],
		repeatable: [1, told],
		'one-shot': [1, told],
	},
];

const ROWS: Row[] = [
	...again('429', answer(429)),
	...again('429, Retry-After 2', answer(429, { headers: { 'retry-after': '2' } })),
	...again(
		'429, Retry-After a date',
		answer(429, { headers: { 'retry-after': inThreeSeconds() } }),
	),
	...again('503, Retry-After 1', answer(503, { headers: { 'retry-after': '1' } })),
	...[408, 500, 502, 503, 504].flatMap((status) => [
		...uncertain(`${status} before the work`, answer(status)),
		...uncertain(`${status} after the work`, answer(status, { when: 'after' })),
	]),
	...uncertain('reset before the request is read', { kind: 'reset', when: 'unread' }),
	...uncertain('reset before the work', { kind: 'reset' }),
	...uncertain('reset after the work', { kind: 'reset', when: 'after' }),
	...uncertain('half an answer', { kind: 'half' }),
	...uncertain('silence', { kind: 'silence' }),
	...uncertain('silence after the work', { kind: 'silence', when: 'after' }),
	...[400, 401, 403, 404, 409, 422].flatMap((status) => final(String(status), answer(status))),
	...final('a redirect', answer(302, { headers: { location: 'http://127.0.0.1:9/' }, body: '' })),
	...final(
		'200 with HTML',
		answer(200, { headers: { 'content-type': 'text/html' }, body: html }),
		'unknown',
	),
	...final('200 with wrong JSON', answer(200, { body: '{"invitations":[' }), 'unknown'),
	...final('200 with nothing', answer(200, { body: '' }), 'done'),
	...final('204', answer(204, { body: '' }), 'done'),
];

async function tryCell(operation: OperationCase, row: Row) {
	const { faults } = vortex.sandbox;
	const item = seedItem(vortex.sandbox, 0);
	let met = 0;
	faults.plan = ({ method, url }) => {
		if (!operation.main.test(`${method} ${url}`)) return undefined;
		met += 1;
		return row.meets === 'all' || met === 1 ? row.what : undefined;
	};
	const [resource, name] = operation.name.split('/');
	const { parameters } = operation;
	const result = await execute({
		credential: vortex.credential,
		items: [item],
		node: vortexNode(resource, name, parameters),
	});
	const main = faults.encounters.filter(({ method, url }) =>
		operation.main.test(`${method} ${url}`),
	);
	const outcome = (result.error as { context?: { outcome?: string } } | undefined)?.context
		?.outcome;
	const told: Told = !result.error ? 'done' : outcome === 'unknown' ? 'unknown' : 'refused';
	const worked = main.filter(({ worked: status = 500 }) => status < 300).length;
	return { requests: main.length, told, worked, result };
}

describe.each(OPERATIONS)('$name', (operation) => {
	const rows = ROWS.filter(
		({ what }) => !(what.kind === 'answer' && operation.takes?.includes(what.status)),
	);

	it.for(rows)('$fault', async (row, { task }) => {
		const cell: Cell = { operation: operation.name, fault: row.fault };
		task.meta.cell = cell;
		const seen = await tryCell(operation, row);
		cell.seen = [seen.requests, seen.told];
		expect(cell.seen).toEqual(row[operation.kind]);
		if (operation.kind === 'one-shot') expect(seen.worked, 'times done').toBeLessThanOrEqual(1);
		if (seen.told === 'refused' && operation.kind !== 'read') {
			expect(seen.worked, 'done, though told otherwise').toBe(0);
			expect(seen.result.error?.description).toContain('Nothing was changed.');
		}
		if (seen.told === 'unknown') {
			expect(seen.result.error?.description).toContain('It may have been done all the same');
		}
	});
});
