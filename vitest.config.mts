import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/{unit,host,conformance,sandbox}/**/*.test.mts'],
		restoreMocks: true,
		testTimeout: 20_000,
	},
});
