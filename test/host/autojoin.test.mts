// What each autojoin operation sends, and what it makes of the answer: the contract's table.
import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { useScriptedServer } from '../support/scripted.mts';
import { useSandbox, vortexNode } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const vortex = useSandbox();
const scripted = useScriptedServer();

const TEAM = { scopeType: 'team', scopeId: 'team-1' };
const CHANGE = { ...TEAM, componentId: 'component-1' };

async function run(operation: string, parameters: INodeParameters, items: unknown[] = [{}]) {
	return await execute({
		credential: vortex.credential,
		items,
		node: vortexNode('autojoin', operation, parameters),
	});
}

async function runScripted(operation: string, parameters: INodeParameters) {
	return await execute({
		credential: scripted.credential,
		node: vortexNode('autojoin', operation, parameters),
	});
}

/** Gives a team its domains, without a request. */
function seed(domains: string[], scope = 'team-1') {
	return vortex.sandbox.invitations.setAutojoin({
		scope,
		scopeType: 'team',
		domains,
		componentId: 'component-1',
	});
}

const domainsOf = (scope = 'team-1') =>
	vortex.sandbox.invitations.getAutojoin('team', scope).autojoinDomains.map(({ domain }) => domain);

const sent = () => vortex.sandbox.requests.map(({ method, url, body }) => ({ method, url, body }));

const BY_SCOPE = '/api/v1/invitations/by-scope/team/team-1/autojoin';
const POST = '/api/v1/invitations/autojoin';

describe('getDomains', () => {
	it('gives the domains as texts and with their ids, and the invitation behind them', async () => {
		const { autojoinDomains, invitation } = seed(['acme.com', 'acme.org']);
		const { json } = await run('getDomains', TEAM);
		expect(sent()).toEqual([{ method: 'GET', url: BY_SCOPE, body: undefined }]);
		expect(json).toEqual([
			{
				...TEAM,
				domains: ['acme.com', 'acme.org'],
				autojoinDomains,
				invitation: JSON.parse(JSON.stringify(invitation)),
			},
		]);
	});

	it('gives empty lists for a scope without domains', async () => {
		const { json } = await run('getDomains', TEAM);
		expect(json).toEqual([{ ...TEAM, domains: [], autojoinDomains: [], invitation: null }]);
	});

	it.each([
		[
			'the name that the documentation uses',
			{ domains: [{ id: 'd-1', domain: 'acme.com' }] },
			'd-1',
		],
		['a list of texts', { domains: ['acme.com'] }, null],
	])('reads %s', async (_what, body, id) => {
		scripted.answer([{ body }]);
		const { json } = await runScripted('getDomains', TEAM);
		expect(json).toEqual([
			{
				...TEAM,
				domains: ['acme.com'],
				autojoinDomains: [{ id, domain: 'acme.com' }],
				invitation: null,
			},
		]);
	});
});

describe('setDomains', () => {
	it('replaces the list, trimmed, in lower case, without @, each once', async () => {
		seed(['old.com']);
		const { json } = await run('setDomains', {
			...CHANGE,
			domains: ' Acme.com, @acme.org,acme.com ,münchen.de',
			additionalFields: { scopeName: 'Marketing', metadata: '{"plan":"pro"}' },
		});
		const domains = ['acme.com', 'acme.org', 'münchen.de'];
		expect(sent()).toEqual([
			{
				method: 'POST',
				url: POST,
				body: {
					scope: 'team-1',
					scopeType: 'team',
					domains,
					componentId: 'component-1',
					scopeName: 'Marketing',
					metadata: { plan: 'pro' },
				},
			},
		]);
		expect(json).toMatchObject([{ ...TEAM, domains }]);
		expect(domainsOf()).toEqual(domains);
	});

	it('takes a list from an expression', async () => {
		const items = [{ domains: ['acme.com', 'acme.org'] }];
		await run('setDomains', { ...CHANGE, domains: '={{ $json.domains }}' }, items);
		expect(domainsOf()).toEqual(['acme.com', 'acme.org']);
	});

	it('says what it asked for when the answer is empty', async () => {
		scripted.answer([{}]);
		const { json } = await runScripted('setDomains', { ...CHANGE, domains: 'acme.com' });
		expect(json).toEqual([
			{
				...TEAM,
				domains: ['acme.com'],
				autojoinDomains: [{ id: null, domain: 'acme.com' }],
				invitation: null,
			},
		]);
	});

	it.each(['acme', 'http://acme.com', 'nathan@acme.com', 'acme..com', '-acme.com', 'acme.com/x'])(
		'refuses %s before any request',
		async (domain) => {
			const { error } = await run('setDomains', { ...CHANGE, domains: `good.com, ${domain}` });
			expect(error?.message).toBe(`'Domains' holds '${domain}', which is not a domain name`);
			expect(error?.description).toContain("for example 'acme.com'");
			expect(sent()).toEqual([]);
		},
	);

	it('refuses no domain at all: that is what Disable is for', async () => {
		const { error } = await run('setDomains', { ...CHANGE, domains: '={{ " , " }}' });
		expect(error?.message).toBe("'Domains' is empty");
		expect(sent()).toEqual([]);
	});

	it.each([
		['Metadata', 'no JSON'],
		['Metadata', '["a list"]'],
	])('refuses %s that is %s', async (label, metadata) => {
		const { error } = await run('setDomains', {
			...CHANGE,
			domains: 'acme.com',
			additionalFields: { metadata },
		});
		expect(error?.message).toBe(`'${label}' is not a JSON object`);
		expect(sent()).toEqual([]);
	});

	it('is sent again when the outcome is unknown, as sending it twice is the same', async () => {
		scripted.answer([{ status: 500 }, { body: { autojoinDomains: [], invitation: null } }]);
		const { error } = await runScripted('setDomains', { ...CHANGE, domains: 'acme.com' });
		expect(error).toBeUndefined();
		expect(scripted.arrivals).toHaveLength(2);
	});
});

