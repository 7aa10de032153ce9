// What a person can open, and what to try first.
import type { Stage } from '../n8n-host/stage.mts';
import type { Places } from './setup.mts';

/** The pages that belong to the demo, as the sandbox's page shows them. */
export function linksOf({ n8n }: Stage, { invite, inviteMany, token, onAccepted }: Places) {
	return [
		{ name: 'Invitation form', url: `${n8n.url}/form/${invite.webhookId}` },
		{ name: 'Invite a list', url: `${n8n.url}/form/${inviteMany.webhookId}` },
		{
			name: 'A token for a page',
			url: `${n8n.url}/webhook/${token.webhookId}?user=user-17&email=jane@example.com`,
		},
		{ name: 'What n8n has done', url: `${n8n.url}/workflow/${onAccepted.id}/executions` },
		{ name: 'Open n8n', url: n8n.url },
	];
}

export function welcome(stage: Stage, places: Places): string {
	const { n8n, sandboxUrl, owner } = stage;
	const [formLink, , , executions] = linksOf(stage, places);
	return `
Everything is ready. Open:

  Sandbox page      ${sandboxUrl}
  n8n               ${n8n.url}
                    log in as ${owner.email} with ${owner.password}

Try this first:

  1. On the sandbox page, press "Accept" at ann@example.com: n8n is told, and Ann is in the CRM.
  2. Press "Send a forged one": n8n refuses it with 401.
  3. Look at what n8n did: ${executions.url}
  4. Invite somebody yourself: ${formLink.url}

What happens is told below. Your own workflows are kept for next time; to forget them, start with
"pnpm demo --reset". Press Ctrl-C to end everything.
`;
}
