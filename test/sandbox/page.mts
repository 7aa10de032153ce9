// The sandbox's page, and all that it shows in one answer.
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { Parts } from './control.mts';
import { whom } from './journal.mts';
import { ACTIONS } from './life.mts';

/** Everything comes from the sandbox itself, and no other page may frame it. */
const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS = {
	'Content-Security-Policy': POLICY,
	'X-Content-Type-Options': 'nosniff',
	'Cache-Control': 'no-cache',
};

export const HTML = { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' };

const FILES: Array<[route: string, file: string, type: string]> = [
	['/', 'index.html', 'text/html'],
	['/page.js', 'page.js', 'text/javascript'],
	['/dom.js', 'dom.js', 'text/javascript'],
	['/deliveries.js', 'deliveries.js', 'text/javascript'],
	['/send.js', 'send.js', 'text/javascript'],
	['/style.css', 'style.css', 'text/css'],
];

/** How many deliveries and messages the page shows. */
const SHOWN = 100;

/** A page that belongs to what is tried, such as a form of n8n. */
export interface Link {
	name: string;
	url: string;
}

const LINKS = {
	type: 'array',
	maxItems: 20,
	items: {
		type: 'object',
		required: ['name', 'url'],
		properties: { name: { type: 'string' }, url: { type: 'string', pattern: '^https?://' } },
	},
} as const;

export function servePage(app: FastifyInstance, parts: Parts): void {
	for (const [route, file, type] of FILES) {
		app.get(route, async (_request, reply) => {
			reply.headers({ ...HEADERS, 'Content-Type': `${type}; charset=utf-8` });
			return await readFile(new URL(`page/${file}`, import.meta.url));
		});
	}
	let links: Link[] = [];
	app.put<{ Body: Link[] }>('/sandbox/links', { schema: { body: LINKS } }, ({ body }) => {
		links = body;
		return { links };
	});
	app.get('/sandbox/state', () => ({ links, actions: ACTIONS, ...state(parts) }));
}

function state({ invitations, lives, webhooks, crm, team }: Parts) {
	const names = new Map(webhooks.list().map(({ id, name, url }) => [id, name ?? url]));
	return {
		invitations: invitations
			.all()
			.toReversed()
			.map((invitation) => ({
				id: invitation.id,
				who: whom(invitation),
				name: invitation.target[0]?.name,
				group: invitation.groups[0]?.name,
				state: lives.state(invitation),
				moments: lives.of(invitation.id),
				possible: lives.possible(invitation),
				shortLink: `/i/${invitation.id.slice(0, 8)}`,
			})),
		deliveries: webhooks.deliveries
			.slice(-SHOWN)
			.toReversed()
			.map(({ destinationId, ...delivery }) => ({ ...delivery, to: names.get(destinationId) })),
		contacts: crm.contacts().map((contact) => ({ ...contact, timesSaved: crm.saves(contact) })),
		messages: team.messages.slice(-SHOWN).toReversed(),
		webhooks: webhooks.list().map(({ id, url, name }) => ({ id, url, name })),
	};
}
