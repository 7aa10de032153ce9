// The package as it was built: what n8n loads.
import { createRequire } from 'node:module';
import path from 'node:path';
import { PROJECT } from '../n8n-host/install.mts';

/** Loads as n8n does; n8n's own packages do not load any other way in Node.js. */
export const require = createRequire(import.meta.url);

/** @param file path below `dist` */
export function loadBuilt<T>(file: string): T {
	return require(path.join(PROJECT, 'dist', file)) as T;
}
