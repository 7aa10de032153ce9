// A stage for a test file: the sandbox and a fresh n8n with our package in it.
import { afterAll, beforeAll } from 'vitest';
import { Stage } from '../n8n-host/stage.mts';

/** Opens a stage before the file's tests and closes it after them. */
export function useStage(env: Record<string, string> = {}): Stage {
	const stage = new Stage();
	beforeAll(async () => {
		const { E2E_PROGRAM: program, E2E_TARBALL: tarball } = process.env;
		if (!program || !tarball) throw new Error('These tests are started with: pnpm e2e');
		await stage.open({ program, tarball, env });
	});
	afterAll(async () => await stage.close());
	return stage;
}
