// What people read around the package: links that lead somewhere, and one address of the repository.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../n8n-host/install.mts';

const read = (file: string) => readFileSync(path.join(PROJECT, file), 'utf8');

/** The anchors that GitHub and npm give to the headings of a text. */
function anchorsOf(text: string): string[] {
	const slugger = new GithubSlugger();
	return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugger.slug(heading));
}

/** Where a text's links and images lead, without what is shown as code. */
function targetsOf(text: string): string[] {
	const prose = text.replace(/^```[^]*?^```/gm, '').replace(/`[^`]*`/g, '');
	return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
}

describe.each(globSync('*.md', { cwd: PROJECT }))('%s', (file) => {
	const text = read(file);
	const targets = targetsOf(text).filter((target) => !/^https?:/.test(target));

	it('has links that lead to a file or a heading', () => {
		for (const target of targets) {
			const [to, anchor] = target.split('#');
			expect(existsSync(path.join(PROJECT, to || file)), target).toBe(true);
			if (anchor) expect(anchorsOf(read(to || file)), target).toContain(anchor);
		}
	});

	it('shows images in the way that npm finds in the repository', () => {
		expect(text).not.toMatch(/<img/i);
	});
});

describe('the address of the repository', () => {
	const { repository } = JSON.parse(read('package.json')) as { repository: { url: string } };
	const address = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');

	it('is the same wherever it stands', () => {
		const files = globSync(['*.{md,json}', '{nodes,credentials}/**/*.{ts,json}'], { cwd: PROJECT });
		const found = files.flatMap((file) =>
			[...read(file).matchAll(/https:\/\/github\.com\/[\w.-]+\/n8n-nodes-vortex\b/g)].map(
				([url]) => `${file}: ${url}`,
			),
		);
		expect(found.length).toBeGreaterThan(5);
		expect(found.filter((line) => !line.endsWith(`: ${address}`))).toEqual([]);
	});

	it('is public on GitHub, as n8n asks for', () => {
		expect(repository.url).toMatch(/^git\+https:\/\/github\.com\/[\w.-]+\/[\w.-]+\.git$/);
	});
});

describe('the changelog', () => {
	const headings = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

	it('begins with what is unreleased; each version has its day', () => {
		expect(headings[0]).toBe('[Unreleased]');
		for (const heading of headings.slice(1)) {
			expect(heading).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
		}
	});

	it('sorts its entries as Keep a Changelog does', () => {
		const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
		for (const [, kind] of read('CHANGELOG.md').matchAll(/^### (.+)$/gm)) {
			expect(kinds).toContain(kind);
		}
	});
});
