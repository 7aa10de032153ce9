// pnpm demo: an invitation is sent, accepted, reported and becomes a contact, in a real n8n.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, DEFAULT_N8N, installN8n, packPackage } from '../n8n-host/install.mts';
import { claimPort } from '../n8n-host/ports.mts';
import { Stage } from '../n8n-host/stage.mts';
import { say, Stop } from '../support/say.mts';
import { playStory } from './story.mts';
import { inviteAPerson, onAcceptedAddToCrm } from './workflows.mts';

const HELP = `pnpm demo [--once] [--n8n-port 5690] [--sandbox-port 8790]

Runs an invitation through a real n8n: sent by our node, accepted, reported by a signed webhook, added
to a CRM. Vortex is played by a sandbox on this machine; no account is needed.

  --once          play the story once, print the contact, and end
  --n8n-port      where n8n listens
  --sandbox-port  where the sandbox listens`;

const stage = new Stage();

async function demo(): Promise<void> {
	const { values } = parseArgs({
		options: {
			once: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
			'n8n-port': { type: 'string', default: '5690' },
			'sandbox-port': { type: 'string', default: '8790' },
		},
	});
	if (values.help) return console.log(HELP);
	checkNode('pnpm demo');
	const n8nPort = await claimPort(values['n8n-port'], '--n8n-port');
	const sandboxPort = await claimPort(values['sandbox-port'], '--sandbox-port');

	const program = await installN8n(DEFAULT_N8N);
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-'));
	try {
		say('Building and packing the package …');
		const tarball = await packPackage(folder);
		say(`Packed ${path.basename(tarball)}; installing it in a private n8n …`);
		await stage.open({ program, tarball, n8nPort, sandboxPort }, say);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}

	const { n8n, sandboxUrl, owner } = stage;
	const credential = await stage.addCredential();
	const formId = randomUUID();
	const triggerId = randomUUID();
	const invite = await n8n.publish(inviteAPerson(formId, credential));
	const crmUrl = `${sandboxUrl}/crm/contacts`;
	const onAccepted = await n8n.publish(onAcceptedAddToCrm(triggerId, credential, crmUrl));
	say(`n8n is ready, with two published workflows: "${invite.name}" and "${onAccepted.name}"`);

	const formUrl = `${n8n.url}/form/${formId}`;
	const contact = await playStory(stage, {
		formUrl,
		webhookUrl: `${n8n.url}/webhook/${triggerId}/vortex`,
		inviteId: invite.id,
		onAcceptedId: onAccepted.id,
	});
	console.log(JSON.stringify(contact));
	if (values.once) return;

	console.log(`
Everything keeps running. Open:

  n8n               ${n8n.url}
                    log in as ${owner.email} with ${owner.password}
  Invitation form   ${formUrl}
  Sandbox           ${sandboxUrl}/sandbox/invitations  (what was invited)
                    ${sandboxUrl}/sandbox/deliveries   (webhooks sent, and n8n's answers)
                    ${sandboxUrl}/crm/contacts         (contacts in the CRM)

To accept an invitation, put its id into:
  curl -X POST ${sandboxUrl}/sandbox/invitations/ID/accept

Press Ctrl-C to end everything.`);
	await interrupted;
}

class Interrupted extends Error {}

const interrupted = new Promise<never>((_resolve, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => reject(new Interrupted(signal)));
	}
});

try {
	await Promise.race([demo(), interrupted]);
	await stage.close();
	process.exit(0);
} catch (error) {
	if (error instanceof Interrupted) say('Ending everything …');
	else if (error instanceof Stop) console.error(`\n${error.message}`);
	else console.error(error);
	await stage.close();
	process.exit(error instanceof Interrupted ? 130 : 1);
}
