// pnpm e2e:queue: deliveries to n8n in queue mode, and to n8n in one process, while parts of it are killed.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, DEFAULT_N8N, installN8n, packPackage } from '../n8n-host/install.mts';
import { checkRoom, remedy } from '../n8n-host/remedies.mts';
import { findPrograms } from '../n8n-host/services.mts';
import { say, Stop } from '../support/say.mts';
import { judge, type RunRecord } from './outcome.mts';
import { QueueMode } from './queue-mode.mts';
import { SingleProcess } from './single-process.mts';
import { EXAMPLE } from './workflow.mts';

const HELP = `pnpm e2e:queue [--single | --cluster] [--deliveries 2000] [--n8n ${DEFAULT_N8N}]
                [--workflow file] [--careless]

Sends deliveries, a tenth of them repeats, to a real n8n while its processes are killed with SIGKILL and
restarted; then counts what was executed and what has reached a CRM. First in queue mode (PostgreSQL,
Redis, one main, two webhook processors, two workers), then with n8n in one process on SQLite.

  --cluster      only queue mode
  --single       only one process
  --deliveries   how many deliveries, from 100 on
  --n8n          the version of n8n
  --workflow     file of another workflow than examples/on-accepted-exactly-once.json
  --careless     without the precautions that test/queue/README.md names: shows what they are good for`;

const OPTIONS = {
	single: { type: 'boolean', default: false },
	cluster: { type: 'boolean', default: false },
	deliveries: { type: 'string', default: '2000' },
	n8n: { type: 'string', default: DEFAULT_N8N },
	workflow: { type: 'string', default: EXAMPLE },
	careless: { type: 'boolean', default: false },
	help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What both parts need, in MB: PostgreSQL's files, n8n's data and five copies of our package. */
const ROOM = 1000;

/** Not in the project: PostgreSQL runs as a user of its own, who need not see our folders. */
const FOLDERS = path.join(tmpdir(), 'n8n-nodes-vortex-queue-');
const FOLDER = FOLDERS + process.pid;

let running: QueueMode | SingleProcess | undefined;

async function main(): Promise<boolean> {
	const options = readOptions();
	if (options.help) {
		console.log(HELP);
		return true;
	}
	checkNode('pnpm e2e:queue');
	const count = countOf(options.deliveries);
	if (options.single && options.cluster) throw new Stop('Choose one of --single and --cluster.');
	if (!existsSync(options.workflow)) {
		throw new Stop(`There is no workflow ${options.workflow}. Say which file with --workflow.`);
	}
	if (!options.single) await findPrograms(['initdb', 'postgres', 'psql', 'redis-server']);
	await removeLeftFolders();
	await mkdir(FOLDER, { recursive: true });
	await chmod(FOLDER, 0o755);
	await checkRoom(FOLDER, ROOM);
	const program = await installN8n(options.n8n);
	say('Building and packing the package …');
	const tarball = await packPackage(path.join(FOLDER, 'package'));
	const workflow = path.resolve(options.workflow);
	const settings = { program, tarball, workflow, count, isCareful: !options.careless };

	let isGood = true;
	if (!options.single) {
		running = new QueueMode({ ...settings, folder: path.join(FOLDER, 'queue') });
		isGood = report('n8n in queue mode', await running.run()) && isGood;
		await running.close();
	}
	if (!options.cluster) {
		running = new SingleProcess({ ...settings, folder: path.join(FOLDER, 'single') });
		isGood = report('n8n in one process, on SQLite', await running.run()) && isGood;
		await running.close();
	}
	return isGood;
}

function readOptions() {
	try {
		return parseArgs({ options: OPTIONS }).values;
	} catch (error) {
		throw new Stop(`${(error as Error).message}\n\n${HELP}`);
	}
}

function countOf(text: string): number {
	const count = Number(text);
	if (Number.isInteger(count) && count >= 100) return count;
	throw new Stop(`--deliveries needs a whole number from 100 on, not "${text}".`);
}

/** Prints what was counted. @returns whether every check is good */
function report(title: string, record: RunRecord): boolean {
	const { lines, checks } = judge(record);
	console.log(`\n${title}\n${'-'.repeat(title.length)}`);
	console.log(lines.join('\n'));
	console.log('');
	for (const { what, isGood } of checks) console.log(`${isGood ? 'good ' : 'WRONG'}  ${what}`);
	console.log('');
	return checks.every(({ isGood }) => isGood);
}

/** A run that was killed could not remove its folder. What it had started has ended with it. */
async function removeLeftFolders(): Promise<void> {
	const prefix = path.basename(FOLDERS);
	for (const name of await readdir(tmpdir())) {
		if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
		say(`Removing what a run that was killed has left behind (${name}) …`);
		await rm(path.join(tmpdir(), name), { recursive: true, force: true });
	}
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

class Interrupted extends Error {}

const interrupted = new Promise<never>((_resolve, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => reject(new Interrupted(signal)));
	}
});
// The window is gone, or who reads is: ending properly matters more than saying so.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

let code = 0;
try {
	code = (await Promise.race([main(), interrupted])) ? 0 : 1;
} catch (error) {
	code = error instanceof Interrupted ? 130 : 1;
	if (error instanceof Interrupted) say('Ending everything …');
	else if (error instanceof Stop) console.error(`\n${error.message}`);
	else console.error(error, remedy(String(error)) ?? '');
}
await running?.close();
await rm(FOLDER, { recursive: true, force: true });
process.exit(code);
