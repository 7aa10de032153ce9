// Deliveries while processes of n8n are killed, and a look at what became of them.
import { setTimeout as pause } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import type { Keys } from '../n8n-host/keys.mts';
import type { N8n } from '../n8n-host/n8n.mts';
import type { N8nProcess } from '../n8n-host/process.mts';
import { say } from '../support/say.mts';
import { Balancer } from './balancer.mts';
import { plan, send, type Incident } from './deliveries.mts';
import { retryAll, type Store } from './executions.mts';
import type { RunRecord } from './outcome.mts';
import { publishExample } from './workflow.mts';
import { World } from './world.mts';

/** An n8n in one process or in several, ready to receive. */
export interface Host {
	main: N8n;
	/** The processes that answer deliveries. */
	receivers: N8nProcess[];
	/** Every process, with what a person calls it. */
	all: Array<[name: string, process: N8nProcess]>;
	store: Store;
	/** Whether everything is done that the README says. */
	isCareful: boolean;
	/** Most executions that can be running when a process is killed. */
	mostCrashed: number;
	/** Makes n8n list as crashed what nobody runs any more. */
	recover?: () => Promise<void>;
}

/** How long a killed process stays away, in ms: what restarts it needs a moment to notice. */
const AWAY = 2000;

/** How long nothing may change until n8n counts as idle, in seconds. */
const QUIET = 20;

/** As QUIET, where nobody looks after n8n: it gives up an interrupted execution after about this time. */
const LONG_QUIET = 150;

/**
 * @param workflow file of the workflow
 * @param count how many deliveries
 * @param incidents what happens when, by the number of deliveries sent so far
 */
export async function play(
	host: Host,
	keys: Keys,
	workflow: string,
	count: number,
	incidents: Incident[],
): Promise<RunRecord> {
	const world = new World(keys);
	const balancer = new Balancer(host.receivers, host.isCareful);
	try {
		await world.open();
		await balancer.listen();
		const path = await publishExample(host.main, workflow, keys, world.sandbox.url);
		const events = plan(count, (number) => world.accepted(number));
		const destination = { id: 'n8n', url: balancer.url + path, secret: keys.webhookSecret };

		say(`Sending ${count} deliveries …`);
		const start = performance.now();
		const secondsSince = () => (performance.now() - start) / 1000;
		const { deliveries, sendingSeconds } = await send(
			world.sandbox.webhooks,
			destination,
			events,
			incidents,
		);
		say('Everything is answered. Waiting until n8n has nothing left to do …');
		const seconds = await settled(host, secondsSince);
		if ((await host.store.unfinished()) > 0) await host.recover?.();
		say('Retrying from n8n what has crashed or failed …');
		const crashed = await retryAll(host.main, 'crashed');
		const failed = await retryAll(host.main, 'error');
		return {
			deliveries,
			passages: balancer.passages,
			executions: await host.store.executions(),
			crashed,
			failed,
			mostCrashed: host.mostCrashed,
			crmCalls: world.crmCalls,
			unfinished: await host.store.unfinished(),
			contacts: world.sandbox.crm.contacts().length,
			sendingSeconds,
			seconds,
			memory: await memoryOf(host.all),
		};
	} finally {
		await balancer.close();
		await world.close();
	}
}

/** Waits until nothing changes any more. @returns the seconds until then */
async function settled({ store, isCareful }: Host, secondsSince: () => number): Promise<number> {
	let last = Infinity;
	let since = secondsSince();
	while (last > 0 && secondsSince() - since < (isCareful ? QUIET : LONG_QUIET)) {
		await pause(1000);
		const unfinished = await store.unfinished();
		if (unfinished !== last) since = secondsSince();
		last = unfinished;
	}
	return since;
}

/** Kills a process as if its machine had lost its power, and starts it again. */
export async function killAndRestart(name: string, process: N8nProcess): Promise<void> {
	say(`Killing ${name} (SIGKILL) …`);
	await process.stop('SIGKILL');
	await pause(AWAY);
	await process.start();
	say(`${name} is back`);
}

/** Restarts a process in the orderly way. */
export async function restart(name: string, process: N8nProcess): Promise<void> {
	say(`Restarting ${name} …`);
	await process.stop();
	await process.start();
	say(`${name} is back`);
}

async function memoryOf(all: Host['all']): Promise<Array<[string, number]>> {
	return await Promise.all(
		all.map(async ([name, { pid }]): Promise<[string, number]> => {
			const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
			return [name, Math.round(Number(status.match(/VmHWM:\s+(\d+)/)?.[1] ?? 0) / 1000)];
		}),
	);
}
