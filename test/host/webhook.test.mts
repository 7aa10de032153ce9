// Verifying a delivery that reached the workflow another way: the contract's table.
import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { sign } from '../sandbox/webhooks.mts';
import { API_KEY, vortexNode } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const SECRET = ['whsec', 'test'].join('_');
const BODY = '{ "id":"evt_1",  "type":"invitation.accepted","data":{"name":"Zoë"} }\n';

async function run(parameters: INodeParameters, items: unknown[], webhookSecret: unknown = SECRET) {
	const node = vortexNode('webhook', 'verify', parameters);
	return await execute({ credential: { apiKey: API_KEY, webhookSecret }, items, node });
}

const FROM_ITEM = { body: '={{ $json.body }}', signature: '={{ $json.signature }}' };

describe('verify', () => {
	it('gives the event of a good delivery', async () => {
		const { json } = await run(FROM_ITEM, [{ body: BODY, signature: sign(BODY, SECRET) }]);
		expect(json).toEqual([{ valid: true, event: JSON.parse(BODY) }]);
	});

	it('takes any of several secrets', async () => {
		const secrets = `old, ${SECRET}`;
		const { json } = await run(FROM_ITEM, [{ body: BODY, signature: sign(BODY, SECRET) }], secrets);
		expect(json).toMatchObject([{ valid: true }]);
	});

	it.each([
		['another secret', sign(BODY, 'other')],
		['upper case', sign(BODY, SECRET).toUpperCase()],
		['a blank after it', `${sign(BODY, SECRET)} `],
		['the body without its blanks', sign(JSON.stringify(JSON.parse(BODY)), SECRET)],
	])('does not take a signature with %s', async (_what, signature) => {
		const { json, error } = await run(FROM_ITEM, [{ body: BODY, signature }]);
		expect(error).toBeUndefined();
		expect(json).toEqual([{ valid: false }]);
	});

	it('refuses to judge without a secret', async () => {
		const { error } = await run(FROM_ITEM, [{ body: BODY, signature: 'x' }], ' , ');
		expect(error?.message).toBe("The 'Webhook Signing Secret' in your Vortex credential is empty");
		expect(error?.description).toContain('Integrations > Webhooks');
	});

	it.each([
		['Body', { signature: 'x' }, "'Body' is empty"],
		['Signature', { body: BODY }, "'Signature' is empty"],
		['Body', { body: { parsed: true }, signature: 'x' }, "'Body' is not text"],
	])('refuses an unusable %s', async (_label, item, message) => {
		const { error } = await run(FROM_ITEM, [item]);
		expect(error?.message).toBe(message);
	});

	it('says so when Vortex has signed what is no event', async () => {
		const { error } = await run(FROM_ITEM, [{ body: '[1]', signature: sign('[1]', SECRET) }]);
		expect(error?.message).toContain('is not a JSON object');
	});
});
