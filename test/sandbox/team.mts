// The team's chat, as small as one can be: messages, the latest last.
import type { FastifyInstance } from 'fastify';

export interface Message {
	at: string;
	text: string;
}

const MESSAGE = {
	type: 'object',
	required: ['text'],
	properties: { text: { type: 'string', minLength: 1, maxLength: 2000 } },
} as const;

export class Team {
	readonly messages: Message[] = [];

	private readonly said: (text: string) => void;

	constructor(said: (text: string) => void = () => {}) {
		this.said = said;
	}

	say(text: string): Message {
		const message = { at: new Date().toISOString(), text };
		this.messages.push(message);
		this.said(text);
		return message;
	}
}

export function serveTeam(app: FastifyInstance, team: Team): void {
	app.get('/team/messages', () => ({ messages: team.messages }));
	app.post<{ Body: { text: string } }>(
		'/team/messages',
		{ schema: { body: MESSAGE } },
		({ body }, reply) => {
			reply.status(201);
			return team.say(body.text);
		},
	);
}
