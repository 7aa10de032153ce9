import { describe, expect, it } from 'vitest';
import { splitSecrets, verifyWebhookSignature, webhookSignature } from '../../nodes/shared/signing';

/** W1 of the published vectors. */
const W1 = {
	secret: ['whsec', 'test', 'secret', '123'].join('_'),
	body: Buffer.from(
		'{"id":"evt_123","type":"invitation.accepted","timestamp":"2025-01-15T12:00:00.000Z","accountId":"acc_123","environmentId":"env_456","sourceTable":"invitations","operation":"update","data":{"invitationId":"inv_789","targetEmail":"user@example.com"}}',
	),
	signature: '0197685056b67948362052b906635708c8272b804a1790901c13e28d1526ee60',
};

const verifyW1 = (signature: unknown, secrets = [W1.secret]) =>
	verifyWebhookSignature(W1.body, signature, secrets);

describe('webhookSignature', () => {
	it('is that of the published vector', () => {
		expect(webhookSignature(W1.body, W1.secret)).toBe(W1.signature);
	});

	it('is over the bytes, not over what they mean as text', () => {
		const invalid = Buffer.from([0x7b, 0xff, 0x7d]);
		const mended = Buffer.from(invalid.toString('utf8'));
		expect(webhookSignature(invalid, W1.secret)).not.toBe(webhookSignature(mended, W1.secret));
	});
});

describe('verifyWebhookSignature', () => {
	it('takes the published vector, with its secret at any place', () => {
		expect(verifyW1(W1.signature)).toBe(true);
		expect(verifyW1(W1.signature, [W1.secret, 'b', 'c'])).toBe(true);
		expect(verifyW1(W1.signature, ['a', 'b', W1.secret])).toBe(true);
	});

	it.each<[string, unknown]>([
		['missing', undefined],
		['null', null],
		['empty', ''],
		['a number', 1],
		['an object', {}],
		['a list with the right one', [W1.signature]],
		['truncated', W1.signature.slice(1)],
		['longer', `${W1.signature}0`],
		['changed', W1.signature.replace('0', '1')],
		['upper case', W1.signature.toUpperCase()],
		['prefixed', `sha256=${W1.signature}`],
		['with a blank', `${W1.signature} `],
		['with a line break', `${W1.signature}\n`],
		['doubled', `${W1.signature}, ${W1.signature}`],
		['as many characters, but not as many bytes', `${W1.signature.slice(1)}ä`],
		['as many bytes, but not as many characters', `${W1.signature.slice(2)}ä`],
	])('refuses a signature that is %s', (_what, signature) => {
		expect(verifyW1(signature)).toBe(false);
	});

	it('refuses everything without a secret', () => {
		expect(verifyW1(W1.signature, [])).toBe(false);
		expect(verifyW1('', [])).toBe(false);
	});

	it('refuses what anybody can sign with an empty secret', () => {
		const signature = webhookSignature(W1.body, '');
		expect(verifyW1(signature, [''])).toBe(false);
		expect(verifyW1(signature, [W1.secret, ''])).toBe(false);
		expect(verifyW1(W1.signature, ['', W1.secret])).toBe(true);
	});

	it('takes the secret whole, with its prefix', () => {
		expect(verifyW1(W1.signature, [W1.secret.replace('whsec_', '')])).toBe(false);
		expect(verifyW1(W1.signature, [W1.secret.toUpperCase()])).toBe(false);
	});
});

describe('splitSecrets', () => {
	it.each<[unknown, string[]]>([
		['a', ['a']],
		['a,b', ['a', 'b']],
		['a b', ['a', 'b']],
		['a\nb\r\nc\td', ['a', 'b', 'c', 'd']],
		[' ,a, ,b,\n', ['a', 'b']],
		['b,a,b', ['b', 'a']],
		['whsec_a.b-c+/=;:|', ['whsec_a.b-c+/=;:|']],
		['', []],
		[' , \n', []],
		[undefined, []],
		[null, []],
		[17, []],
		[['a'], []],
	])('%j gives %j', (text, secrets) => {
		expect(splitSecrets(text)).toEqual(secrets);
	});
});
