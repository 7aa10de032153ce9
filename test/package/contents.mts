// What may be in the package, and nothing else.
import { glob, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Our limit for the tarball, in bytes. */
const SIZE_LIMIT = 200 * 1024;

const ALWAYS = ['LICENSE.md', 'README.md', 'package.json'];

/**
 * @param project the folder of the source
 * @returns the paths that belong into the package: of each source file what the build makes of it
 */
export async function allowedFiles(project: string): Promise<string[]> {
	const patterns = ['credentials/**/*.ts', 'nodes/**/*.{ts,json}', 'icons/*.svg'];
	const sources: string[] = [];
	for await (const source of glob(patterns, { cwd: project })) sources.push(source);
	const built = sources.map((source) => `dist/${source.replace(/\.ts$/, '.js')}`);
	return [...ALWAYS, ...built.map((file) => file.split(path.sep).join('/'))].sort();
}

/** The paths of all files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => !entry.isDirectory())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
		.map((file) => file.split(path.sep).join('/'))
		.sort();
}

/**
 * @param allowed what belongs into the package
 * @param packed what is in it
 * @returns one line for each file too many or too few
 */
export function differences(allowed: string[], packed: string[]): string[] {
	return [
		...packed.filter((file) => !allowed.includes(file)).map((file) => `does not belong: ${file}`),
		...allowed.filter((file) => !packed.includes(file)).map((file) => `is missing: ${file}`),
	];
}

/** @returns what is wrong with the files of an unpacked package and with the size of its tarball */
export async function contentProblems(
	project: string,
	unpacked: string,
	tarball: string,
): Promise<string[]> {
	const files = await filesBelow(unpacked);
	const problems = differences(await allowedFiles(project), files);
	for (const file of files.filter((name) => name.endsWith('.js'))) {
		const text = await readFile(path.join(unpacked, file), 'utf8');
		if (text.includes('sourceMappingURL')) problems.push(`names a source map: ${file}`);
	}
	const { size } = await stat(tarball);
	if (size > SIZE_LIMIT) problems.push(`is too large: ${size} of at most ${SIZE_LIMIT} bytes`);
	return problems;
}
