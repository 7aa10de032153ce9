// pnpm scan: what n8n's reviewers check of the package, before it is published.
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { checkNode, packPackage, PROJECT } from '../n8n-host/install.mts';
import { say, Stop } from '../support/say.mts';
import { loadBare } from './bare-load.mts';
import { contentProblems, differences, filesBelow } from './contents.mts';
import { blindSpots, PUBLISHED, scan, SOURCE, sourceProblems } from './scanner.mts';

let isFine = true;

/** Says how one check ended. */
function tell(check: string, problems: string[]): void {
	say(`${problems.length === 0 ? 'Passed' : 'FAILED'}  ${check}`);
	for (const problem of problems) console.log(`          ${problem}`);
	isFine &&= problems.length === 0;
}

/** The files that npm would publish, which need not be those that pnpm packs. */
async function npmFiles(): Promise<string[]> {
	const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
	const { stdout } = await execa('npm', pack, { cwd: PROJECT });
	const [{ files }] = JSON.parse(stdout) as Array<{ files: Array<{ path: string }> }>;
	return files.map((file) => file.path);
}

async function main(folder: string): Promise<void> {
	const missed = await blindSpots(PROJECT);
	tell('The scanner finds violations that were planted in a copy', missed);
	const source = await scan(PROJECT, SOURCE);
	tell(`The scanner on the source: ${source.files} files, errors and warnings`, source.problems);
	tell('The scanner will find the source on GitHub', await sourceProblems(PROJECT));

	const tarball = await packPackage(folder);
	const unpacked = path.join(folder, 'unpacked');
	await mkdir(unpacked);
	await execa('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
	const published = await scan(unpacked, PUBLISHED);
	tell(`The scanner on the package: ${published.files} files`, published.problems);
	const files = await filesBelow(unpacked);
	const size = Math.ceil((await stat(tarball)).size / 1024);
	const contents = await contentProblems(PROJECT, unpacked, tarball);
	tell(`The package has what belongs into it: ${files.length} files, ${size} KB`, contents);
	tell('npm would publish the same files', differences(files, await npmFiles()));
	const { entries, problems } = await loadBare(unpacked);
	tell(`${entries} nodes and credentials load beside n8n-workflow alone`, problems);
}

const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-scan-'));
try {
	checkNode('pnpm scan');
	await main(folder);
} catch (error) {
	console.error(error instanceof Stop ? `\n${error.message}` : error);
	isFine = false;
} finally {
	await rm(folder, { recursive: true, force: true });
}
process.exit(isFine ? 0 : 1);
