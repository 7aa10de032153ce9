// Output previews: one for every operation and one for the trigger, and each of them true.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { resources } from '../../nodes/Vortex/resources';
import { analyticsEvent, webhookEvent } from '../sandbox/events.mts';
import { sign } from '../sandbox/webhooks.mts';
import { useSandbox, vortexNode } from '../support/vortex.mts';
import { execute } from './n8n.mts';

const vortex = useSandbox();

interface Schema {
	type: string;
	version: number;
	properties: Record<string, Schema>;
}

const NODES = fileURLToPath(new URL('../../nodes', import.meta.url));
const ajv = new Ajv({ strict: true, allowUnionTypes: true, keywords: ['version'] });

function read(path: string): Schema {
	return JSON.parse(readFileSync(`${NODES}/${path}`, 'utf8')) as Schema;
}

const OPERATIONS = resources.flatMap((resource) =>
	resource.operations.map(({ option }) => `${resource.option.value}/${option.value}`),
);

const SECRET = ['whsec', 'test'].join('_');

/** What to fill in so that each operation does its work in the sandbox, after `prepare`. */
const PARAMETERS: Record<string, INodeParameters> = {
	'invitation/accept': { invitationIds: '={{ $json.id }}', userEmail: 'ann@example.com' },
	'invitation/acceptAll': { userEmail: 'ann@example.com' },
	'invitation/create': {
		widgetConfigurationId: 'wc-1',
		targetType: 'email',
		targetValue: 'bob@example.com',
		inviterUserId: 'user-17',
	},
	'invitation/deleteByScope': { scopeType: 'team', scopeId: 'team-1' },
	'invitation/get': { invitationId: '={{ $json.id }}' },
	'invitation/getManyByScope': { scopeType: 'team', scopeId: 'team-1' },
	'invitation/getManyByTarget': { targetType: 'email', targetValue: 'ann@example.com' },
	'invitation/resend': { invitationId: '={{ $json.id }}' },
	'invitation/revoke': { invitationId: '={{ $json.id }}' },
	'invitation/syncInternal': {
		inviterUserId: 'user-17',
		inviteeUserId: 'user-42',
		decision: 'accepted',
		componentId: 'component-1',
	},
	'autojoin/addDomains': change('b.com'),
	'autojoin/deleteDomain': { domainId: '={{ $json.domainId }}' },
	'autojoin/disable': { scopeType: 'team', scopeId: 'team-1', componentId: 'component-1' },
	'autojoin/findByDomain': { domain: 'acme.com' },
	'autojoin/getDomain': { domainId: '={{ $json.domainId }}' },
	'autojoin/getDomains': { scopeType: 'team', scopeId: 'team-1' },
	'autojoin/removeDomains': change('acme.com'),
	'autojoin/setDomains': change('c.com'),
	'token/generate': { userId: 'user-1' },
	'token/generateJwt': { user: '{"id":"user-1"}' },
	'token/signUser': { user: '{"id":"user-1"}' },
	'webhook/verify': { body: '={{ $json.body }}', signature: '={{ $json.signature }}' },
};

function change(domains: string): INodeParameters {
	return { scopeType: 'team', scopeId: 'team-1', componentId: 'component-1', domains };
}

/** Fills the sandbox, and gives the item that the parameters refer to. */
function prepare() {
	const { invitations } = vortex.sandbox;
	const base = {
		widgetConfigurationId: 'wc-1',
		inviter: { userId: 'user-17', name: 'Jane' },
		groups: [{ type: 'team', groupId: 'team-1', name: 'Marketing' }],
		linkBase: vortex.sandbox.url,
	};
	const { id } = invitations.create({
		...base,
		target: { type: 'email', value: 'ann@example.com' },
	});
	invitations.create({ ...base, target: { type: 'internal', value: 'user-42' } });
	const { autojoinDomains } = invitations.setAutojoin({
		scope: 'team-1',
		scopeType: 'team',
		domains: ['acme.com'],
		componentId: 'component-1',
	});
	const body = JSON.stringify(someWebhookEvent());
	return { id, domainId: autojoinDomains[0].id, body, signature: sign(body, SECRET) };
}

function someWebhookEvent() {
	return webhookEvent({
		type: 'invitation.accepted',
		sourceTable: 'invitations',
		operation: 'update',
		data: { invitationId: 'inv-1', targetEmail: 'ann@example.com', groups: [], metadata: {} },
	});
}

describe('previews of the operations', () => {
	it('there is one for each operation, and none besides', () => {
		const files = readdirSync(`${NODES}/Vortex/__schema__/v1.0.0`, { recursive: true })
			.map(String)
			.filter((file) => file.endsWith('.json'))
			.map((file) => file.replace(/\.json$/, ''));
		expect(files.sort()).toEqual([...OPERATIONS].sort());
	});

	it('each operation is tried below', () => {
		expect(Object.keys(PARAMETERS).sort()).toEqual([...OPERATIONS].sort());
	});

	it.each(OPERATIONS)(
		'%s: what comes out fits, and nothing that comes out is missing',
		async (name) => {
			const [resource, operation] = name.split('/');
			const schema = read(`Vortex/__schema__/v1.0.0/${name}.json`);
			expect(schema.type).toBe('object');
			expect(schema.version).toBeGreaterThan(0);
			const { json, error } = await execute({
				credential: { ...vortex.credential, webhookSecret: SECRET },
				items: [prepare()],
				node: vortexNode(resource, operation, PARAMETERS[name]),
			});
			expect(error).toBeUndefined();
			expect(json.length).toBeGreaterThan(0);
			const validate = ajv.compile(schema);
			for (const item of json as object[]) {
				validate(item);
				expect(validate.errors).toBeNull();
				expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(item)));
			}
		},
	);
});

describe('the preview of the trigger', () => {
	const schema = read('VortexTrigger/__schema__/v1.0.0.json');

	it.each([
		['webhook', { ...someWebhookEvent(), kind: 'webhook' }],
		['analytics', { ...analyticsEvent('widget_loaded', { a: 1 }), kind: 'analytics' }],
	])('has every field of the envelope of %s events', (_kind, event) => {
		const validate = ajv.compile(schema);
		validate(event);
		expect(validate.errors).toBeNull();
		expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(event)));
	});
});
