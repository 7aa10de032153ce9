import { createHmac, timingSafeEqual } from 'crypto';

/**
 * Splits what a user typed as signing secret.
 *
 * @param text one secret, or several separated by commas or white space
 * @returns the secrets, each once, in the order given; none for an empty or missing text
 */
export function splitSecrets(text: unknown): string[] {
	if (typeof text !== 'string') return [];
	return [...new Set(text.split(/[\s,]+/).filter((secret) => secret !== ''))];
}

/**
 * Signs a webhook body the way Vortex does: HMAC-SHA256 over the raw bytes, keyed with the whole
 * secret as UTF-8, any `whsec_` prefix included (Vortex's Node SDK 0.20.0, `VortexWebhooks`).
 *
 * @param body the exact bytes of the request body
 * @param secret one signing secret
 * @returns 64 lower-case hexadecimal digits
 */
export function webhookSignature(body: Buffer, secret: string): string {
	return createHmac('sha256', secret).update(body).digest('hex');
}

/** Bytes of a SHA-256 in hexadecimal digits. */
const DIGEST_LENGTH = 64;

/**
 * Tells whether a delivery was signed with one of the secrets. Compares in constant time and tries
 * every secret, so that the time taken tells nothing about which one was close.
 *
 * @param body the exact bytes that were received
 * @param signature the value of the `X-Vortex-Signature` header
 * @param secrets the secrets that are good now; with none, or an empty one, nothing can be good
 * @returns true only for the exact lower-case digest: no prefix, no blanks, no list
 */
export function verifyWebhookSignature(
	body: Buffer,
	signature: unknown,
	secrets: readonly string[],
): boolean {
	if (typeof signature !== 'string') return false;
	const received = Buffer.from(signature, 'utf8');
	// What cannot be a digest is not worth hashing a large body for, once for each secret.
	if (received.length !== DIGEST_LENGTH) return false;
	let verified = false;
	for (const secret of secrets) {
		const expected = Buffer.from(webhookSignature(body, secret), 'utf8');
		if (secret !== '' && timingSafeEqual(received, expected)) verified = true;
	}
	return verified;
}

/** What signs for one API key. */
export interface SigningKey {
	/** The id of the API key, as tokens and signatures name it: a lower-case UUID. */
	kid: string;
	/** 32 bytes, derived from the API key's secret. */
	key: Buffer;
}

/** Says what a value should have been. Never repeats the value: it may be a secret. */
export class SigningRefusal extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/**
 * Derives the key that signs tokens, JWTs and user signatures: HMAC-SHA256 over the key's id, keyed
 * with its secret (Vortex's Node SDK 0.20.0).
 *
 * @param apiKey `VRTX.<id>.<secret>`, where the id is 16 bytes in base64url; blanks around it do not
 * count. Any UUID version is taken, as by all of Vortex's SDKs but one.
 */
export function deriveSigningKey(apiKey: string): SigningKey {
	const parts = apiKey.trim().split('.');
	const [prefix, id, secret] = parts;
	if (parts.length !== 3 || !id || !secret || /\s/.test(apiKey.trim())) {
		throw badApiKey('does not have three parts');
	}
	if (prefix !== 'VRTX') throw badApiKey("does not begin with 'VRTX.'");
	const bytes = Buffer.from(id, 'base64url');
	if (bytes.length !== 16) throw badApiKey('has an incomplete second part');
	const kid = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	return { kid, key: createHmac('sha256', secret).update(kid).digest() };
}

function badApiKey(what: string): SigningRefusal {
	return new SigningRefusal(
		`The 'API Key' in your Vortex credential ${what}`,
		"A whole key looks like 'VRTX.' followed by 22 characters, a dot, and the secret. Open the credential and paste it once more.",
	);
}

const SECONDS_PER: Record<string, number> = { m: 60, h: 3600, d: 86_400 };

const DEFAULT_EXPIRY = '30d';

/** The last moment that a JavaScript date can hold, in seconds since 1970. */
const END_OF_TIME = 8.64e12;

/**
 * @param expiresIn a positive whole number of seconds, also as text, or a whole number of minutes,
 * hours or days such as `5m`, `24h`, `7d`; empty means 30 days
 * @param now seconds since 1970
 * @returns seconds. Refuses everything else, zero included.
 */
export function expirySeconds(expiresIn: unknown, now: number): number {
	const isUnset = expiresIn === undefined || expiresIn === null || expiresIn === '';
	const text = String(isUnset ? DEFAULT_EXPIRY : expiresIn).trim();
	const match = /^(\d+)([mhd]?)$/.exec(text);
	const seconds = match ? Number(match[1]) * (SECONDS_PER[match[2]] ?? 1) : 0;
	if (seconds === 0 || now + seconds > END_OF_TIME) {
		throw new SigningRefusal(
			"'Expires In' is not a duration",
			"Use a whole number of minutes, hours or days such as '5m', '24h' or '30d', or a number of seconds from 1.",
		);
	}
	return seconds;
}

export interface SignedToken {
	token: string;
	kid: string;
	/** ISO 8601, in UTC. */
	issuedAt: string;
	/** ISO 8601, in UTC. */
	expiresAt: string;
}

type Claims = Record<string, unknown>;

/**
 * Signs a token for Vortex's widgets: a JWT with HS256, whose payload is what the caller gives, then
 * `iat` and `exp`. A caller's own `iat` or `exp` keeps its place but not its value.
 *
 * @param expiresIn as `expirySeconds` takes it
 * @param now ms since 1970
 */
