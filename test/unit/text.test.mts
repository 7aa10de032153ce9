// n8n's rules for texts, over everything that a person reads in the editor.
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { VortexApi } from '../../credentials/VortexApi.credentials';
import { Vortex } from '../../nodes/Vortex/Vortex.node';
import { resources } from '../../nodes/Vortex/resources';
import { VortexTrigger } from '../../nodes/VortexTrigger/VortexTrigger.node';

/** A field or a choice, and where it stands. */
interface Text {
	where: string;
	label: string;
	description?: string;
	field?: INodeProperties;
}

const NODES = [new Vortex().description, new VortexTrigger().description];
const CREDENTIAL = new VortexApi();

type Entry = NonNullable<INodeProperties['options']>[number];
const isField = (entry: Entry): entry is INodeProperties => 'type' in entry;

function* textsOf(field: INodeProperties, path: string): Generator<Text> {
	const where = `${path} > ${field.name}`;
	yield { where, label: field.displayName, description: field.description, field };
	for (const entry of field.options ?? []) {
		if (isField(entry)) yield* textsOf(entry, where);
		else if ('values' in entry) {
			yield { where: `${where} > ${entry.name}`, label: entry.displayName };
			for (const inner of entry.values) yield* textsOf(inner, `${where} > ${entry.name}`);
		} else {
			yield {
				where: `${where} = ${entry.value}`,
				label: entry.name,
				description: entry.description,
			};
		}
	}
}

const OPERATIONS = resources.flatMap((resource) =>
	resource.operations.map((operation) => ({
		name: `${resource.option.value}.${operation.option.value}`,
		operation,
	})),
);

const ALL: Text[] = [
	...NODES[0].properties
		.filter(({ name }) => name === 'resource' || name === 'operation')
		.flatMap((field) => [...textsOf(field, 'vortex')]),
	...OPERATIONS.flatMap(({ name, operation }) =>
		operation.fields.flatMap((field) => [...textsOf(field, name)]),
	),
	...NODES[1].properties.flatMap((field) => [...textsOf(field, 'vortexTrigger')]),
	...CREDENTIAL.properties.flatMap((field) => [...textsOf(field, 'vortexApi')]),
];

const isNotice = ({ field }: Text) => field?.type === 'notice';
const LABELLED = ALL.filter((text) => !isNotice(text));
const FIELDS = LABELLED.filter(({ field }) => field !== undefined);
const DESCRIBED = ALL.filter(({ description }) => description !== undefined);

/** Fails with every text that breaks the rule, not with the first one. */
function expectAll(texts: Text[], isRight: (text: Text) => boolean) {
	expect(texts.length).toBeGreaterThan(0);
	expect(texts.filter((text) => !isRight(text))).toEqual([]);
}

/** Words that stay small within a title. */
const SMALL = new Set('a an and as at but by for from in of on or per the to up with'.split(' '));

function isTitleCase(label: string): boolean {
	const words = label.split(/[\s(]+/);
	return words.every((word, index) => {
		const isInside = index > 0 && index < words.length - 1;
		return isInside && SMALL.has(word.toLowerCase())
			? word === word.toLowerCase()
			: /^[\p{Lu}\p{N}]/u.test(word);
	});
}

/** Every word small, but the first one, names and abbreviations. */
const isSentenceCase = (text: string) =>
	/^[A-Z]/.test(text) &&
	text
		.split(/[\s(),]+/)
		.slice(1)
		.every((word) => word === word.toLowerCase() || /^(Vortex|IDs?|JWT|A\/B)$/.test(word));

const sentences = (text: string) => [
	...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text.replaceAll('e.g.', 'eg')),
];

it('walks all of it', () => {
	expect(OPERATIONS).toHaveLength(22);
	expect(ALL.map(({ where }) => where)).toEqual(
		expect.arrayContaining([
			'vortex > operation = syncInternal',
			'invitation.create > additionalFields > templateVariables > variable > key',
			'invitation.create > additionalFields > linkPreview > value > type = website',
			'token.generate > userFields > phone',
			'vortexTrigger > events = email.complained',
			'vortexTrigger > options > otherEvents',
			'vortexApi > baseUrl',
		]),
	);
});

