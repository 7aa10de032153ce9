import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	resolve: {
		// The build that n8n itself loads, so that there is one of each class, as in the real host.
		alias: { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') },
	},
	test: {
		include: ['test/{unit,host,conformance,sandbox,faults,package}/**/*.test.mts'],
		restoreMocks: true,
		testTimeout: 20_000,
		// n8n-core prints every error that a node throws; the counts of the conformance tests are ours.
		onConsoleLog: (log) => log.includes('conformance:'),
	},
});
