// What a node refuses, what it says about it, and that it sends nothing, or nothing more.
import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { useScriptedServer } from '../support/scripted.mts';
import { API_KEY, invitationNode } from '../support/vortex.mts';
import { execute, type Credential } from './n8n.mts';

const vortex = useScriptedServer();
const elsewhere = useScriptedServer();

async function run(
	operation: string,
	parameters: INodeParameters,
	credential: Credential = vortex.credential,
) {
	return await execute({ credential, node: invitationNode(operation, parameters) });
}

const CREATE = {
	widgetConfigurationId: 'wc-1',
	targetType: 'email',
	targetValue: 'ann@example.com',
	inviterUserId: 'user-17',
};

const LOOK_UP = { targetType: 'email', targetValue: 'ann@example.com' };

const SCOPE = { scopeType: 'team', scopeId: 'team-1' };

const ACCEPT = { invitationIds: 'inv-1', userEmail: 'ann@example.com' };

const SYNC = {
	inviterUserId: 'user-17',
	inviteeUserId: 'user-42',
	decision: 'accepted',
	componentId: 'component-1',
};

const GET = { invitationId: 'inv-1' };

describe('a required parameter whose expression is blank', () => {
	describe.each<[operation: string, good: INodeParameters, name: string, label: string]>([
		['create', CREATE, 'widgetConfigurationId', 'Widget Configuration ID'],
		['create', CREATE, 'targetType', 'Target Type'],
		['create', CREATE, 'targetValue', 'Target Value'],
		['create', CREATE, 'inviterUserId', 'Inviter User ID'],
		['get', GET, 'invitationId', 'Invitation ID'],
		['getManyByTarget', LOOK_UP, 'targetType', 'Target Type'],
		['getManyByTarget', LOOK_UP, 'targetValue', 'Target Value'],
		['getManyByScope', SCOPE, 'scopeType', 'Scope Type'],
		['getManyByScope', SCOPE, 'scopeId', 'Scope ID'],
		['accept', ACCEPT, 'invitationIds', 'Invitation IDs'],
		['resend', GET, 'invitationId', 'Invitation ID'],
		['revoke', GET, 'invitationId', 'Invitation ID'],
		['deleteByScope', SCOPE, 'scopeType', 'Scope Type'],
		['deleteByScope', SCOPE, 'scopeId', 'Scope ID'],
		['syncInternal', SYNC, 'inviterUserId', 'Inviter User ID'],
		['syncInternal', SYNC, 'inviteeUserId', 'Invitee User ID'],
		['syncInternal', SYNC, 'decision', 'Decision'],
		['syncInternal', SYNC, 'componentId', 'Component ID'],
	])('%s', (operation, good, name, label) => {
		it.each(['={{ "" }}', '={{ " \\n\\t " }}', '={{ $json.missing }}', '={{ null }}'])(
			`is refused by the name '${label}': %s`,
			async (blank) => {
				const { error } = await run(operation, { ...good, [name]: blank });
				expect(error?.message).toBe(`'${label}' is empty`);
				expect(error?.description).toContain('expression');
				expect(vortex.arrivals).toEqual([]);
			},
		);
	});

	it('refuses a list in which nothing is left', async () => {
		const { error } = await run('accept', { ...ACCEPT, invitationIds: '={{ ["", " "] }}' });
		expect(error?.message).toBe("'Invitation IDs' is empty");
		expect(vortex.arrivals).toEqual([]);
	});
});

