// pnpm demo: an invitation is sent, accepted, reported and becomes a contact, in a real n8n.
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
	checkNode,
	DEFAULT_N8N,
	DEMO_FOLDER,
	installN8n,
	packPackage,
} from '../n8n-host/install.mts';
import { checkRoom, remedy } from '../n8n-host/remedies.mts';
import { Stage } from '../n8n-host/stage.mts';
import { say, Stop } from '../support/say.mts';
import { Lock } from './lock.mts';
import { forget, remember, type Memory } from './memory.mts';
import { claimPorts, HELP, readOptions, type Ports } from './options.mts';
import { setUp } from './setup.mts';
import { inviteNext, playStory, registerWebhooks } from './story.mts';
import { newsOf, watch } from './watch.mts';
import { linksOf, welcome } from './welcome.mts';

/** n8n's data and our package, in MB. */
const ROOM = 200;

const PACKAGE_FOLDER = path.join(tmpdir(), `n8n-nodes-vortex-${process.pid}`);

const lock = new Lock();
let stage: Stage | undefined;

async function demo(): Promise<void> {
	const options = readOptions();
	if (options.help) return console.log(HELP);
	checkNode('pnpm demo');
	await mkdir(DEMO_FOLDER, { recursive: true });
	if (!options.once || options.reset) await lock.take();
	const ports = await claimPorts(options);
	await lock.tell(` on the ports ${ports.n8nPort} and ${ports.sandboxPort}`);
	if (options.reset) {
		await forget();
		say('Forgot everything; starting afresh');
	}
	await checkRoom(DEMO_FOLDER, ROOM);
	const memory = await remember(!options.once);
	stage = new Stage(memory.known.keys);
	await Promise.race([stage.lost, play(stage, memory, ports, options.once)]);
}

async function play(stage: Stage, memory: Memory, ports: Ports, isOnce: boolean): Promise<void> {
	await open(stage, memory, ports);
	const { places, isNew } = await setUp(stage, memory);
	await stage.ask('/sandbox/links', 'PUT', linksOf(stage, places));
	say(`n8n is ready, with ${Object.keys(places).length} published workflows`);
	await registerWebhooks(stage, places);
	if (isNew) console.log(JSON.stringify(await playStory(stage, places)));
	if (isOnce) return;

	const sayNews = await newsOf(stage);
	await inviteNext(stage, places).catch((error: Error) => say(`Invited nobody: ${error.message}`));
	await sayNews();
	console.log(welcome(stage, places));
	await watch(sayNews);
}

/** Starts the sandbox and n8n with our package as it is now. */
async function open(stage: Stage, { userFolder }: Memory, ports: Ports): Promise<void> {
	const program = await installN8n(DEFAULT_N8N);
	say('Building and packing the package …');
	const tarball = await packPackage(PACKAGE_FOLDER);
	say(`Packed ${path.basename(tarball)}; installing it in a private n8n …`);
	const onStart = async (pid: number | undefined) => await lock.addChild(pid);
	await stage.open({ program, tarball, userFolder, onStart, ...ports }, say);
}

class Interrupted extends Error {}

const interrupted = new Promise<never>((_resolve, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => reject(new Interrupted(signal)));
	}
});
// The window is gone, or who reads is: ending properly matters more than saying so.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

function report(error: unknown): void {
	if (error instanceof Interrupted) return say('Ending everything …');
	if (error instanceof Stop) return console.error(`\n${error.message}`);
	const advice = (error as NodeJS.ErrnoException).code && remedy(String(error));
	console.error(advice ? `\n${(error as Error).message}\n\n${advice}` : error);
}

let code = 0;
try {
	await Promise.race([demo(), interrupted]);
} catch (error) {
	report(error);
	code = error instanceof Interrupted ? 130 : 1;
}
await stage?.close();
await lock.release();
await rm(PACKAGE_FOLDER, { recursive: true, force: true });
process.exit(code);
