// A stage for a test file: the sandbox and a fresh n8n with our package in it.
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Stage } from '../n8n-host/stage.mts';
import { createSandbox, type Sandbox } from '../sandbox/server.mts';
import { noteProcess, prepared } from './folder.mts';

/** Opens a stage before the file's tests and closes it after them. */
export function useStage(env: Record<string, string> = {}): Stage {
	const stage = new Stage();
	beforeAll(async () => {
		const { program, tarball, folder } = prepared();
		const userFolder = await mkdtemp(path.join(folder, 'n8n-'));
		await stage.open({ program, tarball, userFolder, onStart: noteProcess, env });
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