describe('an identifier that becomes a part of the path', () => {
	const IN_PATHS: Array<[operation: string, good: INodeParameters, name: string, label: string]> = [
		['get', GET, 'invitationId', 'Invitation ID'],
		['resend', GET, 'invitationId', 'Invitation ID'],
		['revoke', GET, 'invitationId', 'Invitation ID'],
		['getManyByScope', SCOPE, 'scopeType', 'Scope Type'],
		['getManyByScope', SCOPE, 'scopeId', 'Scope ID'],
		['deleteByScope', SCOPE, 'scopeType', 'Scope Type'],
		['deleteByScope', SCOPE, 'scopeId', 'Scope ID'],
	];

	describe.each(IN_PATHS)('%s', (operation, good, name, label) => {
		it.each(['.', '..', ' .. '])(`'${label}' is refused when it is '%s'`, async (dots) => {
			const { error } = await run(operation, { ...good, [name]: `={{ "${dots}" }}` });
			expect(error?.message).toBe(`'${label}' must not be '${dots.trim()}'`);
			expect(vortex.arrivals).toEqual([]);
		});

		it.each([
			['a/b?c#d', 'a%2Fb%3Fc%23d'],
			['../x', '..%2Fx'],
			['%2e%2e', '%252e%252e'],
			['...', '...'],
			['a b+c&ü', 'a%20b%2Bc%26%C3%BC'],
		])(`'${label}' is encoded and sent when it is '%s'`, async (id, encoded) => {
			await run(operation, { ...good, [name]: `={{ "${id}" }}` });
			expect(vortex.arrivals).toHaveLength(1);
			const segments = vortex.arrivals[0].url.split('/');
			expect(segments).toContain(encoded);
			expect(segments).toHaveLength(
				operation.endsWith('Scope') ? 7 : operation === 'resend' ? 6 : 5,
			);
		});
	});

	it.each([
		['create', { ...CREATE }, { ifAlreadyInvited: 'skip', scopeName: 'Team' }],
		['acceptAll', { userEmail: 'ann@example.com' }, {}],
	])('is refused also in the scope of %s', async (operation, good, more) => {
		const { error } = await run(operation, {
			...good,
			additionalFields: { ...more, scopeType: 'team', scopeId: '..' },
		});
		expect(error?.message).toBe("'Scope ID' must not be '..'");
		expect(vortex.arrivals).toEqual([]);
	});

	it.each(['={{ ["inv-1"] }}', '={{ ({ id: "inv-1" }) }}'])(
		'is refused when it is no text: %s',
		async (value) => {
			const { error } = await run('get', { invitationId: value });
			expect(error?.message).toBe("'Invitation ID' is not text");
			expect(vortex.arrivals).toEqual([]);
		},
	);
});

describe('an option that does not exist', () => {
	it.each([
		[
			'create',
			{ ...CREATE, targetType: '={{ "fax" }}' },
			'Target Type',
			'fax',
			'email, internal, phone, share',
		],
		[
			'getManyByTarget',
			{ ...LOOK_UP, targetType: '={{ "Email" }}' },
			'Target Type',
			'Email',
			'email, internal, phone, share, username',
		],
		[
			'syncInternal',
			{ ...SYNC, decision: '={{ "maybe" }}' },
			'Decision',
			'maybe',
			'accepted, declined',
		],
		[
			'create',
			{ ...CREATE, additionalFields: { ifAlreadyInvited: '={{ "ignore" }}' } },
			'If Already Invited',
			'ignore',
			'create, resend, skip',
		],
		[
			'create',
			{ ...CREATE, additionalFields: { linkPreview: { value: { type: '={{ "song" }}' } } } },
			'Type',
			'song',
			'article, book, music, product, profile, video, website',
		],
		['create', { ...CREATE, targetType: '={{ "toString" }}' }, 'Target Type', 'toString', 'email'],
	])(
		'%s refuses it and lists what is allowed',
		async (operation, parameters, label, value, allowed) => {
			const { error } = await run(operation, parameters);
			expect(error?.message).toContain(`'${label}' cannot be '${value}'. Use one of: `);
			expect(error?.message.split('Use one of: ')[1]).toContain(allowed);
			expect(vortex.arrivals).toEqual([]);
		},
	);

	it('an operation', async () => {
		const { error } = await run('destroy', GET);
		expect(error?.message).toBe(
			"'Operation' cannot be 'destroy'. Use one of: accept, acceptAll, create, deleteByScope, get, getManyByScope, getManyByTarget, resend, revoke, syncInternal",
		);
		expect(vortex.arrivals).toEqual([]);
	});
});

