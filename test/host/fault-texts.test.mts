// What a person reads about each fault, word for word: n8n replaces some texts with its own (a message that
// contains, anywhere, a code such as EPERM or ECONNREFUSED), and none of ours may be among them.
import type { NodeApiError } from 'n8n-workflow';
import { expect, it, vi } from 'vitest';
import { VortexApi } from '../../credentials/VortexApi.credentials';
import * as faults from '../../nodes/shared/faults';
import { useScriptedServer, type Answer, type Outage } from '../support/scripted.mts';
import { API_KEY, vortexNode } from '../support/vortex.mts';
import { execute, type Credential } from './n8n.mts';

const vortex = useScriptedServer();

const CHECK_BASE_URL =
	"Check the 'Base URL' in your Vortex credential. It should be https://api.vortexsoftware.com, unless Vortex gave you another address.";

interface Row {
	/** The export of `faults.ts` that holds the text, and for an error status the status. */
	row: string;
	meets?: Answer | Outage;
	credential?: () => Credential;
	/** Why n8n itself does not send the request. */
	hostSays?: string;
	/** Default `invitation/get`. */
	operation?: string;
	message: string;
	description: string;
}

/** The row of an error status, with something that the service says and n8n would replace. */
function status(number: number, ours: string, description: string): Row {
	return {
		row: `statusFault ${number}`,
		meets: { status: number, body: { message: 'no superpermissions' } },
		message: `${ours}: no superpermissions`,
		description,
	};
}

const ROWS: Row[] = [
	status(
		400,
		'Vortex did not accept these values',
		'Correct the fields that the message names, then run the workflow again.',
	),
	status(
		401,
		'Vortex does not know the API key',
		"Open your Vortex credential and paste the whole 'API Key', from 'VRTX.' to its end. A key works only in its own environment, for example development or production.",
	),
	status(
		403,
		'Vortex does not allow this with the API key',
		'Use a key that has this permission, or ask whoever manages your Vortex account. Check also that the key belongs to the right environment.',
	),
	status(
		404,
		'Vortex did not find what these values name',
		'Check the IDs. What they name may have been deleted since, or belong to another environment than the API key.',
	),
	status(
		409,
		'Vortex refused this, because the invitation has changed meanwhile',
		'It may have been accepted or revoked already. Look it up with the operation Get, then decide.',
	),
	status(
		422,
		'Vortex could not work with these values',
		'Correct the fields that the message names, then run the workflow again.',
	),
	status(
		429,
		'Vortex is receiving too many requests',
		"Try again later, or lower 'Requests at Once' in 'Options'.",
	),
	status(418, 'Vortex did not accept the request (HTTP 418)', CHECK_BASE_URL),
	...[408, 500, 502, 503, 504, 599].map((number) =>
		status(
			number,
			`Vortex is not working normally at the moment (HTTP ${number})`,
			'Try again later.',
		),
	),
	...[301, 302, 307, 308].map((number) =>
		status(
			number,
			"The 'Base URL' leads to another address instead of to the Vortex API",
			`${CHECK_BASE_URL} The redirect was not followed, so that your API key does not reach a stranger.`,
		),
	),
	{
		row: 'NOT_VORTEX',
		meets: { body: '<html>EPERM</html>' },
		message: "What answered at the 'Base URL' is not the Vortex API",
		description: CHECK_BASE_URL,
	},
	{
		row: 'NO_LIST',
		operation: 'invitation/getManyByScope',
		meets: { body: { items: [] } },
		message: 'The answer of Vortex has no list of invitations',
		description: CHECK_BASE_URL,
	},
	{
		row: 'NO_DOMAIN_LIST',
		operation: 'autojoin/getDomains',
		meets: { body: { items: [] } },
		message: 'The answer of Vortex has no list of domains',
		description: CHECK_BASE_URL,
	},
	{
		row: 'BAD_BASE_URL',
		credential: () => ({ apiKey: API_KEY, baseUrl: 'vortex' }),
		message: "The 'Base URL' in your Vortex credential is not a web address",
		description: CHECK_BASE_URL,
	},
	{
		row: 'NO_SECRET',
		operation: 'webhook/verify',
		message: "The 'Webhook Signing Secret' in your Vortex credential is empty",
		description:
			'In Vortex, open Integrations > Webhooks and copy the signing secret of the webhook. Paste it into the credential.',
	},
	{
		row: 'EMPTY_API_KEY',
		credential: () => ({ apiKey: ' ', baseUrl: vortex.url }),
		message: "The 'API Key' in your Vortex credential is empty",
		description:
			"Open the credential and paste the whole key, from 'VRTX.' to its end. If it comes from an expression, check what the expression gives.",
	},
	...[' ', '\n', '\u200b', '\u00a0', '\ufeff', 'é'].map((inside) => ({
		row: 'BROKEN_API_KEY',
		credential: () => ({ apiKey: API_KEY.replace('-', inside), baseUrl: vortex.url }),
		message:
			"The 'API Key' in your Vortex credential has a space, a line break or an invisible character inside",
		description: 'Open the credential and paste the key once more, in one piece.',
	})),
	{
		row: 'unreachableFault',
		credential: () => ({ apiKey: API_KEY, baseUrl: 'http://127.0.0.1:1' }),
		message: 'Vortex could not be reached (ECONNREFUSED)',
		description: `Check the network of this n8n. ${CHECK_BASE_URL}`,
	},
	{
		row: 'untrustedFault',
		credential: () => ({ apiKey: API_KEY, baseUrl: vortex.url.replace('http:', 'https:') }),
		message: 'No secure connection to Vortex could be made (EPROTO)',
		description: `${CHECK_BASE_URL} If a proxy of your company stands between, n8n must trust its certificate.`,
	},
	{
		row: 'TIMEOUT',
		meets: 'silence',
		message: 'Vortex did not answer in time',
		description: "If Vortex is only slow, raise 'Timeout' in 'Options'. Otherwise try again later.",
	},
	{
		row: 'CONNECTION_BROKE',
		meets: 'reset',
		message: 'The connection to Vortex broke before the answer had arrived',
		description: 'Try again later.',
	},
	{
		row: 'hostFault',
		hostSays: 'Domain not allowed: superpermissions are needed',
		message: 'The request did not get through: Domain not allowed: superpermissions are needed',
		description: CHECK_BASE_URL,
	},
];

