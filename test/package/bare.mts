// Run by bare-load.mts in a process of its own: loads a package as n8n does, and nothing beside it.
import { existsSync } from 'node:fs';
import { createRequire, isBuiltin, registerHooks } from 'node:module';
import path from 'node:path';

const ALLOWED = ['crypto', 'n8n-workflow'];

const [folder] = process.argv.slice(2);
const load = createRequire(path.join(folder, 'package.json'));
const { n8n } = load('./package.json') as { n8n: Record<'nodes' | 'credentials', string[]> };
const problems: string[] = [];

const inside = folder + path.sep;
registerHooks({
	resolve(specifier, context, next) {
		const from = (context.parentURL ?? '').replace('file://', '');
		if (from.startsWith(inside) && !specifier.startsWith('.') && !path.isAbsolute(specifier)) {
			const name = specifier.replace(/^node:/, '');
			if (!ALLOWED.includes(name)) problems.push(`${path.relative(folder, from)} needs ${name}`);
			if (isBuiltin(specifier) || ALLOWED.includes(name)) return next(specifier, context);
		}
		return next(specifier, context);
	},
});

interface Described {
	name: string;
	displayName: string;
	icon: { light: string; dark: string };
	properties: unknown[];
	webhooks?: unknown[];
}

/** Loads one file and makes what its name says, as n8n's loader does. */
function make(file: string, ending: string): Described {
	const name = path.basename(file).replace(ending, '');
	const exported = load(`./${file}`) as Record<string, new () => unknown>;
	if (exported[name] === undefined) throw new Error(`${file} exports no ${name}`);
	return new exported[name]() as Described;
}

function check(file: string, described: Described): void {
	const { name, displayName, icon, properties } = described;
	if (!name || !displayName) problems.push(`${file} has no name`);
	if (!Array.isArray(properties)) problems.push(`${file} has no fields`);
	for (const variant of [icon?.light, icon?.dark]) {
		const image = path.join(folder, path.dirname(file), String(variant).replace('file:', ''));
		if (!existsSync(image)) problems.push(`${file}: there is no icon ${variant}`);
	}
}

for (const file of n8n.credentials) check(file, make(file, '.credentials.js'));
for (const file of n8n.nodes) {
	const { description } = make(file, '.node.js') as unknown as { description: Described };
	check(file, description);
	const codex = file.replace(/\.js$/, '.json');
	if (!existsSync(path.join(folder, codex))) problems.push(`There is no ${codex}`);
}
console.log(JSON.stringify({ entries: [...n8n.credentials, ...n8n.nodes].length, problems }));
