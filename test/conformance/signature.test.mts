// Our verdict about a delivery is that of Vortex's own SDK.
import { createHmac } from 'node:crypto';
import { VortexWebhooks } from '@teamvortexsoftware/vortex-node-22-sdk';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitSecrets, verifyWebhookSignature } from '../../nodes/shared/signing';

const SEED = 20_260_115;

const CASES = 2000;

const sign = (body: Buffer, secret: string) =>
	createHmac('sha256', secret).update(body).digest('hex');

/** What may have happened to a right signature on its way; `none` is nothing. */
const FORGERIES = {
	none: (signature: string) => signature,
	'upper case': (signature: string) => signature.toUpperCase(),
	'one letter in upper case': (signature: string) =>
		signature.replace(/[a-f]/, (letter) => letter.toUpperCase()),
	prefixed: (signature: string) => `sha256=${signature}`,
	'with a version': (signature: string) => `v1=${signature}`,
	'one digit less': (signature: string) => signature.slice(0, -1),
	'one byte less': (signature: string) => signature.slice(2),
	'half of it': (signature: string) => signature.slice(0, 32),
	'one digit more': (signature: string) => `${signature}0`,
	'a blank after it': (signature: string) => `${signature} `,
	'a blank before it': (signature: string) => ` ${signature}`,
	doubled: (signature: string) => `${signature}, ${signature}`,
	'first digit changed': (signature: string) =>
		(signature[0] === '0' ? '1' : '0') + signature.slice(1),
	'as many characters, more bytes': (signature: string) => `${signature.slice(1)}ä`,
	'as many bytes, fewer characters': (signature: string) => `${signature.slice(2)}ä`,
	'other bytes': (signature: string) => Buffer.from(signature, 'hex').toString('base64'),
	empty: () => '',
} satisfies Record<string, (signature: string) => string>;

type Forgery = keyof typeof FORGERIES;

const text = fc.string({ unit: 'binary', maxLength: 200 });

/** Any non-empty text without what separates secrets. */
const secret = fc
	.oneof(
		fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 100 }),
		fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
		fc.string({ minLength: 1, maxLength: 40 }).map((rest) => `whsec_${rest}`),
	)
	.map((typed) => typed.replace(/[\s,]/g, ''))
	.filter((typed) => typed !== '');

const body = fc.oneof(
	{ arbitrary: fc.json().map((json) => Buffer.from(json)), weight: 4 },
	{ arbitrary: text.map((content) => Buffer.from(content)), weight: 3 },
	{ arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)), weight: 3 },
	{ arbitrary: text.map((content) => Buffer.from(`\uFEFF{"s":"${content}"}`)), weight: 1 },
	{ arbitrary: fc.constant(Buffer.alloc(0)), weight: 1 },
	{
		arbitrary: fc.integer({ min: 1, max: 60 }).map((k) => Buffer.alloc(k * 4096, 'Zoë ')),
		weight: 1,
	},
);

const changed = (bytes: Buffer, place: number) => {
	const copy = Buffer.concat([bytes, Buffer.from(bytes.length === 0 ? ' ' : '')]);
	copy[place % copy.length] ^= 1;
	return copy;
};

const delivery = fc.record({
	body,
	/** Those in the credential. */
	secrets: fc.uniqueArray(secret, { minLength: 1, maxLength: 4 }),
	separator: fc.constantFrom(',', ' ', ', ', '\n', '\r\n', '\t,'),
	/** Which of them Vortex has signed with, or another one. */
	signedWith: fc.oneof(
		{ arbitrary: fc.nat({ max: 3 }), weight: 5 },
		{ arbitrary: secret, weight: 1 },
	),
	/** Most signatures arrive as they were made. */
	forgery: fc.oneof(
		{ arbitrary: fc.constant<Forgery>('none'), weight: 3 },
		{ arbitrary: fc.constantFrom(...(Object.keys(FORGERIES) as Forgery[])), weight: 1 },
	),
	/** Where the body was changed on its way, if it was. */
	tamperedAt: fc.oneof(
		{ arbitrary: fc.constant(null), weight: 4 },
		{ arbitrary: fc.nat({ max: 300_000 }), weight: 1 },
	),
});

it(`${CASES} deliveries are judged alike`, () => {
	const tally = { good: 0, bad: 0, several: 0, large: 0 };
	const disagreements: unknown[] = [];
	const judge = (ours: boolean, theirs: boolean, about: object) => {
		if (ours !== theirs) disagreements.push({ ours, theirs, ...about });
	};
	for (const sent of fc.sample(delivery, { seed: SEED, numRuns: CASES })) {
		const { secrets, signedWith, forgery, tamperedAt } = sent;
		const key = typeof signedWith === 'string' ? signedWith : secrets[signedWith % secrets.length];
		const signature = FORGERIES[forgery](sign(sent.body, key));
		const received = tamperedAt === null ? sent.body : changed(sent.body, tamperedAt);

		const verdicts = secrets.map((one) =>
			new VortexWebhooks({ secret: one }).verifySignature(received, signature),
		);
		secrets.forEach((one, index) => {
			judge(verifyWebhookSignature(received, signature, [one]), verdicts[index], { one, ...sent });
		});
		const any = verdicts.includes(true);
		const typed = splitSecrets(secrets.join(sent.separator));
		judge(verifyWebhookSignature(received, signature, typed), any, { typed, ...sent });

		tally[any ? 'good' : 'bad'] += 1;
		if (secrets.length > 1) tally.several += 1;
		if (received.length > 50_000) tally.large += 1;
	}
	console.log(
		`signature conformance: ${CASES} deliveries (seed ${SEED}; ${tally.good} good, ${tally.bad} bad, ${tally.several} with several secrets, ${tally.large} over 50 kB), ${disagreements.length} disagreements with the SDK`,
	);
	expect(disagreements).toEqual([]);
	expect(Math.min(tally.good, tally.bad, tally.several)).toBeGreaterThan(CASES / 5);
	expect(tally.large).toBeGreaterThan(50);
});