const PARAMETERS = {
	invitationId: 'inv-1',
	scopeType: 'team',
	scopeId: 'team-1',
	body: '{}',
	signature: 'ab',
};

it.each(ROWS)(
	'$row: $message',
	async ({ row, meets, credential, hostSays, operation, ...text }) => {
		if (hostSays !== undefined) {
			vi.spyOn(VortexApi.prototype, 'authenticate').mockRejectedValue(new Error(hostSays));
		}
		vortex.answer([meets ?? { body: { id: 'inv-1' } }]);
		const [resource, name] = (operation ?? 'invitation/get').split('/');
		const options = { maxRetries: 0, timeout: meets === 'silence' ? 100 : 10_000 };
		const { outputs } = await execute({
			credential: credential?.() ?? vortex.credential,
			items: [{}, {}],
			node: {
				...vortexNode(resource, name, { ...PARAMETERS, options }),
				onError: 'continueRegularOutput',
			},
		});
		const error = outputs[0].find(({ pairedItem }) => (pairedItem as { item: number }).item === 1)
			?.error as NodeApiError;
		expect(error.message).toBe(`${text.message} [Item 1]`);
		expect(error.description).toBe(text.description);
		expect(error.context.itemIndex).toBe(1);
		const answered = typeof meets === 'object' ? (meets.status ?? 200) : undefined;
		const isText = ['NO_LIST', 'NO_DOMAIN_LIST'].includes(row);
		expect(error.httpCode ?? undefined).toBe(isText ? undefined : answered?.toString());
		expect(vortex.arrivals.length > 0).toBe(meets !== undefined);
	},
);

it('has a row here for every text', () => {
	const isText = (value: unknown) => typeof value === 'object';
	const tested = new Set(ROWS.map(({ row }) => row.split(' ')[0]));
	const texts = Object.entries(faults).filter(
		([name, value]) => isText(value) || name.endsWith('Fault'),
	);
	expect([...tested].sort()).toEqual(texts.map(([name]) => name).sort());
});

it('has a row here for every text about a status', () => {
	const textOf = (number: number) =>
		JSON.stringify(faults.statusFault(number, '')).replace(String(number), '');
	const tested = new Set(
		ROWS.flatMap(({ row }) => (row.startsWith('statusFault') ? textOf(Number(row.slice(12))) : [])),
	);
	for (let number = 300; number < 600; number += 1) {
		expect(tested, `status ${number}`).toContain(textOf(number));
	}
});
