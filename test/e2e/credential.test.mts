// The credential's test button, through n8n's own API.
import fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../n8n-host/ports.mts';
import { useOwnSandbox, useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();
const sandbox = useOwnSandbox(stage);

/** A web site that is not Vortex's API. */
const site = fastify();
site.get('/*', (_request, reply) => reply.type('text/html').send('<html>Welcome</html>'));

/** The right address, spelt with a redirect in between. */
const moved = fastify();
moved.get('/*', ({ url }, reply) => reply.redirect(sandbox.url + url));

let siteUrl = '';
let movedUrl = '';
let nowhereUrl = '';

beforeAll(async () => {
	siteUrl = await site.listen({ host: '127.0.0.1', port: 0 });
	movedUrl = await moved.listen({ host: '127.0.0.1', port: 0 });
	nowhereUrl = `http://127.0.0.1:${await freePort()}`;
});
afterAll(async () => {
	await site.close();
	await moved.close();
});

async function test(changes: { apiKey?: string; baseUrl?: string }) {
	const data = {
		apiKey: stage.apiKey,
		webhookSecret: stage.webhookSecret,
		baseUrl: sandbox.url,
		...changes,
	};
	return await stage.n8n.testCredential('Tried', 'vortexApi', data);
}

it('is good with the right key, and asks Vortex for nobody', async () => {
	sandbox.requests.length = 0;
	expect(await test({})).toMatchObject({ status: 'OK' });
	expect(sandbox.requests).toMatchObject([
		{
			method: 'GET',
			url: '/api/v1/invitations?targetType=email&targetValue=credential-test%40n8n.invalid',
			headers: { 'x-api-key': stage.apiKey },
		},
	]);
});

it.each([
	['a slash at the end', () => `${sandbox.url}/`],
	['the path of the API', () => `${sandbox.url}/api/v1/`],
	['white space around it', () => ` ${sandbox.url} `],
])('is good with a base URL that has %s', async (_what, baseUrl) => {
	expect(await test({ baseUrl: baseUrl() })).toMatchObject({ status: 'OK' });
});

it('says that the key is wrong', async () => {
	const verdict = await test({ apiKey: `${stage.apiKey}x` });
	expect(verdict).toEqual({
		status: 'Error',
		message: expect.stringMatching(
			has('saysStatusItself')
				? /^Authorization failed - please check your credentials$/
				: /^Vortex does not know this API key\. Copy the whole key/,
		),
	});
});

it('says that there is another web site at the base URL', async () => {
	expect(await test({ baseUrl: siteUrl })).toEqual({
		status: 'Error',
		message: expect.stringMatching(/^What answers at the 'Base URL' is not the Vortex API/),
	});
});

it('says that there is no such path at the base URL', async () => {
	expect(await test({ baseUrl: `${sandbox.url}/somewhere` })).toEqual({
		status: 'Error',
		message: expect.stringMatching(
			has('saysStatusItself')
				? /^The resource you are requesting could not be found$/
				: /^There is no Vortex API at the 'Base URL'/,
		),
	});
});

it('does not hand the key on to where it is sent', async () => {
	sandbox.requests.length = 0;
	expect(await test({ baseUrl: movedUrl })).toMatchObject({ status: 'Error' });
	expect(sandbox.requests).toEqual([]);
});

it('says that nobody can be reached', async () => {
	const verdict = await test({ baseUrl: nowhereUrl });
	expect(verdict.status).toBe('Error');
	expect(verdict.message).toMatch(/refused|could not|cannot|ECONNREFUSED/i);
	expect(verdict.message).not.toContain(stage.apiKey);
});
