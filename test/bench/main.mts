// pnpm bench: our nodes beside what a user would do instead, in one run on one machine.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkNode, DEFAULT_N8N, installN8n, packPackage, PROJECT } from '../n8n-host/install.mts';
import { say, Stop } from '../support/say.mts';
import { takeTurns } from './contender.mts';
import { describeMachine } from './machine.mts';
import { HELP, readOptions, type BenchOptions } from './options.mts';
import { whereTimeWent } from './profile.mts';
import { writeReadme } from './readme.mts';
import { asTable, refusals, shortfalls, type Result } from './report.mts';
import { GROUPS } from './rows/index.mts';
import { judge } from './verdict.mts';
import { Workbench } from './workbench.mts';

/** Kept out of git by a rule that every project has. */
const JSON_FILE = path.join(PROJECT, 'node_modules/.cache/bench/results.json');

let bench: Workbench | undefined;

async function main(options: BenchOptions): Promise<number> {
	checkNode('pnpm bench');
	const program = await installN8n(DEFAULT_N8N);
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-bench-'));
	const results: Result[] = [];
	try {
		say('Building and packing the package …');
		const tarball = await packPackage(folder);
		bench = new Workbench({ program, tarball }, { profiles: options.profile, say });
		for (const name of options.names) results.push(...(await measure(bench, name, options.rounds)));
	} finally {
		await bench?.close();
		await rm(folder, { recursive: true, force: true });
	}
	return await report(results, options);
}

async function measure(
	workbench: Workbench,
	group: BenchOptions['names'][number],
	mostRounds: number,
): Promise<Result[]> {
	const { about, rounds, prepare } = GROUPS[group];
	say(`${group}: ${about}`);
	const results: Result[] = [];
	const contests = await prepare(workbench).catch((error: Error) => {
		const refusal = `it could not be prepared: ${error.message}`;
		results.push({
			group,
			what: about,
			unit: '',
			lines: [{ name: 'everybody', refusal, notes: [] }],
		});
		return [];
	});
	for (const contest of contests) {
		const { what, unit, contenders, explanation } = contest;
		const most = Math.min(contest.rounds ?? rounds, mostRounds);
		say(`- ${what}`);
		const scores = await takeTurns(contenders, most, (text) => say(`  ${text}`));
		results.push({ group, what, unit, lines: judge(scores), explanation });
	}
	return results;
}

async function report(results: Result[], options: BenchOptions): Promise<number> {
	const machine = describeMachine(DEFAULT_N8N);
	const table = asTable(results);
	const json = `${JSON.stringify({ machine, results }, null, '\t')}\n`;
	const file = options.json ?? JSON_FILE;
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, json);
	console.log(`\n${table}\n\nAs JSON: ${file}`);
	if (options.write) await writeReadme(machine, table, json);
	if (options.profile) console.log(await whereTimeWent(options.profile));
	const [missed, refused] = [shortfalls(results), refusals(results)];
	if (missed.length > 0) console.log(`\nNot reached:\n  ${missed.join('\n  ')}`);
	if (refused.length > 0) console.log(`\nNo ratio:\n  ${refused.join('\n  ')}`);
	return refused.length > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void Promise.resolve(bench?.close()).then(() => process.exit(130)));
}

try {
	const options = readOptions(process.argv.slice(2));
	if (options.help) console.log(HELP);
	process.exitCode = options.help ? 0 : await main(options);
} catch (error) {
	console.error(error instanceof Stop ? `\n${error.message}` : error);
	process.exitCode = 1;
}
process.exit();
