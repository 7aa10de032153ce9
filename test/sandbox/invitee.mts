// The short link of an invitation: what the one who is invited sees, and a button to accept.
import type { FastifyInstance } from 'fastify';
import { Refusal, type Invitation, type Invitations } from './invitations.mts';
import { HTML } from './page.mts';

export function serveInvitee(app: FastifyInstance, invitations: Invitations): void {
	const find = (short: string) =>
		invitations.all().find(({ id }) => short.length >= 8 && id.startsWith(short));

	app.register(async (pages) => {
		// A form without a script sends this, and there is nothing in it.
		pages.addContentTypeParser(
			'application/x-www-form-urlencoded',
			{ parseAs: 'string' },
			(_request, _body, done) => done(null),
		);
		pages.get<{ Params: { short: string } }>('/i/:short', ({ params }, reply) => {
			const invitation = find(params.short);
			const isOpen = invitation !== undefined && stateOf(invitation) === 'open';
			if (isOpen) invitations.play(invitation.id, 'click');
			reply.status(invitation ? 200 : 404).headers(HTML);
			return page(invitation);
		});
		pages.post<{ Params: { short: string } }>('/i/:short/accept', ({ params }, reply) => {
			const invitation = find(params.short);
			if (invitation === undefined) throw new Refusal(404, 'There is no such invitation.');
			if (stateOf(invitation) === 'open') invitations.play(invitation.id, 'accept');
			return reply.redirect(`/i/${params.short}`, 303);
		});
	});
}

function stateOf({ status, deactivated, expired }: Invitation): 'open' | 'accepted' | 'closed' {
	if (status === 'accepted') return 'accepted';
	return deactivated || expired ? 'closed' : 'open';
}

function page(invitation: Invitation | undefined): string {
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Invitation</title>
<link rel="stylesheet" href="/style.css">
<main class="invitee card">
${invitation ? content(invitation) : '<h1>There is no such invitation</h1><p>The link is not complete, or the sandbox was started again meanwhile.</p>'}
</main>
</html>`;
}

function content(invitation: Invitation): string {
	const team = invitation.groups[0]?.name;
	const inviter = escape(invitation.creatorName ?? invitation.foreignCreatorId);
	const where = team ? `the team “${escape(team)}”` : 'the app';
	const guest = escape(invitation.target[0]?.name ?? invitation.target[0]?.value ?? '');
	switch (stateOf(invitation)) {
		case 'accepted':
			return `<h1>Welcome${guest && `, ${guest}`}</h1><p>You have accepted the invitation of ${inviter} and belong to ${where} now.</p>`;
		case 'closed':
			return `<h1>This invitation is no longer good</h1><p>It has expired, or ${inviter} has taken it back.</p>`;
		case 'open':
			return `<h1>${inviter} invites you</h1>
<p>${guest ? `${guest}, you are` : 'You are'} invited to join ${where}.</p>
<form method="post" action="/i/${invitation.id.slice(0, 8)}/accept"><button class="primary">Accept the invitation</button></form>`;
	}
}

function escape(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
