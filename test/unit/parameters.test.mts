import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { Parameters } from '../../nodes/Vortex/parameters';

class Refusal extends Error {
	readonly description: string;

	constructor(message: string, description: string) {
		super(message);
		this.description = description;
	}
}

function field(name: string, displayName: string, more: Partial<INodeProperties> = {}) {
	return { displayName, name, type: 'string', default: '', ...more } as INodeProperties;
}

const FIELDS: INodeProperties[] = [
	field('id', 'The ID'),
	field('ids', 'The IDs'),
	field('count', 'Count'),
	field('isOn', 'Is On'),
	field('data', 'Data'),
	field('colour', 'Colour', {
		type: 'options',
		options: [
			{ name: 'Red', value: 'red' },
			{ name: 'Blue', value: 'blue' },
		],
	}),
	field('more', 'More', { type: 'collection', options: [field('note', 'Note')] }),
	field('table', 'Table', {
		type: 'fixedCollection',
		options: [{ displayName: 'Row', name: 'row', values: [field('key', 'Key')] }],
	}),
];

/** The parameters of an item, with the raw values given. */
function read(values: Record<string, unknown>) {
	return new Parameters(
		(name) => values[name],
		FIELDS,
		(message, description) => new Refusal(message, description),
	);
}

const BLANK = [undefined, null, '', ' ', '\n\t', '\u00a0'];

describe('required text', () => {
	it.each([
		['x', 'x'],
		['  a b ', 'a b'],
		[0, '0'],
		[42, '42'],
		[false, 'false'],
	])('of %j is %j', (value, text) => {
		expect(read({ id: value }).required('id')).toBe(text);
	});

	it.each(BLANK)('is refused by its label when it is %j', (value) => {
		expect(() => read({ id: value }).required('id')).toThrow(/^'The ID' is empty$/);
	});

	it.each([[[]], [['x']], [{}], [{ id: 'x' }], [new Date()]])(
		'is refused when it is %j',
		(value) => {
			expect(() => read({ id: value }).required('id')).toThrow(/^'The ID' is not text$/);
		},
	);

	it('says in the description that an expression may be the reason', () => {
		expect(() => read({}).required('id')).toThrow(
			expect.objectContaining({ description: expect.stringContaining('expression') }),
		);
	});
});

describe('optional text', () => {
	it.each(BLANK)('is not there when it is %j', (value) => {
		expect(read({ id: value }).optional('id')).toBeUndefined();
	});

	it('is trimmed', () => {
		expect(read({ id: ' x ' }).optional('id')).toBe('x');
	});
});

describe('a part of a path', () => {
	it.each(['.', '..', ' . ', '..\n'])('is refused when it is %j', (value) => {
		expect(() => read({ id: value }).pathPart('id')).toThrow(
			`'The ID' must not be '${value.trim()}'`,
		);
	});

	it.each(['a\ud800', '\udc00\ud800'])('is refused with half a character: %j', (value) => {
		expect(() => read({ id: value }).pathPart('id')).toThrow("'The ID' holds a broken character");
		expect(read({ id: 'a😀' }).pathPart('id')).toBe('a😀');
	});

	it.each(['...', '.a', 'a/..', '%2e', '%2e%2e', '../..'])('may be %j, to be encoded', (value) => {
		expect(read({ id: value }).pathPart('id')).toBe(value);
	});

	it.each(BLANK)('is refused when it is %j', (value) => {
		expect(() => read({ id: value }).pathPart('id')).toThrow("'The ID' is empty");
	});
});

describe('an option', () => {
	it('is one of those offered', () => {
		expect(read({ colour: ' blue ' }).option('colour')).toBe('blue');
	});

	it('may have other names', () => {
		expect(read({ colour: 'azure' }).option('colour', { azure: 'blue' })).toBe('blue');
	});

	it.each(['green', 'Red', 'RED', 'constructor', '__proto__', 1])(
		'is refused when it is %j, with a list of what is allowed',
		(value) => {
			expect(() => read({ colour: value }).option('colour', { azure: 'blue' })).toThrow(
				expect.objectContaining({
					message: `'Colour' cannot be '${value}'. Use one of: red, blue`,
				}),
			);
		},
	);

	it('is not repeated at full length when it is long', () => {
		expect(() => read({ colour: 'x'.repeat(1_000) }).option('colour')).toThrow(
			/^'Colour' cannot be 'x{60}…'\. /,
		);
	});
});

