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

/**
 * Tells whether a delivery was signed with one of the secrets. Compares in constant time and tries
 * every secret, so that the time taken tells nothing about which one was close.
 *
 * @param body the exact bytes that were received
 * @param signature the value of the `X-Vortex-Signature` header
 * @param secrets the secrets that are good now; none means that nothing can be good
 * @returns true only for the exact lower-case digest: no prefix, no blanks, no list
 */
export function verifyWebhookSignature(
	body: Buffer,
	signature: unknown,
	secrets: readonly string[],
): boolean {
	if (typeof signature !== 'string' || signature === '') return false;
	const received = Buffer.from(signature, 'utf8');
	let verified = false;
	for (const secret of secrets) {
		const expected = Buffer.from(webhookSignature(body, secret), 'utf8');
		if (received.length === expected.length && timingSafeEqual(received, expected)) {
			verified = true;
		}
	}
	return verified;
}