describe('other values that will not do', () => {
	it.each<[what: string, operation: string, parameters: INodeParameters, message: string]>([
		['a limit of 0', 'getManyByScope', { ...SCOPE, limit: '={{ 0 }}' }, "'Limit'"],
		['a limit that is no number', 'getManyByScope', { ...SCOPE, limit: '={{ "few" }}' }, "'Limit'"],
		[
			'metadata that is no JSON',
			'create',
			{ ...CREATE, additionalFields: { metadata: '{oops' } },
			"'Metadata'",
		],
		[
			'metadata that is a list',
			'create',
			{ ...CREATE, additionalFields: { metadata: '[1]' } },
			"'Metadata'",
		],
		[
			'a flag that is neither',
			'getManyByScope',
			{ ...SCOPE, returnAll: '={{ "yes" }}' },
			"'Return All'",
		],
		['a flag of get', 'get', { ...GET, simplify: '={{ "yes" }}' }, "'Simplify'"],
		['a flag of accept', 'accept', { ...ACCEPT, simplify: '={{ "yes" }}' }, "'Simplify'"],
		['a flag of resend', 'resend', { ...GET, simplify: '={{ "yes" }}' }, "'Simplify'"],
		[
			'a flag of acceptAll',
			'acceptAll',
			{ userEmail: 'ann@example.com', simplify: '={{ "yes" }}' },
			"'Simplify'",
		],
		[
			'a flag of who accepts',
			'accept',
			{ ...ACCEPT, additionalFields: { isExisting: '={{ "yes" }}' } },
			"'Is Existing User'",
		],
		[
			'a flag of what to accept',
			'acceptAll',
			{ userEmail: 'ann@example.com', additionalFields: { includeAutojoin: '={{ "yes" }}' } },
			"'Include Autojoin'",
		],
		['no requests at once', 'get', { ...GET, options: { concurrency: 0 } }, "'Requests at Once'"],
		[
			'half a request at once',
			'get',
			{ ...GET, options: { concurrency: 1.5 } },
			"'Requests at Once'",
		],
		['no time', 'get', { ...GET, options: { timeout: 0 } }, "'Timeout'"],
		['less than no retries', 'get', { ...GET, options: { maxRetries: -1 } }, "'Max Retries'"],
		[
			'a template variable without a name',
			'create',
			{
				...CREATE,
				additionalFields: { templateVariables: { variable: [{ key: '', value: 'x' }] } },
			},
			"'Name'",
		],
	])('%s: refused by name, nothing sent', async (_what, operation, parameters, label) => {
		vortex.answer([{ body: { invitations: [{ id: 'inv-1' }] } }]);
		const { error } = await run(operation, parameters);
		expect(error?.message).toContain(label);
		expect(vortex.arrivals).toEqual([]);
	});
});

describe('a credential that will not do', () => {
	it.each([
		['an empty API key', { apiKey: '' }, 'is empty'],
		['a blank API key', { apiKey: ' \n ' }, 'is empty'],
		['no API key', {}, 'is empty'],
		[
			'an API key with a space inside',
			{ apiKey: API_KEY.replace('-', ' ') },
			'a space, a line break or an invisible character',
		],
		[
			'an API key with a line break inside',
			{ apiKey: API_KEY.replace('-', '\n') },
			'a space, a line break or an invisible character',
		],
	])('%s: refused, nothing sent', async (_what, credential, message) => {
		const { error } = await run('create', CREATE, { baseUrl: vortex.url, ...credential });
		expect(error?.message).toContain("'API Key'");
		expect(error?.message).toContain(message);
		expect(vortex.arrivals).toEqual([]);
	});

	it.each(['ftp://vortex.example', 'vortex.example', 'http://', 'http://a b', 'https://x.y/?z=1'])(
		'the Base URL %s: refused',
		async (baseUrl) => {
			const { error } = await run('create', CREATE, { apiKey: API_KEY, baseUrl });
			expect(error?.message).toContain("'Base URL'");
		},
	);

	it.each(['/', '/api/v1', '/api/v1/', '//'])(
		'a Base URL that ends with %s will do',
		async (end) => {
			await run('get', GET, { apiKey: API_KEY, baseUrl: `  ${vortex.url}${end} ` });
			expect(vortex.arrivals.map(({ url }) => url)).toEqual(['/api/v1/invitations/inv-1']);
		},
	);

	it('blanks around the API key are not part of it', async () => {
		await run('get', GET, { apiKey: ` ${API_KEY}\n`, baseUrl: vortex.url });
		expect(vortex.arrivals[0].headers['x-api-key']).toBe(API_KEY);
	});
});

