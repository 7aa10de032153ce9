// n8n's official scanner, offline: it is made to scan what npm has, and this scans what npm will get.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ESLint, type Linter } from 'eslint';

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(
		folder: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
	buildScanConfig(): Promise<Linter.Config[]>;
	findPackageRoot(folder: string, name: string): string | null;
	parseSourceRepo(attestations: object[]): { owner: string; repo: string } | null;
}

// Not a literal, as the scanner comes without types.
const MODULE = '@n8n/scan-community-package/scanner/scanner.mjs';
const scanner = (await import(MODULE)) as Scanner;

export const SOURCE = scanner.SOURCE_FILE_PATTERNS;
/** What the scanner reads of a published package. */
export const PUBLISHED = ['**/*.js', 'package.json'];

export interface Scan {
	files: number;
	/** One line for each error and each warning. */
	problems: string[];
}

/**
 * Scans one folder. The scanner's own verdict ignores warnings, so its rules run a second time for them.
 *
 * @param folder the package, as source or unpacked
 * @param patterns SOURCE or PUBLISHED
 */
export async function scan(folder: string, patterns: string[]): Promise<Scan> {
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await scanner.buildScanConfig(),
	});
	const results = await eslint.lintFiles(patterns);
	const problems = results.flatMap(({ filePath, messages }) =>
		messages.map(
			({ line, ruleId, message }) =>
				`${path.relative(folder, filePath)}:${line} ${message} (${ruleId})`,
		),
	);
	const { passed, message, details } = await scanner.analyzePackage(folder, patterns);
	if (!passed && problems.length === 0) problems.push(`${message}\n${details ?? ''}`);
	return { files: results.length, problems };
}

/**
 * The scanner fetches the source that npm's provenance names and looks for the package in it.
 *
 * @returns what would keep it from finding ours
 */
export async function sourceProblems(project: string): Promise<string[]> {
	const { name, repository } = JSON.parse(
		await readFile(path.join(project, 'package.json'), 'utf8'),
	) as { name: string; repository: { url: string } };
	const problems: string[] = [];
	const found = scanner.parseSourceRepo([attestation(repository.url)]);
	if (found === null) {
		problems.push(`package.json: 'repository' is no GitHub repository: ${repository.url}`);
	}
	const root = scanner.findPackageRoot(project, name);
	if (root === null || path.relative(project, root) !== '') {
		problems.push(`The scanner takes ${root} for the source of ${name}`);
	}
	return problems;
}

/** A provenance statement as GitHub Actions makes it for a tag of the repository. */
function attestation(repositoryUrl: string): object {
	const commit = { uri: `${repositoryUrl.replace(/\.git$/, '')}@refs/tags/0.0.0` };
	const dependency = { ...commit, digest: { gitCommit: '0'.repeat(40) } };
	const statement = { predicate: { buildDefinition: { resolvedDependencies: [dependency] } } };
	const payload = Buffer.from(JSON.stringify(statement)).toString('base64');
	return {
		predicateType: 'https://slsa.dev/provenance/v1',
		bundle: { dsseEnvelope: { payload } },
	};
}

interface Plant {
	rule: string;
	file: string;
	change: (text: string) => string;
}

/** One violation for each of the scanner's sets of rules, and one that is only a warning. */
const PLANTS: Plant[] = [
	{
		rule: '@n8n/community-nodes/no-restricted-globals',
		file: 'nodes/shared/client.ts',
		change: (text) => `${text}\nexport const later = setTimeout;\n`,
	},
	{
		rule: 'n8n-nodes-base/node-param-display-name-miscased',
		file: 'nodes/Vortex/fields.ts',
		change: (text) =>
			text.replace(
				/displayName: '\w/,
				(start) => start.slice(0, -1) + start.slice(-1).toLowerCase(),
			),
	},
	{
		rule: 'n8n-nodes-base/cred-class-field-display-name-missing-api',
		file: 'credentials/VortexApi.credentials.ts',
		change: (text) => text.replace(/displayName = '.*'/, "displayName = 'Vortex'"),
	},
	{
		rule: '@n8n/community-nodes/no-overrides-field',
		file: 'package.json',
		change: (text) => text.replace('{', '{ "overrides": {},'),
	},
	{
		rule: '@n8n/community-nodes/require-homepage',
		file: 'package.json',
		change: (text) => text.replace('"homepage"', '"home"'),
	},
];

/**
 * With a wrong version of its parser the scanner finds nothing and says nothing. So it is tried on a
 * copy with violations planted.
 *
 * @returns the rules whose violation it did not find
 */
export async function blindSpots(project: string): Promise<string[]> {
	const copy = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-vortex-planted-'));
	try {
		for (const part of ['package.json', 'nodes', 'credentials', 'icons']) {
			await cp(path.join(project, part), path.join(copy, part), { recursive: true });
		}
		for (const { file, change } of PLANTS) {
			const text = await readFile(path.join(copy, file), 'utf8');
			if (change(text) === text) throw new Error(`Nothing to spoil in ${file} any more`);
			await writeFile(path.join(copy, file), change(text));
		}
		const { problems } = await scan(copy, SOURCE);
		return PLANTS.map(({ rule }) => rule).filter(
			(rule) => !problems.some((problem) => problem.endsWith(`(${rule})`)),
		);
	} finally {
		await rm(copy, { recursive: true, force: true });
	}
}
