import type {
	IDataObject,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';

/** Reads a raw value by the parameter's name; undefined when it is not set. */
type Read = (name: string) => unknown;

type Refuse = (message: string, description: string) => Error;

const CHECK_EXPRESSION =
	'If it comes from an expression, check what the expression gives for this item.';

/**
 * The parameters of one input item. n8n checks that a fixed required value is not empty, and no
 * more: whatever an expression gives arrives unchecked, so every value is checked as it is read,
 * and a refusal names the parameter as the user sees it.
 */
export class Parameters {
	/**
	 * @param read gives a raw value
	 * @param fields the fields that may be read: their labels and options
	 * @param refuse makes the error that is thrown for a value that will not do
	 */
	constructor(
		private readonly read: Read,
		private readonly fields: readonly INodeProperties[],
		private readonly refuse: Refuse,
	) {}

	/** @returns text without blanks around it. Refuses an empty value and what is no text or number. */
	required(name: string): string {
		const text = this.optional(name);
		if (text === undefined) throw this.empty(name);
		return text;
	}

	/** @returns text exactly as it is, blanks included. Refuses an empty value and what is no text. */
	exactText(name: string): string {
		const value = this.read(name);
		if (typeof value === 'string' && value !== '') return value;
		if (value === undefined || value === null || value === '') throw this.empty(name);
		throw this.refuse(
			`'${this.label(name)}' is not text`,
			`Give the text exactly as it was received. ${CHECK_EXPRESSION}`,
		);
	}

	/**
	 * @returns as `required`, for what becomes a part of a path. Refuses `.` and `..` too: they would
	 * address another part of the API, however they are encoded; and half a character, which has no
	 * encoding.
	 */
	pathPart(name: string): string {
		const text = this.required(name);
		if (text === '.' || text === '..') {
			throw this.refuse(
				`'${this.label(name)}' must not be '${text}'`,
				`Fill in the ID as Vortex or your app knows it. ${CHECK_EXPRESSION}`,
			);
		}
		if (/\p{Surrogate}/u.test(text)) {
			throw this.refuse(
				`'${this.label(name)}' holds a broken character`,
				`It may have been cut off in the middle of one. ${CHECK_EXPRESSION}`,
			);
		}
		return text;
	}

	/** @returns text without blanks around it, or undefined when it is empty or not set */
	optional(name: string): string | undefined {
		const value = this.read(name);
		if (value === undefined || value === null) return undefined;
		if (typeof value === 'object') {
			throw this.refuse(
				`'${this.label(name)}' is not text`,
				`It holds a list or an object. Choose one field of it instead. ${CHECK_EXPRESSION}`,
			);
		}
		const text = String(value).trim();
		return text === '' ? undefined : text;
	}

	/**
	 * @param aliases further values, and what they mean
	 * @returns one of the values that the field offers. Refuses any other, listing those allowed.
	 */
	option(name: string, aliases: Record<string, string> = {}): string {
		const given = this.required(name);
		const text = Object.hasOwn(aliases, given) ? aliases[given] : given;
		const allowed = this.allowed(name);
		if (!allowed.includes(text)) {
			throw this.refuse(
				`'${this.label(name)}' cannot be '${shorten(given)}'. Use one of: ${allowed.join(', ')}`,
				CHECK_EXPRESSION,
			);
		}
		return text;
	}

	/** @returns true or false, or undefined when it is not set. Refuses anything else. */
	flag(name: string): boolean | undefined {
		const value = this.read(name);
		if (value === undefined || value === null || value === '') return undefined;
		if (typeof value === 'boolean') return value;
		if (value === 'true' || value === 'false') return value === 'true';
		throw this.refuse(
			`'${this.label(name)}' is neither true nor false`,
			`Switch it on or off. ${CHECK_EXPRESSION}`,
		);
	}

	/** @returns a whole number from `least`. Refuses anything else. */
	wholeNumber(name: string, fallback: number, least: number): number {
		const value = this.read(name);
		if (value === undefined || value === null || value === '') return fallback;
		const number = typeof value === 'string' ? Number(value) : value;
		if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < least) {
			throw this.refuse(
				`'${this.label(name)}' is not a whole number from ${least}`,
				`Use a number such as ${fallback}. ${CHECK_EXPRESSION}`,
			);
		}
		return number;
	}

	/**
	 * @returns the parts of a list or of text with commas, trimmed, each once, without empty ones.
	 * Refuses a list without any part.
	 */
	list(name: string): string[] {
		const texts = this.optionalList(name);
		if (texts === undefined) throw this.empty(name);
		return texts;
	}

	/** @returns as `list`, or undefined for a list without any part */
	optionalList(name: string): string[] | undefined {
		const value = this.read(name);
		const parts = Array.isArray(value) ? value : String(value ?? '').split(',');
		if (isObject(value) || parts.some((part) => typeof part === 'object' && part !== null)) {
			throw this.refuse(
				`'${this.label(name)}' holds something that is not text`,
				`Use text with commas, or a list of texts. ${CHECK_EXPRESSION}`,
			);
		}
		const texts = parts.map((part) => String(part ?? '').trim()).filter((part) => part !== '');
		return texts.length === 0 ? undefined : [...new Set(texts)];
	}

	/** @returns an object given as JSON text or as an object, or undefined when it is empty */
	json(name: string): IDataObject | undefined {
		const value = this.read(name);
		if (value === undefined || value === null || value === '') return undefined;
		const parsed = typeof value === 'string' ? parseJson(value) : value;
		if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
			throw this.refuse(
				`'${this.label(name)}' is not a JSON object`,
				`Write it as {"key": "value"}. ${CHECK_EXPRESSION}`,
			);
		}
		return parsed as IDataObject;
	}

	/** @returns an object given as JSON text or as an object. Refuses an empty one. */
	requiredJson(name: string): IDataObject {
		const object = this.json(name);
		if (object === undefined) throw this.empty(name);
		return object;
	}

	/** @returns the value as it is, for what checks it by itself */
	raw(name: string): unknown {
		return this.read(name);
	}

	/** @returns the fields of a collection, none of them set when the collection is not */
	collection(name: string): Parameters {
		const value = this.read(name);
		const values = isObject(value) ? value : {};
		return new Parameters(own(values), this.nested(name) as INodeProperties[], this.refuse);
	}

	/** @returns the rows of a fixed collection's `group`, each as parameters of its own */
	rows(name: string, group: string): Parameters[] {
		const value = this.read(name);
		const held = isObject(value) ? own(value)(group) : undefined;
		const rows = Array.isArray(held) ? held : [held];
		const collections = this.nested(name) as INodePropertyCollection[];
		const fields = collections.find((collection) => collection.name === group)?.values ?? [];
		return rows.filter(isObject).map((row) => new Parameters(own(row), fields, this.refuse));
	}

	/** @returns the parameter's name as the user sees it */
	label(name: string): string {
		return this.field(name)?.displayName ?? name;
	}

	private empty(name: string): Error {
		return this.refuse(
			`'${this.label(name)}' is empty`,
			`Fill in '${this.label(name)}'. ${CHECK_EXPRESSION}`,
		);
	}

	private field(name: string): INodeProperties | undefined {
		return this.fields.find((field) => field.name === name);
	}

	private nested(name: string): NonNullable<INodeProperties['options']> {
		return this.field(name)?.options ?? [];
	}

	private allowed(name: string): string[] {
		return (this.nested(name) as INodePropertyOptions[]).map((option) => String(option.value));
	}
}

function own(values: IDataObject): Read {
	return (name) => (Object.hasOwn(values, name) ? values[name] : undefined);
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function shorten(text: string): string {
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