describe('addDomains', () => {
	it('posts the union, those of before first', async () => {
		seed(['acme.com']);
		const { json } = await run('addDomains', { ...CHANGE, domains: 'acme.org, acme.com' });
		expect(sent()).toMatchObject([
			{ method: 'GET', url: BY_SCOPE },
			{ method: 'POST', url: POST, body: { domains: ['acme.com', 'acme.org'] } },
		]);
		expect(json).toMatchObject([{ ...TEAM, domains: ['acme.com', 'acme.org'] }]);
	});

	it('posts nothing when nothing changes', async () => {
		seed(['acme.com', 'acme.org']);
		const { json } = await run('addDomains', { ...CHANGE, domains: 'ACME.org' });
		expect(sent()).toEqual([{ method: 'GET', url: BY_SCOPE, body: undefined }]);
		expect(json).toMatchObject([{ domains: ['acme.com', 'acme.org'] }]);
	});

	it('adds one after the other where several items change one scope', async () => {
		const items = ['a.com', 'b.com', 'c.com', 'd.com'].map((domain) => ({ domain }));
		const { json } = await run('addDomains', { ...CHANGE, domains: '={{ $json.domain }}' }, items);
		expect(domainsOf()).toEqual(['a.com', 'b.com', 'c.com', 'd.com']);
		expect(json.map((item) => (item as { domains: string[] }).domains.length)).toEqual([
			1, 2, 3, 4,
		]);
	});

	it('goes on with the next item of the scope after one was refused', async () => {
		const items = [{ id: 'a.com' }, { id: 'bad' }, { id: 'c.com' }];
		const node = vortexNode('autojoin', 'addDomains', { ...CHANGE, domains: '={{ $json.id }}' });
		await execute({
			credential: vortex.credential,
			items,
			node: { ...node, onError: 'continueRegularOutput' },
		});
		expect(domainsOf()).toEqual(['a.com', 'c.com']);
	});

	it.each([
		['nothing', undefined],
		['no list', { data: { autojoinDomains: [{ id: 'd', domain: 'acme.com' }] } }],
		['a list at the top', []],
		['an object as list', { autojoinDomains: {} }],
		['an entry without a domain', { autojoinDomains: [{ id: 'd', name: 'acme.com' }] }],
	])('posts nothing after an answer with %s: it would wipe the list', async (_what, body) => {
		scripted.answer([{ body }]);
		const { error } = await runScripted('addDomains', { ...CHANGE, domains: 'new.com' });
		expect(error?.message).toBe('The answer of Vortex has no list of domains');
		expect(scripted.arrivals.map(({ method }) => method)).toEqual(['GET']);
	});

	it('asks for the component before any request', async () => {
		const { error } = await run('addDomains', {
			...TEAM,
			componentId: '={{ "" }}',
			domains: 'acme.com',
		});
		expect(error?.message).toBe("'Component ID' is empty");
		expect(sent()).toEqual([]);
	});

	it('reads Metadata before any request', async () => {
		const { error } = await run('addDomains', {
			...CHANGE,
			domains: 'acme.com',
			additionalFields: { metadata: 'no JSON' },
		});
		expect(error?.message).toBe("'Metadata' is not a JSON object");
		expect(sent()).toEqual([]);
	});
});

