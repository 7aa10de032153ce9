import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	resolve: {
		// As in vitest.config.mts; the other build also prints a warning for each of its files.
		alias: { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') },
	},
	test: {
		include: ['test/e2e/**/*.test.mts'],
		testTimeout: 120_000,
		hookTimeout: 180_000,
		// One n8n at a time: two of them on two cores only wait for each other.
		fileParallelism: false,
	},
});
