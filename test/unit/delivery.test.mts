import { describe, expect, it } from 'vitest';
import { isOutdated, judgeDelivery } from '../../nodes/VortexTrigger/delivery';
import { sign } from '../sandbox/webhooks.mts';

const SECRET = ['whsec', 'unit'].join('_');

/** Judges a text with the right signature. */
const judgeSigned = (text: string) =>
	judgeDelivery(Buffer.from(text), sign(text, SECRET), ['another', SECRET]);

describe('judgeDelivery', () => {
	it.each(['{}', '{"type":"a","data":{"n":[1,null,"ë"]}}', ' \r\n{ "id" : "1" }\t', '{"":0}'])(
		'gives the event of %j',
		(text) => {
			expect(judgeSigned(text)).toEqual({ verdict: 'good', event: JSON.parse(text) });
		},
	);

	it('overlooks one byte order mark, which is signed with the rest', () => {
		expect(judgeSigned('\uFEFF{"id":"1"}')).toEqual({ verdict: 'good', event: { id: '1' } });
		expect(judgeSigned('\uFEFF\uFEFF{"id":"1"}')).toEqual({ verdict: 'unreadable' });
	});

	it.each(['', ' ', 'null', '[]', '[{}]', '""', '"{}"', '0', 'true', '{', '{}{}', '\uFEFF', 'a'])(
		'finds no event in %j',
		(text) => {
			expect(judgeSigned(text)).toEqual({ verdict: 'unreadable' });
		},
	);

	const body = Buffer.from('{"id":"1"}');
	const good = sign('{"id":"1"}', SECRET);

	it.each<[string, Buffer | undefined, unknown, string[]]>([
		['the body was not kept', undefined, good, [SECRET]],
		['there is no secret', body, good, []],
		['it is another secret', body, good, ['another']],
		['there is no signature', body, undefined, [SECRET]],
		['there are several signatures', body, [good, good], [SECRET]],
		['it is not of this body', Buffer.from('{"id":"2"}'), good, [SECRET]],
	])('calls it forged when %s', (_what, bytes, signature, secrets) => {
		expect(judgeDelivery(bytes, signature, secrets)).toEqual({ verdict: 'forged' });
	});

	it('looks at the signature before the body', () => {
		expect(judgeDelivery(Buffer.from('no JSON'), good, [SECRET])).toEqual({ verdict: 'forged' });
	});
});

describe('isOutdated', () => {
	const now = Date.parse('2026-01-15T12:00:00.000Z');

	const at = (timestamp: unknown, maxAgeMinutes = 10) =>
		isOutdated({ timestamp } as never, maxAgeMinutes, now);

	it.each([
		['2026-01-15T12:00:00.000Z', false],
		['2026-01-15T11:50:00.000Z', false],
		['2026-01-15T11:49:59.999Z', true],
		['2026-01-15T12:05:00.000Z', false],
		['2026-01-15T12:05:00.001Z', true],
		['2026-01-15T12:00:00Z', false],
		['2026-01-15T14:00:00+02:00', false],
		['2026-01-15T12:00:00+02:00', true],
		['1970-01-01T00:00:00Z', true],
	])('with 10 minutes, %s: %s', (timestamp, outdated) => {
		expect(at(timestamp)).toBe(outdated);
	});

	it.each([
		[undefined],
		[null],
		[''],
		['soon'],
		['2026-13-45T00:00:00Z'],
		[now],
		[{}],
		[[]],
		[true],
	])('with 10 minutes, the unreadable %j is outdated', (timestamp) => {
		expect(at(timestamp)).toBe(true);
	});

	it('takes a part of a minute', () => {
		expect(at('2026-01-15T11:59:31.000Z', 0.5)).toBe(false);
		expect(at('2026-01-15T11:59:29.000Z', 0.5)).toBe(true);
	});

	it.each(['1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'soon', undefined])(
		'with 0 minutes, %j is taken',
		(timestamp) => {
			expect(at(timestamp, 0)).toBe(false);
		},
	);

	it('with minutes that are no number, nothing is taken', () => {
		expect(at('2026-01-15T12:00:00.000Z', NaN)).toBe(true);
	});
});