describe('removeDomains', () => {
	it('posts what is left', async () => {
		seed(['acme.com', 'acme.org', 'acme.net']);
		const { json, hints } = await run('removeDomains', { ...CHANGE, domains: '@Acme.org' });
		expect(sent()[1]).toMatchObject({ url: POST, body: { domains: ['acme.com', 'acme.net'] } });
		expect(json).toMatchObject([{ domains: ['acme.com', 'acme.net'] }]);
		expect(hints).toEqual([]);
	});

	it('switches autojoin off with the last one, and says so', async () => {
		seed(['acme.com']);
		const { json, hints } = await run('removeDomains', { ...CHANGE, domains: 'acme.com' });
		expect(sent()[1]).toMatchObject({ url: POST, body: { domains: [] } });
		expect(json).toEqual([{ ...TEAM, domains: [], autojoinDomains: [], invitation: null }]);
		expect(hints).toEqual([expect.stringContaining('no autojoin domain left')]);
	});

	it('posts nothing when nothing changes', async () => {
		seed(['acme.com']);
		await run('removeDomains', { ...CHANGE, domains: 'acme.org' });
		expect(sent()).toHaveLength(1);
		expect(domainsOf()).toEqual(['acme.com']);
	});
});

describe('disable', () => {
	it('posts an empty list', async () => {
		seed(['acme.com', 'acme.org']);
		const { json } = await run('disable', CHANGE);
		expect(sent()).toEqual([
			{
				method: 'POST',
				url: POST,
				body: { scope: 'team-1', scopeType: 'team', domains: [], componentId: 'component-1' },
			},
		]);
		expect(json).toMatchObject([{ ...TEAM, domains: [] }]);
	});
});

describe('the three operations that no SDK has', () => {
	it('getDomain: gives what Vortex answers', async () => {
		const { id } = seed(['acme.com']).autojoinDomains[0];
		const { json } = await run('getDomain', { domainId: id });
		expect(sent()).toEqual([{ method: 'GET', url: `${POST}/${id}`, body: undefined }]);
		expect(json).toEqual([{ id, domain: 'acme.com', scope: 'team-1', scopeType: 'team' }]);
	});

	it('deleteDomain: an empty answer is a success', async () => {
		const { id } = seed(['acme.com', 'acme.org']).autojoinDomains[0];
		const { json } = await run('deleteDomain', { domainId: id });
		expect(sent()).toEqual([{ method: 'DELETE', url: `${POST}/${id}`, body: undefined }]);
		expect(json).toEqual([{ success: true, domainId: id }]);
		expect(domainsOf()).toEqual(['acme.org']);
	});

	it('findByDomain: asks for the domain name', async () => {
		seed(['acme.com']);
		const { json } = await run('findByDomain', { domain: '@ACME.com' });
		expect(sent()).toEqual([{ method: 'GET', url: `${POST}/by-domain/acme.com`, body: undefined }]);
		expect(json).toMatchObject([{ invitations: [{ invitationType: 'autojoin' }] }]);
	});

	it.each(['acme', 'http://acme.com'])('findByDomain: refuses %s', async (domain) => {
		const { error } = await run('findByDomain', { domain });
		expect(error?.message).toBe(`'Domain' holds '${domain}', which is not a domain name`);
		expect(sent()).toEqual([]);
	});

	it.each([
		['getDomain', { domainId: 'd-1' }],
		['deleteDomain', { domainId: 'd-1' }],
		['findByDomain', { domain: 'acme.com' }],
	])('%s: a list is one item for each entry, nothing is a success', async (operation, asked) => {
		scripted.answer([{ body: [{ id: 1 }, { id: 2 }] }, {}]);
		const several = await runScripted(operation, asked);
		expect(several.json).toEqual([{ id: 1 }, { id: 2 }]);
		expect(several.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 0 },
		]);
		expect((await runScripted(operation, asked)).json).toEqual([{ success: true, ...asked }]);
	});

	it.each(['.', '..'])('getDomain: refuses %s', async (domainId) => {
		const { error } = await run('getDomain', { domainId });
		expect(error?.message).toBe(`'Domain ID' must not be '${domainId}'`);
		expect(sent()).toEqual([]);
	});
});
