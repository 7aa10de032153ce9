import { verifyWebhookSignature } from '../shared/signing';
import type { VortexEvent } from '../shared/types';

const MINUTE = 60_000;

const BYTE_ORDER_MARK = 0xfeff;

/** How far ahead of our clock a delivery's `timestamp` may be, in ms. */
const CLOCK_SKEW = 5 * MINUTE;

/**
 * `forged`: not signed with one of our secrets. `unreadable`: signed, but no JSON object. Only `good`
 * carries the event.
 */
export type Verdict =
	{ verdict: 'good'; event: VortexEvent } | { verdict: 'forged' } | { verdict: 'unreadable' };

/**
 * Judges one delivery. The signature is checked before anything in the body is looked at.
 *
 * @param body the exact bytes received; missing when the host could not keep them
 * @param signature the value of the `X-Vortex-Signature` header
 * @param secrets the signing secrets that are good now
 * @returns the verdict; never throws, whatever was received
 */
export function judgeDelivery(
	body: Buffer | undefined,
	signature: unknown,
	secrets: readonly string[],
): Verdict {
	if (body === undefined || !verifyWebhookSignature(body, signature, secrets)) {
		return { verdict: 'forged' };
	}
	const event = parseObject(body);
	return event === undefined ? { verdict: 'unreadable' } : { verdict: 'good', event };
}

function parseObject(body: Buffer): VortexEvent | undefined {
	try {
		const text = body.toString('utf8');
		const value: unknown = JSON.parse(
			text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text,
		);
		const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
		return isObject ? (value as VortexEvent) : undefined;
	} catch {
		return undefined;
	}
}

/**
 * @param event an event whose signature was good
 * @param maxAgeMinutes the oldest `timestamp` taken, in minutes; 0 takes any, NaN takes none
 * @param now the time of arrival, in ms since 1970
 * @returns whether the event is too old, too far in the future, or has no readable `timestamp`
 */
export function isOutdated(event: VortexEvent, maxAgeMinutes: number, now: number): boolean {
	if (maxAgeMinutes === 0) return false;
	const sent = typeof event.timestamp === 'string' ? Date.parse(event.timestamp) : NaN;
	return !(sent >= now - maxAgeMinutes * MINUTE && sent <= now + CLOCK_SKEW);
}
