// Looks for secrets where they must not be, in every form in which they could be there.
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';

/** A secret, by what a failing test may call it. */
export type Secrets = Record<string, string | Buffer>;

/** @returns the key that signs tokens for an API key: worth as much as the key itself */
export function signingKeyOf(apiKey: string): Buffer {
	const [, id, secret] = apiKey.split('.');
	const kid = Buffer.from(id, 'base64url')
		.toString('hex')
		.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	return createHmac('sha256', secret).update(kid).digest();
}

/**
 * @param where what the text is, for the message
 * @param text text, or bytes of a file
 * @returns one line for each form of each secret that is in there
 */
export function findSecrets(where: string, text: string | Buffer, secrets: Secrets): string[] {
	const bytes = Buffer.from(text);
	return Object.entries(secrets).flatMap(([name, secret]) =>
		Object.entries(formsOf(Buffer.from(secret)))
			.filter(([, form]) => bytes.includes(form))
			.map(([form]) => `${name} (${form}) in ${where}`),
	);
}

function formsOf(secret: Buffer): Record<string, string | Buffer> {
	const text = secret.toString('utf8');
	const isText = Buffer.from(text).equals(secret);
	return {
		bytes: secret,
		'UTF-16': isText ? Buffer.from(text, 'utf16le') : secret,
		hex: secret.toString('hex'),
		'hex in capitals': secret.toString('hex').toUpperCase(),
		'hex with blanks': secret.toString('hex').replace(/..(?!$)/g, '$& '),
		...(isText && {
			'URL-encoded': encodeURIComponent(text),
			'JSON in JSON': JSON.stringify(JSON.stringify(text)).slice(4, -4),
			backwards: [...text].reverse().join(''),
		}),
		...Object.fromEntries([0, 1, 2].flatMap((offset) => base64Of(secret, offset))),
	};
}

/** The part of the Base64 that is the same whatever stands before and after, at one of three offsets. */
function base64Of(secret: Buffer, offset: number): Array<[string, string]> {
	const padded = Buffer.concat([Buffer.alloc(offset), secret]);
	const from = Math.ceil((offset * 8) / 6);
	const to = Math.floor((padded.length * 8) / 6);
	return (['base64', 'base64url'] as const).map((form) => [
		`${form}, offset ${offset}`,
		padded.toString(form).slice(from, to),
	]);
}

/** Everything that is in a value, hidden properties, causes and stacks too. */
export function everythingIn(value: unknown): string {
	const options = {
		showHidden: true,
		depth: Infinity,
		maxStringLength: null,
		maxArrayLength: null,
	};
	return [inspect(value, { ...options, breakLength: Infinity }), asJson(value), String(value)].join(
		'\n',
	);
}

function asJson(value: unknown): string {
	const seen = new Set<unknown>();
	const once = (_key: string, part: unknown) => {
		if (typeof part !== 'object' || part === null) return part;
		if (seen.has(part)) return undefined;
		seen.add(part);
		return part;
	};
	return JSON.stringify(value, once) ?? '';
}
