// The checks of `pnpm scan` can fail. The scanner is tried by `pnpm scan` itself: in here its rules are mute.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT } from '../n8n-host/install.mts';
import { loadBare } from './bare-load.mts';
import { allowedFiles, contentProblems, differences } from './contents.mts';

let folder = '';
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-checks-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
	for (const [name, text] of Object.entries(files)) {
		await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
		await writeFile(path.join(folder, name), text);
	}
}

describe('what may be in the package', () => {
	it('is what the build makes of each source file, and three files for people', async () => {
		await write({
			'nodes/A/A.node.ts': '',
			'nodes/A/A.node.json': '',
			'nodes/A/__schema__/v1.0.0/a/get.json': '',
			'credentials/B.credentials.ts': '',
			'icons/a.svg': '',
			'icons/a.psd': '',
			'test/a.test.mts': '',
			'docs/a.png': '',
		});
		expect(await allowedFiles(folder)).toEqual([
			'LICENSE.md',
			'README.md',
			'dist/credentials/B.credentials.js',
			'dist/icons/a.svg',
			'dist/nodes/A/A.node.js',
			'dist/nodes/A/A.node.json',
			'dist/nodes/A/__schema__/v1.0.0/a/get.json',
			'package.json',
		]);
	});

	it('of this project has both nodes, the credential and every output preview', async () => {
		const allowed = await allowedFiles(PROJECT);
		expect(allowed).toContain('dist/nodes/Vortex/Vortex.node.js');
		expect(allowed).toContain('dist/nodes/VortexTrigger/VortexTrigger.node.json');
		expect(allowed).toContain('dist/credentials/VortexApi.credentials.js');
		expect(allowed.filter((file) => file.includes('/__schema__/')).length).toBeGreaterThan(20);
	});

	it('tells files too many from files too few', () => {
		expect(differences(['a', 'b'], ['b', 'dist/tsconfig.tsbuildinfo'])).toEqual([
			'does not belong: dist/tsconfig.tsbuildinfo',
			'is missing: a',
		]);
	});

	it('a name of a source map and a size over the limit are found', async () => {
		await write({
			'unpacked/dist/a.js': '//# sourceMappingURL=a.js.map',
			'large.tgz': 'x'.repeat(200 * 1024 + 1),
		});
		const at = (name: string) => path.join(folder, name);
		const problems = await contentProblems(PROJECT, at('unpacked'), at('large.tgz'));
		expect(problems).toContain('names a source map: dist/a.js');
		expect(problems.at(-1)).toMatch(/^is too large: 204801 /);
	});
});

describe('the package with only n8n-workflow beside it', () => {
	const NODE = 'dist/nodes/A/A.node.js';
	const CREDENTIAL = 'dist/credentials/B.credentials.js';
	const icon = "icon: { light: 'file:a.svg', dark: 'file:a.svg' }";
	const node = (line = '') =>
		`const { sleep } = require('n8n-workflow'); const crypto = require('crypto'); ${line};
		exports.A = class { description = { name: 'a', displayName: 'A', properties: [], ${icon} } }`;
	const good = {
		'package.json': JSON.stringify({ n8n: { nodes: [NODE], credentials: [CREDENTIAL] } }),
		[NODE]: node(),
		'dist/nodes/A/A.node.json': '{}',
		'dist/nodes/A/a.svg': '',
		[CREDENTIAL]: `exports.B = class { name = 'b'; displayName = 'B'; properties = []; ${icon.replace(':', ' =')} }`,
		'dist/credentials/a.svg': '',
	};

	it('a good one loads', async () => {
		await write(good);
		expect(await loadBare(folder)).toEqual({ entries: 2, problems: [] });
	});

	it.each([
		['a module of Node.js', node("require('node:os')"), `${NODE} needs os`],
		['another package', node("require('luxon')"), "Cannot find module 'luxon'"],
		['a file of the machine', node("require('fs').readFileSync('/etc/hosts')"), 'restricted'],
		['a class of another name', 'exports.B = class {}', `${NODE} exports no A`],
		['a missing icon', node().replaceAll('a.svg', 'b.svg'), 'there is no icon file:b.svg'],
	])('one with %s is refused', async (_what, text, problem) => {
		await write({ ...good, [NODE]: text });
		const { problems } = await loadBare(folder);
		expect(problems.join('\n')).toContain(problem);
	});
});
