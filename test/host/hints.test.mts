// What n8n says beside the output, where an empty or shorter one would puzzle: once, however many items.
import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { useScriptedServer, type Answer } from '../support/scripted.mts';
import { vortexNode } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const server = useScriptedServer();

const TEAM = { scopeType: 'team', scopeId: 'team-1' };
const CHANGE = { ...TEAM, componentId: 'component-1' };
const SYNC = { inviterUserId: 'user-17', inviteeUserId: 'user-42', componentId: 'component-1' };
const ANN = { targetType: 'email', targetValue: 'ann@example.com' };

const listed = (...domains: string[]): Answer => ({
	body: {
		autojoinDomains: domains.map((domain, index) => ({ id: `domain-${index}`, domain })),
		invitation: null,
	},
});

interface Case {
	resource?: string;
	operation: string;
	parameters: INodeParameters;
	answers?: Answer[];
}

/** @returns the hints of a run with two equal items, of which the second is answered as the first */
async function hintsOf({ resource = 'invitation', operation, parameters, answers = [] }: Case) {
	server.answer(({ method }) => answers[method === 'GET' ? 0 : answers.length - 1] ?? {});
	const { hints, error } = await execute({
		credential: server.credential,
		items: [{}, {}],
		node: vortexNode(resource, operation, parameters),
	});
	expect(error).toBeUndefined();
	return hints;
}

const autojoin = (operation: string, parameters: INodeParameters, ...answers: Answer[]): Case => ({
	resource: 'autojoin',
	operation,
	parameters,
	answers,
});
const token = (operation: string, parameters: INodeParameters): Case => ({
	resource: 'token',
	operation,
	parameters,
});

const EMPTY: Answer = { body: { invitations: [] } };
const FOUND: Answer = { body: { invitations: [{ id: 'a', status: 'sent' }] } };
const ACCEPT = { invitationIds: 'a, b', userEmail: 'ann@example.com' };

describe('says so', () => {
	it.each<[string, Case, RegExp]>([
		[
			'nothing was found for a target',
			{ operation: 'getManyByTarget', parameters: ANN, answers: [EMPTY] },
			/^Nothing was found for at least one 'Target Value'\. Only open invitations are found/,
		],
		[
			'nothing was found for a scope',
			{ operation: 'getManyByScope', parameters: TEAM, answers: [EMPTY] },
			/^Nothing was found for at least one 'Scope ID'\. .*check 'Scope Type' too\.$/,
		],
		[
			'a person has nothing to accept',
			{ operation: 'acceptAll', parameters: { userEmail: ANN.targetValue }, answers: [EMPTY] },
			/no open invitations/,
		],
		[
			'some of the IDs were not accepted',
			{ operation: 'accept', parameters: ACCEPT, answers: [FOUND] },
			/^Vortex accepted 1 of the 2 invitations/,
		],
		[
			'none of the IDs was accepted',
			{ operation: 'accept', parameters: ACCEPT, answers: [EMPTY] },
			/^Vortex accepted 0 of the 2 invitations/,
		],
		[
			'nothing was pending (404)',
			{
				operation: 'syncInternal',
				parameters: SYNC,
				answers: [{ status: 404, body: { message: 'No pending invitation found' } }],
			},
			/'Inviter User ID', 'Invitee User ID' and 'Component ID'/,
		],
		[
			'nothing was pending (200)',
			{
				operation: 'syncInternal',
				parameters: SYNC,
				answers: [{ body: { processed: 0, invitationIds: [] } }],
			},
			/no invitation to sync/,
		],
		[
			'a scope has no domains',
			autojoin('getDomains', TEAM, listed()),
			/^At least one scope has no autojoin domains/,
		],
		[
			'a domain lets nobody join',
			autojoin('findByDomain', { domain: 'acme.com' }, { body: [] }),
			/^Nothing was found for at least one 'Domain'/,
		],
		[
			'a domain to remove was not there',
			autojoin(
				'removeDomains',
				{ ...CHANGE, domains: 'acme.com, acme.net' },
				listed('acme.com', 'acme.org'),
				listed('acme.org'),
			),
			/^Some of 'Domains' were no domains of their scope/,
		],
		[
			'the last domain was removed',
			autojoin('removeDomains', { ...CHANGE, domains: 'acme.com' }, listed('acme.com'), listed()),
			/^At least one scope has no autojoin domain left/,
		],
		[
			'Vortex left out domains',
			autojoin('setDomains', { ...CHANGE, domains: 'acme.com, acme.net' }, listed('acme.net')),
			/^Vortex did not take over these domains: acme\.com\.$/,
		],
		[
			'a token has no user',
			token('generate', { additionalFields: { component: 'component-1' } }),
			/no user ID/,
		],
		[
			'a token of the older form has no user',
			token('generateJwt', { user: '{"email":"ann@example.com"}' }),
			/no user ID/,
		],
	])('when %s', async (_what, given, hint) => {
		expect(await hintsOf(given)).toEqual([expect.stringMatching(hint)]);
	});
});

describe('says nothing', () => {
	it.each<[string, Case]>([
		['something was found', { operation: 'getManyByTarget', parameters: ANN, answers: [FOUND] }],
		['a scope has some', { operation: 'getManyByScope', parameters: TEAM, answers: [FOUND] }],
		[
			'something was pending',
			{
				operation: 'syncInternal',
				parameters: SYNC,
				answers: [{ body: { processed: 1, invitationIds: ['a'] } }],
			},
		],
		['a scope has domains', autojoin('getDomains', TEAM, listed('acme.com'))],
		['a domain is known', autojoin('findByDomain', { domain: 'acme.com' }, { body: [{}] })],
		[
			'all of the domains were taken over',
			autojoin('setDomains', { ...CHANGE, domains: 'acme.com' }, listed('ACME.com', 'acme.org')),
		],
		['autojoin was switched off', autojoin('disable', CHANGE, listed())],
		['a token has a user', token('generateJwt', { user: '{"id":"user-17"}' })],
		[
			'the user comes with the claims',
			token('generateJwt', { user: '{}', claims: '{"userId":"user-17"}' }),
		],
	])('when %s', async (_what, given) => {
		expect(await hintsOf(given)).toEqual([]);
	});
});

it('says only so much of a kind, and how much more there would be', async () => {
	server.answer(() => listed());
	const { hints } = await execute({
		credential: server.credential,
		items: Array.from({ length: 40 }, (_, index) => ({ domain: `acme-${index}.com` })),
		node: vortexNode('autojoin', 'setDomains', { ...CHANGE, domains: '={{ $json.domain }}' }),
	});
	expect(hints).toEqual([
		'Vortex did not take over these domains: acme-0.com.',
		'Vortex did not take over these domains: acme-1.com.',
		'Vortex did not take over these domains: acme-2.com. (And 37 more like this one.)',
	]);
});
