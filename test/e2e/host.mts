// A stage for a test file: the sandbox and a fresh n8n with our package in it.
import { afterAll, beforeAll } from 'vitest';
import { Stage } from '../n8n-host/stage.mts';
import { createSandbox, type Sandbox } from '../sandbox/server.mts';

/** @returns the program of n8n and our packed package, as `pnpm e2e` has prepared them */
export function prepared(): { program: string; tarball: string; version: string } {
	const { E2E_PROGRAM: program, E2E_TARBALL: tarball, E2E_VERSION: version } = process.env;
	if (!program || !tarball || !version) throw new Error('These tests are started with: pnpm e2e');
	return { program, tarball, version };
}

/** Opens a stage before the file's tests and closes it after them. */
export function useStage(env: Record<string, string> = {}): Stage {
	const stage = new Stage();
	beforeAll(async () => {
		const { program, tarball } = prepared();
		await stage.open({ program, tarball, env });
	});
	afterAll(async () => await stage.close());
	return stage;
}

/**
 * A second sandbox in the test's own process, where faults can be planned and everything it was asked
 * can be seen. It takes the stage's key.
 */
export function useOwnSandbox(stage: Stage): Sandbox {
	const sandbox = createSandbox({
		apiKey: stage.apiKey,
		webhooks: { firstPause: 20, longestPause: 200, retries: 5 },
	});
	beforeAll(async () => await sandbox.listen());
	afterAll(async () => await sandbox.close());
	return sandbox;
}