export function generateToken(
	signingKey: SigningKey,
	payload: Claims,
	expiresIn: unknown,
	now: number,
): SignedToken {
	const iat = Math.floor(now / 1000);
	const exp = iat + expirySeconds(expiresIn, iat);
	const header = { alg: 'HS256', typ: 'JWT', kid: signingKey.kid };
	return signToken(signingKey, header, { ...payload, iat, exp }, iat, exp);
}

/**
 * Signs a token of Vortex's older form: `iat` stands in the header and the payload says `expires`.
 *
 * @param user the user's `id`, `email`, `name`, `avatarUrl`, `adminScopes`, `allowedEmailDomains`
 * @param claims further claims: they come last and replace anything, `expires` included
 * @param expiresIn as `expirySeconds` takes it
 * @param now ms since 1970
 */
export function generateJwt(
	signingKey: SigningKey,
	user: Claims,
	claims: Claims,
	expiresIn: unknown,
	now: number,
): SignedToken {
	const iat = Math.floor(now / 1000);
	const expires = iat + expirySeconds(expiresIn, iat);
	const header = { iat, alg: 'HS256', typ: 'JWT', kid: signingKey.kid };
	const { email, adminScopes } = user;
	const payload: Claims = {
		userId: user.id,
		userEmail: email,
		expires,
		identifiers: email ? [{ type: 'email', value: email }] : [],
	};
	const name = user.name ?? user.userName;
	if (name) payload.name = name;
	const avatarUrl = user.avatarUrl ?? user.userAvatarUrl;
	if (avatarUrl) payload.avatarUrl = avatarUrl;
	if (hasParts(adminScopes)) {
		payload.adminScopes = adminScopes;
		if (adminScopes.includes('autojoin')) {
			payload.userIsAutojoinAdmin = true;
			payload.role = 'admin';
		}
	}
	if (hasParts(user.allowedEmailDomains)) payload.allowedEmailDomains = user.allowedEmailDomains;
	// The SDK assigns the claims one by one, by which a claim of this name is lost.
	const kept = Object.entries(claims).filter(([name]) => name !== '__proto__');
	return signToken(signingKey, header, { ...payload, ...Object.fromEntries(kept) }, iat, expires);
}

function signToken(
	{ kid, key }: SigningKey,
	header: Claims,
	payload: Claims,
	iat: number,
	exp: number,
): SignedToken {
	const signed = `${base64url(header)}.${base64url(payload)}`;
	const signature = createHmac('sha256', key).update(signed).digest('base64url');
	return {
		token: `${signed}.${signature}`,
		kid,
		issuedAt: new Date(iat * 1000).toISOString(),
		expiresAt: new Date(exp * 1000).toISOString(),
	};
}

function base64url(value: Claims): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Keys that Vortex's canonical form leaves out at every depth. */
const LEFT_OUT = new Set(['__proto__', 'constructor', 'prototype']);

/** A user's own names, and the names that the signature is made over. */
const RENAMED = new Set([
	'id',
	'email',
	'name',
	'avatarUrl',
	'userName',
	'userAvatarUrl',
	'adminScopes',
	'allowedEmailDomains',
]);

/**
 * Signs a user: HMAC-SHA256 over the user's canonical JSON. The signature has no time in it and is
 * good until the API key is replaced.
 *
 * @param user as for `generateJwt`, and any further fields. Refuses a user without `id` or `userId`.
 * @returns `<kid>:<64 lower-case hexadecimal digits>`
 */
export function signUser(
	{ kid, key }: SigningKey,
	user: Claims,
): { signature: string; kid: string } {
	if (!user.id && !user.userId) {
		throw new SigningRefusal(
			"'User' has no ID",
			'Give the user an "id", for example {"id": "user-17", "email": "nathan@example.com"}.',
		);
	}
	const named: Claims = {
		userId: user.id,
		userEmail: user.email || undefined,
		name: (user.name ?? user.userName) || undefined,
		avatarUrl: (user.avatarUrl ?? user.userAvatarUrl) || undefined,
		adminScopes: hasParts(user.adminScopes) ? user.adminScopes : undefined,
		allowedEmailDomains: hasParts(user.allowedEmailDomains) ? user.allowedEmailDomains : undefined,
	};
	for (const [name, value] of Object.entries(user)) {
		if (!RENAMED.has(name) && value !== undefined && !LEFT_OUT.has(name)) named[name] = value;
	}
	const digest = createHmac('sha256', key)
		.update(JSON.stringify(canonical(named)))
		.digest('hex');
	return { signature: `${kid}:${digest}`, kid };
}

/** Sorts the keys at every depth, by UTF-16 code units, and drops what JSON cannot hold. */
function canonical(value: unknown): unknown {
	if (value === null || typeof value !== 'object') return value;
	if ('toJSON' in value && typeof value.toJSON === 'function') return canonical(value.toJSON());
	if (Array.isArray(value)) return value.map(canonical);
	const sorted = Object.create(null) as Claims;
	for (const key of Object.keys(value).sort()) {
		const held = (value as Claims)[key];
		if (LEFT_OUT.has(key) || ['undefined', 'function', 'symbol'].includes(typeof held)) continue;
		sorted[key] = canonical(held);
	}
	return sorted;
}

function hasParts(list: unknown): list is string | string[] {
	return (typeof list === 'string' || Array.isArray(list)) && list.length > 0;
}