describe('a flag', () => {
	it.each([
		[true, true],
		[false, false],
		['true', true],
		['false', false],
		['', undefined],
		[null, undefined],
		[undefined, undefined],
	])('of %j is %j', (value, flag) => {
		expect(read({ isOn: value }).flag('isOn')).toBe(flag);
	});

	it.each(['yes', 1, 0, {}, []])('is refused when it is %j', (value) => {
		expect(() => read({ isOn: value }).flag('isOn')).toThrow("'Is On' is neither true nor false");
	});
});

describe('a whole number', () => {
	it.each([
		[7, 7],
		['7', 7],
		[1, 1],
		['', 5],
		[null, 5],
		[undefined, 5],
	])('of %j is %j', (value, number) => {
		expect(read({ count: value }).wholeNumber('count', 5, 1)).toBe(number);
	});

	it.each([0, -1, 1.5, '1.5', 'few', ' ', NaN, Infinity, 1e300, true, {}, []])(
		'is refused when it is %j',
		(value) => {
			expect(() => read({ count: value }).wholeNumber('count', 5, 1)).toThrow(
				"'Count' is not a whole number from 1",
			);
		},
	);
});

describe('a list', () => {
	it.each([
		['a, b,c', ['a', 'b', 'c']],
		[
			['a', ' b '],
			['a', 'b'],
		],
		['a,,a, ,b,', ['a', 'b']],
		[['a', null, '', 'a'], ['a']],
		[7, ['7']],
		[
			[7, 8],
			['7', '8'],
		],
	])('of %j is %j', (value, list) => {
		expect(read({ ids: value }).list('ids')).toEqual(list);
	});

	it.each([...BLANK, ' , ,', [], ['', ' ']])('is refused when nothing is in %j', (value) => {
		expect(() => read({ ids: value }).list('ids')).toThrow("'The IDs' is empty");
	});

	it.each([[[['a']]], [[{ id: 'a' }]], [{ id: 'a' }]])('is refused when it holds %j', (value) => {
		expect(() => read({ ids: value }).list('ids')).toThrow(
			"'The IDs' holds something that is not text",
		);
	});
});

describe('JSON', () => {
	it.each([
		['{"a": [1]}', { a: [1] }],
		[{ a: 1 }, { a: 1 }],
		['', undefined],
		[null, undefined],
		[undefined, undefined],
	])('of %j is %j', (value, object) => {
		expect(read({ data: value }).json('data')).toEqual(object);
	});

	it.each(['{', '[1]', '1', '"a"', 'null', [1], 1, true])('is refused when it is %j', (value) => {
		expect(() => read({ data: value }).json('data')).toThrow("'Data' is not a JSON object");
	});
});

describe('a collection', () => {
	it('has parameters of its own, with their labels', () => {
		expect(
			read({ more: { note: ' hi ' } })
				.collection('more')
				.optional('note'),
		).toBe('hi');
		expect(() => read({ more: {} }).collection('more').required('note')).toThrow("'Note' is empty");
	});

	it.each([undefined, null, '', [], 'text'])('is empty when it is %j', (value) => {
		expect(read({ more: value }).collection('more').optional('note')).toBeUndefined();
	});

	it('does not mistake what every object has for a parameter', () => {
		expect(read({ more: {} }).collection('more').optional('constructor')).toBeUndefined();
	});
});

describe('rows', () => {
	it.each([
		['several', { row: [{ key: 'a' }, { key: 'b' }] }, ['a', 'b']],
		['one', { row: { key: 'a' } }, ['a']],
		['no', {}, []],
		['no set', undefined, []],
	])('of %s', (_what, table, keys) => {
		const rows = read({ table }).rows('table', 'row');
		expect(rows.map((row) => row.required('key'))).toEqual(keys);
	});

	it('have their labels', () => {
		const [row] = read({ table: { row: { key: '' } } }).rows('table', 'row');
		expect(() => row.required('key')).toThrow("'Key' is empty");
	});
});
