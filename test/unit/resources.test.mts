// What an operation needs: a file, a line, and its row in the table of faults. Its preview is tested in
// host/schemas.test.mts.
import { globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { nodeProperties } from '../../nodes/Vortex/properties';
import { resources } from '../../nodes/Vortex/resources';
import { OPERATIONS } from '../faults/operations.mts';

const FOLDER = fileURLToPath(new URL('../../nodes/Vortex/resources', import.meta.url));

const offered = resources.flatMap(({ option, operations }) =>
	operations.map((operation) => `${option.value}/${operation.option.value}`),
);

/** They only calculate. */
const SEND_NOTHING = ['token/generate', 'token/generateJwt', 'token/signUser', 'webhook/verify'];

it('every file of an operation is named in the index.ts of its resource, by its own name', () => {
	const files = globSync('*/*.ts', { cwd: FOLDER })
		.map((file) => file.split(path.sep).join('/').replace(/\.ts$/, ''))
		.filter((file) => !file.endsWith('/index'));
	expect([...offered].sort()).toEqual(files.sort());
});

it('every operation that sends requests meets every fault', () => {
	const tried = OPERATIONS.map(({ name }) => name);
	expect([...tried, ...SEND_NOTHING].sort()).toEqual([...offered].sort());
});

it('begins with the operation that a new user looks for', () => {
	const begins = nodeProperties(resources)
		.filter(({ name }) => name === 'operation')
		.map(({ displayOptions, default: first }) => [displayOptions?.show?.resource?.[0], first]);
	expect(Object.fromEntries(begins)).toEqual({
		invitation: 'create',
		autojoin: 'getDomains',
		token: 'generate',
		webhook: 'verify',
	});
});