describe('something else than the Vortex API', () => {
	it.each([
		['an HTML page', '<!DOCTYPE html><title>Welcome</title>', 'text/html'],
		['an HTML page that calls itself JSON', '<html></html>', 'application/json'],
		['plain text', 'OK', 'text/plain'],
		['half of a JSON text', '{"id": "inv-1"', 'application/json'],
		['a JSON text that holds no object', '"OK"', 'application/json'],
	])('%s is refused after one request', async (_what, body, type) => {
		vortex.answer([{ body, headers: { 'Content-Type': type } }]);
		for (const [operation, parameters] of [
			['create', CREATE],
			['get', GET],
			['revoke', GET],
		] as const) {
			vortex.arrivals.length = 0;
			const { error, outputs } = await run(operation, parameters);
			expect(error?.message).toContain('is not the Vortex API');
			expect(error?.description).toContain("'Base URL'");
			expect(outputs).toEqual([]);
			expect(vortex.arrivals).toHaveLength(1);
		}
	});

	it('a list endpoint that sends no list is refused', async () => {
		vortex.answer([{ body: { hello: 'world' } }]);
		const { error } = await run('getManyByScope', SCOPE);
		expect(error?.message).toContain('no list');
		expect(vortex.arrivals).toHaveLength(1);
	});

	it.each([301, 302, 303, 307, 308])('a redirect (%s) is not followed', async (status) => {
		const headers = { Location: `${elsewhere.url}/api/v1/invitations` };
		vortex.answer([{ status, headers, body: 'Moved' }]);
		for (const [operation, parameters] of [
			['create', CREATE],
			['get', GET],
		] as const) {
			vortex.arrivals.length = 0;
			const { error } = await run(operation, parameters);
			expect(`${error?.message} ${error?.description}`).toContain("Check the 'Base URL'");
			expect(error?.httpCode).toBe(String(status));
			expect(vortex.arrivals).toHaveLength(1);
			expect(elsewhere.arrivals).toEqual([]);
		}
	});

	it('nothing at all at that address: nothing was changed', async () => {
		const { error } = await run(
			'create',
			{ ...CREATE, options: { maxRetries: 0 } },
			{ apiKey: API_KEY, baseUrl: 'http://127.0.0.1:1' },
		);
		expect(error?.message).toContain('could not be reached');
		expect(error?.description).toContain('Nothing was changed');
	});
});

describe('an API that does not answer', () => {
	it.each<[operation: string, parameters: INodeParameters]>([
		['create', CREATE],
		['resend', GET],
		['accept', ACCEPT],
		['syncInternal', SYNC],
	])('%s: one request, and it may have been done', async (operation, parameters) => {
		vortex.answer(['silence']);
		const { error } = await run(operation, { ...parameters, options: { timeout: 150 } });
		expect(error?.message).toBe('Vortex did not answer in time');
		expect(error?.description).toContain('may have been done');
		expect(error?.description).toContain("'Timeout'");
		expect(vortex.arrivals).toHaveLength(1);
	});

	it.each([2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER])(
		'is waited for also with a timeout of %i ms, longer than any timer',
		async (timeout) => {
			vortex.answer(async () => await sleep(50, { body: { id: 'inv-1' } }));
			const { json, error } = await run('create', { ...CREATE, options: { timeout } });
			expect(error).toBeUndefined();
			expect(json).toMatchObject([{ id: 'inv-1' }]);
		},
	);

	it('get: tried again, and nothing may have been done', async () => {
		vortex.answer(['silence', { body: { id: 'inv-1' } }]);
		const { json } = await run('get', { ...GET, options: { timeout: 500, maxRetries: 1 } });
		expect(json).toMatchObject([{ id: 'inv-1' }]);
		expect(vortex.arrivals).toHaveLength(2);
	});
});
