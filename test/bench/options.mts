// What a person can say behind `pnpm bench`.
import { parseArgs } from 'node:util';
import { Stop } from '../support/say.mts';
import { GROUPS, type GroupName } from './rows/index.mts';

export const HELP = `pnpm bench [name …] [--rounds 5] [--json file] [--profile folder] [--write]

Measures our nodes beside what a user would do instead, and prints a table. Names pick comparisons:
  ${Object.entries(GROUPS)
		.map(([name, { about }]) => `${name.padEnd(11)} ${about}`)
		.join('\n  ')}

  --rounds   rounds at most; a comparison that takes long takes fewer (default: as many as each says)
  --json     where the figures go as JSON
  --profile  where the n8n processes leave CPU profiles; where their time went is printed
  --write    puts the table and the machine into test/bench/README.md, and the figures beside it`;

const OPTIONS = {
	rounds: { type: 'string' },
	json: { type: 'string' },
	profile: { type: 'string' },
	write: { type: 'boolean', default: false },
	help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface BenchOptions {
	names: GroupName[];
	rounds: number;
	json: string | undefined;
	profile: string | undefined;
	write: boolean;
	help: boolean;
}

/** Refuses an unknown option or name, and a number of rounds that is none. */
export function readOptions(args: string[]): BenchOptions {
	const { values, positionals } = parse(args);
	const known = Object.keys(GROUPS) as GroupName[];
	const unknown = positionals.find((name) => !known.includes(name as GroupName));
	if (unknown !== undefined) {
		throw new Stop(`There is no comparison '${unknown}'. Use: ${known.join(', ')}`);
	}
	const rounds = values.rounds === undefined ? Infinity : Number(values.rounds);
	if (!(rounds === Infinity || (Number.isInteger(rounds) && rounds > 0))) {
		throw new Stop(`--rounds needs a whole number from 1, not "${values.rounds}".`);
	}
	if (values.write && positionals.length > 0) {
		throw new Stop('--write is for the whole table: leave the names out.');
	}
	const names = positionals.length === 0 ? known : (positionals as GroupName[]);
	return {
		names,
		rounds,
		json: values.json,
		profile: values.profile,
		write: values.write,
		help: values.help,
	};
}

function parse(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS, allowPositionals: true });
	} catch (error) {
		throw new Stop(`${(error as Error).message}\n\n${HELP}`);
	}
}