describe('labels', () => {
	it('are in Title Case', () => expectAll(LABELLED, ({ label }) => isTitleCase(label)));

	it.each(OPERATIONS)('of $name differ, as far as they are shown together', ({ operation }) => {
		const modes = operation.fields.find(({ name }) => name === 'payloadMode')?.options ?? [{}];
		for (const mode of modes as Array<Partial<INodePropertyOptions>>) {
			const shown = operation.fields.filter(({ displayOptions }) => {
				const only = displayOptions?.show?.payloadMode;
				return only === undefined || only.includes(mode.value as string);
			});
			const labels = shown
				.flatMap((field) => [...textsOf(field, '')])
				.filter((text) => text.field && !isNotice(text))
				.map(({ label }) => label);
			expect(labels).toEqual([...new Set(labels)]);
		}
	});

	it('say the same of one parameter wherever it stands', () => {
		const known = new Map<string, string>();
		for (const { label, field } of FIELDS) {
			const earlier = known.get(String(field?.name));
			// The parts of a link preview, and the value of a template variable.
			if (field?.name !== 'value') expect(label).toBe(earlier ?? label);
			known.set(String(field?.name), label);
		}
	});
});

describe('descriptions', () => {
	it('of switches start with "Whether"', () =>
		expectAll(
			FIELDS.filter(({ field }) => field?.type === 'boolean'),
			({ description }) => /^Whether /.test(description ?? ''),
		));

	it('end with a period only when they have several sentences', () =>
		expectAll(DESCRIBED, ({ description = '' }) =>
			sentences(description).length > 1 ? description.endsWith('.') : !description.endsWith('.'),
		));

	it('start with a capital letter and have no needless blanks', () =>
		expectAll(
			DESCRIBED,
			({ description = '' }) => /^\p{Lu}/u.test(description) && !/\s\s|^\s|\s$/.test(description),
		));

	it('stand at every field, except at those that explain themselves', () =>
		expectAll(
			FIELDS.filter(
				({ field }) =>
					![
						'resource',
						'operation',
						'events',
						'options',
						'additionalFields',
						'userFields',
					].includes(String(field?.name)),
			),
			({ description }) => description !== undefined,
		));

	it('name other fields by their labels, in single quotes', () => {
		const known = new Set([
			...LABELLED.map(({ label }) => label),
			'Webhook URLs',
			'Execute step',
			'shortLink',
		]);
		const notices = ALL.filter(isNotice).map((text) => ({ ...text, description: text.label }));
		const quoted = ({ description = '' }: Text) =>
			[...description.matchAll(/(?<=^|[\s(])'([^']+)'/g)].map(([, name]) => name);
		const quoting = [...DESCRIBED, ...notices].filter((text) => quoted(text).length > 0);
		expectAll(quoting, (text) => quoted(text).every((name) => known.has(name)));
	});
});

it('placeholders start with "e.g. "', () =>
	expectAll(
		FIELDS.filter(({ field }) => field?.placeholder && !/ollection$/.test(field.type)),
		({ field }) => /^e\.g\. \S/.test(field?.placeholder ?? ''),
	));

it('the buttons of collections say "Add …"', () =>
	expectAll(
		FIELDS.filter(({ field }) => /ollection$/.test(field?.type ?? '')),
		({ field }) => /^Add /.test(field?.placeholder ?? ''),
	));

it('choices and optional fields are in alphabetical order from five on, and optional fields always', () => {
	const lists = FIELDS.filter(({ field }) =>
		['options', 'multiOptions', 'collection'].includes(field?.type ?? ''),
	).map((text) => ({
		where: text.where,
		isCollection: text.field?.type === 'collection',
		labels: (text.field?.options ?? []).map((entry) =>
			isField(entry) ? entry.displayName : entry.name,
		),
	}));
	const due = lists.filter(({ isCollection, labels }) => isCollection || labels.length >= 5);
	expect(due.length).toBeGreaterThan(0);
	for (const { where, labels } of due) {
		expect({ where, labels }).toEqual({
			where,
			labels: [...labels].sort((one, other) => one.localeCompare(other, 'en')),
		});
	}
});

describe('what n8n lists in its nodes panel, and an AI agent reads', () => {
	const events = NODES[1].properties.find(({ name }) => name === 'events');
	const actions = [
		...OPERATIONS.map(({ operation }) => operation.option.action),
		...((events?.options ?? []) as INodePropertyOptions[]).map(({ action }) => action ?? ''),
	];

	it.each(actions)('"%s" is in sentence case, without a period', (action) => {
		expect(isSentenceCase(action)).toBe(true);
		expect(action).not.toMatch(/\.$/);
	});

	it('differs', () => expect(actions).toEqual([...new Set(actions)]));
});

it('has no emoji and no tag that n8n takes out', () => {
	const written = [
		...ALL.flatMap(({ label, description = '', field }) => [label, description, field?.hint ?? '']),
		...NODES.flatMap(({ displayName, description }) => [displayName, description]),
	];
	for (const text of written) {
		expect(text).not.toMatch(/\p{Extended_Pictographic}/u);
		expect(text.replace(/<\/?(?:a|ul|li)\b[^>]*>/g, '')).not.toMatch(/<[a-z/]/i);
	}
});
