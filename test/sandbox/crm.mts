// A customer relationship system, as small as one can be: contacts, one for each email address.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

export interface Contact {
	id: string;
	email: string;
	[field: string]: unknown;
}

/** One request to add a contact, as it arrived. */
export interface ContactRequest {
	email: string;
	/** What the sender would repeat if it sent this once more. */
	idempotencyKey?: string;
}

const CONTACT = {
	type: 'object',
	required: ['email'],
	properties: { email: { type: 'string', minLength: 3 } },
} as const;

export class Crm {
	readonly requests: ContactRequest[] = [];

	private readonly byEmail = new Map<string, Contact>();

	private readonly timesSaved = new Map<string, number>();

	private readonly saved: (contact: Contact) => void;

	constructor(saved: (contact: Contact) => void = () => {}) {
		this.saved = saved;
	}

	contacts(): Contact[] {
		return [...this.byEmail.values()];
	}

	clear(): void {
		this.requests.length = 0;
		this.byEmail.clear();
		this.timesSaved.clear();
	}

	/** @returns how often the contact was added or changed */
	saves({ id }: Contact): number {
		return this.timesSaved.get(id) ?? 0;
	}

	/** Adds a contact, or changes the one with the same email address. */
	upsert(fields: { email: string }): Contact {
		const key = fields.email.toLowerCase();
		const contact = { id: randomUUID(), ...this.byEmail.get(key), ...fields };
		this.byEmail.set(key, contact);
		this.timesSaved.set(contact.id, this.saves(contact) + 1);
		this.saved(contact);
		return contact;
	}
}

export function serveCrm(app: FastifyInstance, crm: Crm): void {
	app.get('/crm/contacts', () => ({ contacts: crm.contacts() }));
	app.get('/crm/requests', () => ({ requests: crm.requests }));
	app.post<{ Body: { email: string }; Headers: { 'idempotency-key'?: string } }>(
		'/crm/contacts',
		{ schema: { body: CONTACT } },
		({ body, headers }, reply) => {
			crm.requests.push({ email: body.email, idempotencyKey: headers['idempotency-key'] });
			reply.status(201);
			return crm.upsert(body);
		},
	);
}
