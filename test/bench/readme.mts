// Puts the table into test/bench/README.md.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PROJECT } from '../n8n-host/install.mts';
import { Stop } from '../support/say.mts';
import { inWords, type Machine } from './machine.mts';

const README = path.join(PROJECT, 'test/bench/README.md');

const JSON_FILE = path.join(PROJECT, 'test/bench/results.json');

const BEGIN = '<!-- pnpm bench --write: begin -->';

const END = '<!-- pnpm bench --write: end -->';

/**
 * @param text a text with the two markers in it
 * @returns the text with something else between them. Refuses a text without them.
 */
export function replaceBetween(text: string, inner: string): string {
	const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
	if (from < 0 || to < from) throw new Stop(`There are no markers "${BEGIN}" and "${END}".`);
	return `${text.slice(0, from + BEGIN.length)}\n\n${inner}\n\n${text.slice(to)}`;
}

/** Writes the table with the machine into the README, and the JSON beside it. */
export async function writeReadme(machine: Machine, table: string, json: string): Promise<void> {
	const config = await resolveConfig(README);
	const text = replaceBetween(await readFile(README, 'utf8'), `${inWords(machine)}\n\n${table}`);
	await writeFile(README, await format(text, { ...config, filepath: README }));
	await writeFile(JSON_FILE, await format(json, { ...config, filepath: JSON_FILE }));
}
