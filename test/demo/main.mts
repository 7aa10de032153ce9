// pnpm demo: an invitation is sent, accepted, reported and becomes a contact, in a real n8n.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import {
	DEFAULT_N8N,
	installN8n,
	installPackage,
	packPackage,
	PROJECT,
} from '../n8n-host/install.mts';
import { N8n } from '../n8n-host/n8n.mts';
import { claimPort } from '../n8n-host/ports.mts';
import { say, Stop, waitFor } from '../support/say.mts';
import { playStory } from './story.mts';
import { inviteAPerson, onAcceptedAddToCrm } from './workflows.mts';

const HELP = `pnpm demo [--once] [--n8n-port 5690] [--sandbox-port 8790]

Runs an invitation through a real n8n: sent by our node, accepted, reported by a signed webhook, added
to a CRM. Vortex is played by a sandbox on this machine; no account is needed.

  --once          play the story once, print the contact, and end
  --n8n-port      where n8n listens
  --sandbox-port  where the sandbox listens`;

/** Things to end when the demo ends, the last one first. */
const cleanUps: Array<() => Promise<unknown>> = [];

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
	checkNode();
	const n8nPort = await claimPort(toPort(values['n8n-port'], '--n8n-port'), '--n8n-port');
	const sandboxPort = await claimPort(
		toPort(values['sandbox-port'], '--sandbox-port'),
		'--sandbox-port',
	);

	const program = await installN8n(DEFAULT_N8N);
	const folder = await privateFolder();
	say('Building and packing the package …');
	const tarball = await packPackage(folder);
	say(`Packed ${path.basename(tarball)}; installing it in a private n8n …`);
	await installPackage(tarball, folder);

	const apiKey = ['VRTX', uuidBase64(), randomBytes(24).toString('base64url')].join('.');
	const webhookSecret = `whsec_${randomBytes(24).toString('base64url')}`;
	const sandboxUrl = await startSandbox(sandboxPort, apiKey);
	say(`Sandbox (Vortex and a CRM on this machine): ${sandboxUrl}`);

	const n8n = new N8n({
		program,
		userFolder: folder,
		port: n8nPort,
		encryptionKey: randomBytes(24).toString('hex'),
	});
	cleanUps.push(async () => await n8n.stop());
	say('Starting n8n …');
	await n8n.start();
	const owner = { email: 'demo@example.com', password: `Demo-${randomBytes(6).toString('hex')}1A` };
	await n8n.signIn(owner);
	const credential = { id: '', name: 'Vortex sandbox' };
	credential.id = await n8n.addCredential(credential.name, 'vortexApi', {
		apiKey,
		webhookSecret,
		baseUrl: sandboxUrl,
	});
	const formId = randomUUID();
	const triggerId = randomUUID();
	const invite = await n8n.publish(inviteAPerson(formId, credential));
	const onAccepted = await n8n.publish(
		onAcceptedAddToCrm(triggerId, credential, `${sandboxUrl}/crm/contacts`),
	);
	say(`n8n is ready, with two published workflows: "${invite.name}" and "${onAccepted.name}"`);

	const formUrl = `${n8n.url}/form/${formId}`;
	const contact = await playStory({
		n8n,
		sandboxUrl,
		formUrl,
		webhook: { url: `${n8n.url}/webhook/${triggerId}/vortex`, secret: webhookSecret },
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

function checkNode(): void {
	if (Number(process.versions.node.split('.')[0]) < 24) {
		throw new Stop(
			`This needs Node.js 24, and this is ${process.version}. Run:\n  npx -y -p node@24 -p pnpm@10 -c "pnpm install && pnpm demo"`,
		);
	}
}

function toPort(text: string, option: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
	throw new Stop(`${option} needs a number from 1 to 65535, not "${text}".`);
}

function uuidBase64(): string {
	return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
}

/** A folder for this run alone, removed at its end. */
async function privateFolder(): Promise<string> {
	const parent = path.join(PROJECT, '.demo');
	await mkdir(parent, { recursive: true });
	const folder = await mkdtemp(path.join(parent, 'run-'));
	cleanUps.push(async () => await rm(folder, { recursive: true, force: true }));
	return folder;
}

async function startSandbox(port: number, apiKey: string): Promise<string> {
	const program = path.join(PROJECT, 'test/sandbox/main.mts');
	const running = execa(process.execPath, [program, '--port', String(port)], {
		env: { VORTEX_API_KEY: apiKey },
		reject: false,
		all: true,
		stdin: 'ignore',
	});
	cleanUps.push(async () => {
		running.kill('SIGTERM');
		await running;
	});
	let ended = false;
	void running.finally(() => (ended = true));
	const url = `http://127.0.0.1:${port}`;
	await waitFor('The start of the sandbox', 20, async () => {
		if (ended) throw new Stop(`The sandbox has ended: ${(await running).all}`);
		const health = await fetch(`${url}/sandbox/health`).catch(() => undefined);
		return health?.ok === true ? true : undefined;
	});
	return url;
}

async function cleanUp(): Promise<void> {
	for (let end = cleanUps.pop(); end !== undefined; end = cleanUps.pop()) {
		await end().catch((error: Error) => console.error(`While ending: ${error.message}`));
	}
}

const interrupted = new Promise<never>((_resolve, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => reject(new Interrupted(signal)));
	}
});
class Interrupted extends Error {}

try {
	await Promise.race([demo(), interrupted]);
	await cleanUp();
	process.exit(0);
} catch (error) {
	if (error instanceof Interrupted) say('Ending everything …');
	else if (error instanceof Stop) console.error(`\n${error.message}`);
	else console.error(error);
	await cleanUp();
	process.exit(error instanceof Interrupted ? 130 : 1);
}
