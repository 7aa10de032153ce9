// The customer's own app, as small as one can be: who is in which team.
import type { FastifyInstance } from 'fastify';

export interface Member {
	team: string;
	userId: string;
	/** How often the app was told. */
	timesJoined: number;
	[field: string]: unknown;
}

export class App {
	private readonly byPlace = new Map<string, Member>();

	members(): Member[] {
		return [...this.byPlace.values()];
	}

	clear(): void {
		this.byPlace.clear();
	}

	/** Puts a user into a team; who is in it already stays in it. */
	join(team: string, userId: string, fields: object): Member {
		const key = JSON.stringify([team, userId]);
		const timesJoined = (this.byPlace.get(key)?.timesJoined ?? 0) + 1;
		const member = { ...fields, team, userId, timesJoined };
		this.byPlace.set(key, member);
		return member;
	}
}

export function serveApp(server: FastifyInstance, app: App): void {
	server.get('/app/members', () => ({ members: app.members() }));
	server.put<{ Params: { team: string; user: string }; Body: object }>(
		'/app/teams/:team/members/:user',
		({ params, body }) => app.join(params.team, params.user, body as object),
	);
}
