import {
	ALL_WEBHOOK_EVENT_TYPES,
	AnalyticsEventTypes,
	isAnalyticsEvent,
	isWebhookEvent,
} from '@teamvortexsoftware/vortex-node-22-sdk';
import { describe, expect, it } from 'vitest';
import { EVENT_OPTIONS, eventKind, isChosen, splitList } from '../../nodes/VortexTrigger/events';

const values = EVENT_OPTIONS.map(({ value }) => String(value));

describe('the choices of the trigger', () => {
	it("are any event, any analytics event, and the SDK's lists", () => {
		const analytics = Object.values(AnalyticsEventTypes).map((name) => `analytics.${name}`);
		expect([...values].sort()).toEqual(
			['*', 'analytics', ...ALL_WEBHOOK_EVENT_TYPES, ...analytics].sort(),
		);
	});

	it('are each there once, named, described and in alphabetical order', () => {
		const names = EVENT_OPTIONS.map(({ name }) => name);
		expect(new Set(values).size).toBe(22);
		expect(new Set(names).size).toBe(22);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		for (const { description } of EVENT_OPTIONS) expect(description).toMatch(/\w+ \w+/);
	});
});

describe('eventKind', () => {
	it.each([
		[{ type: 'a' }, 'webhook'],
		[{ name: 'a' }, 'analytics'],
		[{ name: 'a', type: 'a' }, 'analytics'],
		[{ type: null }, 'webhook'],
		[{ data: { type: 'a', name: 'a' } }, 'unknown'],
		[{}, 'unknown'],
	])("of %j is %s, as by the SDK's rule", (event, kind) => {
		expect(eventKind(event as never)).toBe(kind);
		expect(isAnalyticsEvent(event as never)).toBe(kind === 'analytics');
		expect(isWebhookEvent(event as never)).toBe(kind === 'webhook');
	});
});

describe('isChosen', () => {
	const chosen = (event: object, choices: string[], others: string[] = []) =>
		isChosen(event as never, choices, others);

	/** Each event that is on the list, and the choice that is its own. */
	const listed: Array<[object, string]> = [
		...ALL_WEBHOOK_EVENT_TYPES.map((type): [object, string] => [{ type }, type]),
		...Object.values(AnalyticsEventTypes).map((name): [object, string] => [
			{ name },
			`analytics.${name}`,
		]),
	];

	it.each(listed)('%j is chosen by %s alone, its group and "any"', (event, own) => {
		const groups = own.startsWith('analytics.') ? ['*', 'analytics'] : ['*'];
		const choosing = values.filter((value) => chosen(event, [value]));
		expect(choosing.sort()).toEqual([...groups, own].sort());
	});

	it('takes several choices, and none', () => {
		expect(chosen({ type: 'a' }, ['b', 'a'])).toBe(true);
		expect(chosen({ type: 'a' }, [])).toBe(false);
	});

	it('adds other types and names to the choices', () => {
		expect(chosen({ type: 'x.y' }, ['a'], ['x.y'])).toBe(true);
		expect(chosen({ name: 'x_y' }, ['a'], ['x_y'])).toBe(true);
		expect(chosen({ type: 'x.y' }, ['a'], ['x.z'])).toBe(false);
		expect(chosen({ type: 'a' }, ['a'], ['x.y'])).toBe(true);
	});

	it('goes by the name where there are both', () => {
		const both = { name: 'n', type: 't' };
		expect(chosen(both, ['t'], ['t'])).toBe(false);
		expect(chosen(both, [], ['n'])).toBe(true);
	});

	it('takes what has neither only with any event', () => {
		const others = values.filter((value) => value !== '*');
		expect(chosen({ id: '1' }, others, ['undefined', ''])).toBe(false);
		expect(chosen({ id: '1' }, ['*'])).toBe(true);
	});

	it.each(['analytics', 'analytics.widget_loaded'])(
		'does not take the webhook type %s for an analytics event',
		(type) => {
			expect(chosen({ type }, ['analytics', 'analytics.widget_loaded'])).toBe(false);
			expect(chosen({ type }, [], [type])).toBe(true);
		},
	);

	/** JSON can hold an object that cannot be made text. */
	const unspeakable = { toString: 'a', valueOf: 'a' };

	it.each([[null], [1], [{}], [['invitation_sent']], [['invitation.accepted']], [unspeakable]])(
		'takes a type or name that is no text for none on the list: %o',
		(value) => {
			const listedOnly = values.filter((choice) => choice !== '*' && choice !== 'analytics');
			expect(chosen({ type: value }, listedOnly, ['invitation.shared'])).toBe(false);
			expect(chosen({ name: value }, listedOnly, ['widget_error'])).toBe(false);
			expect(chosen({ name: value }, ['analytics'])).toBe(true);
		},
	);
});

describe('splitList', () => {
	it.each<[unknown, string[]]>([
		['a, b,c', ['a', 'b', 'c']],
		[' a ,, ,b,', ['a', 'b']],
		['', []],
		[' , ', []],
		[undefined, []],
		[null, []],
		[[], []],
		[
			['a', ' b ', '', null, undefined],
			['a', 'b'],
		],
		[['a,b'], ['a,b']],
		[17, ['17']],
	])('%j gives %j', (list, parts) => {
		expect(splitList(list)).toEqual(parts);
	});
});
