// What `pnpm e2e` prepares for its tests, and what they leave for it to end.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How the file ends that names a process which was started. */
export const PID_FILE = '.pid';

/** What `pnpm e2e` has prepared. */
export interface Prepared {
	/** n8n's program. */
	program: string;
	/** Our package. */
	tarball: string;
	/** Which n8n it is. */
	version: string;
	/** Where everything goes that must be gone afterwards, also when a test is interrupted. */
	folder: string;
}

export function prepared(): Prepared {
	const { E2E_PROGRAM: program, E2E_TARBALL: tarball } = process.env;
	const { E2E_VERSION: version, E2E_FOLDER: folder } = process.env;
	if (program && tarball && version && folder) return { program, tarball, version, folder };
	throw new Error('These tests are started with: pnpm e2e');
}

/** Lets `pnpm e2e` end a process when it is interrupted itself. */
export async function noteProcess(pid: number | undefined): Promise<void> {
	if (pid !== undefined) await writeFile(path.join(prepared().folder, `${pid}${PID_FILE}`), '');
}
