import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/e2e/**/*.test.mts'],
		testTimeout: 120_000,
		hookTimeout: 180_000,
		// One n8n at a time: two of them on two cores only wait for each other.
		fileParallelism: false,
	},
});
