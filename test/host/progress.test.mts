// What the error of a run of many items says about the others, in the words of each operation.
import { describe, expect, it, vi } from 'vitest';
import { REAL_CLOCK } from '../../nodes/shared/client';
import { resources } from '../../nodes/Vortex/resources';
import { OPERATIONS, seedItem } from '../faults/operations.mts';
import type { Fault } from '../sandbox/faults.mts';
import { HurriedClock } from '../support/clock.mts';
import { useSandbox, vortexNode } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const vortex = useSandbox();

/** Without requests there is nothing to stop: the third item is done all the same. */
const SAYS: Record<string, string> = {
	'autojoin/addDomains': '1 of 3 lists of domains had been extended before this',
	'autojoin/deleteDomain': '1 of 3 domains had been deleted before this',
	'autojoin/disable': '1 of 3 scopes had been taken out of autojoin before this',
	'autojoin/findByDomain': '1 of 3 domains had been looked up before this',
	'autojoin/getDomain': '1 of 3 domains had been fetched before this',
	'autojoin/getDomains': '1 of 3 scopes had been looked up before this',
	'autojoin/removeDomains': '1 of 3 lists of domains had been shortened before this',
	'autojoin/setDomains': '1 of 3 lists of domains had been set before this',
	'invitation/accept': '1 of 3 people had accepted their invitations before this',
	'invitation/acceptAll': '1 of 3 people had accepted all their invitations before this',
	'invitation/create': '1 of 3 invitations had been created before this',
	'invitation/deleteByScope': '1 of 3 scopes had been cleared of their invitations before this',
	'invitation/get': '1 of 3 invitations had been fetched before this',
	'invitation/getManyByScope': '1 of 3 scopes had been looked up before this',
	'invitation/getManyByTarget': '1 of 3 targets had been looked up before this',
	'invitation/resend': '1 of 3 invitations had been resent before this',
	'invitation/revoke': '1 of 3 invitations had been revoked before this',
	'invitation/syncInternal': '1 of 3 decisions had been passed on before this',
	'token/generate': '2 of 3 tokens had been generated before this',
	'token/generateJwt': '2 of 3 tokens had been generated before this',
	'token/signUser': '2 of 3 users had been signed before this',
	'webhook/verify': '2 of 3 deliveries had been verified before this',
};

const MAY_HAVE: Record<string, string> = {
	'autojoin/addDomains': 'been extended',
	'autojoin/deleteDomain': 'been deleted',
	'autojoin/disable': 'been taken out of autojoin',
	'autojoin/removeDomains': 'been shortened',
	'autojoin/setDomains': 'been set',
	'invitation/accept': 'accepted their invitations',
	'invitation/acceptAll': 'accepted all their invitations',
	'invitation/create': 'been created',
	'invitation/deleteByScope': 'been cleared of their invitations',
	'invitation/resend': 'been resent',
	'invitation/revoke': 'been revoked',
	'invitation/syncInternal': 'been passed on',
};

/** What the operations without a request work on: the second item is refused. */
const WITHOUT_REQUEST: Record<string, object> = {
	'token/generate': { userId: 'user-1', expiresIn: '={{ $json.good ? "1h" : "soon" }}' },
	'token/generateJwt': { user: '{"id":"user-1"}', expiresIn: '={{ $json.good ? "1h" : "soon" }}' },
	'token/signUser': { user: '={{ $json.good ? \'{"id":"user-1"}\' : "[" }}' },
	'webhook/verify': { body: '={{ $json.good ? "{}" : "" }}', signature: 'ab' },
};

const NAMES = resources.flatMap((resource) =>
	resource.operations.map(({ option }) => `${resource.option.value}/${option.value}`),
);

it('is known for every operation', () => {
	expect(Object.keys(SAYS).sort()).toEqual([...NAMES].sort());
});

/** Runs three items one after the other, of which the second meets the fault. */
async function description(name: string, fault: Fault): Promise<string | undefined> {
	const { faults } = vortex.sandbox;
	const clock = new HurriedClock();
	vi.spyOn(REAL_CLOCK, 'sleep').mockImplementation(async (ms) => await clock.sleep(ms));
	faults.clear();
	const operation = OPERATIONS.find((one) => one.name === name);
	let met = 0;
	faults.plan = ({ method, url }) =>
		operation?.main.test(`${method} ${url}`) && ++met > 1 ? fault : undefined;
	const seeds = [0, 1, 2].map((index) => seedItem(vortex.sandbox, index));
	const [resource, value] = name.split('/');
	const parameters = { ...WITHOUT_REQUEST[name], ...operation?.parameters };
	const { error } = await execute({
		credential: { ...vortex.credential, webhookSecret: 'x'.repeat(20) },
		items: seeds.map((seed, index) => ({ ...seed, good: index !== 1 })),
		node: vortexNode(resource, value, { ...parameters, options: { concurrency: 1 } }),
	});
	return error?.description;
}

describe('how many items had been done', () => {
	it.each(NAMES)('%s', async (name) => {
		const refusal: Fault = { kind: 'answer', status: 403, body: '{"message":"No."}' };
		expect(await description(name, refusal)).toMatch(new RegExp(`${SAYS[name]}\\.$`));
	});
});

describe('how many may have been done', () => {
	it.each(Object.keys(MAY_HAVE))('%s', async (name) => {
		const said = await description(name, { kind: 'answer', status: 500, body: '' });
		expect(said).toContain('It may have been done all the same');
		expect(said).toMatch(new RegExp(`${SAYS[name]}, and 1 may have ${MAY_HAVE[name]}\\.$`));
	});

	it('is not said of what only reads', async () => {
		const said = await description('invitation/get', { kind: 'answer', status: 500, body: '' });
		expect(said).toMatch(/1 of 3 invitations had been fetched before this\.$/);
	});
});
