// n8n's editor in a real Chromium, as a person uses it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { PROJECT } from '../n8n-host/install.mts';
import type { Stage } from '../n8n-host/stage.mts';
import { Stop } from '../support/say.mts';

const CHROMIUM = '/usr/bin/chromium';

/** Without these, Chromium asks for its maker's hosts at every start. */
const QUIET = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Where a screenshot goes: into an ignored folder, from which the README's are taken by hand. */
export function picture(name: string): string {
	return path.join(PROJECT, '.demo/pictures', `${name}.png`);
}

export interface Editor {
	readonly page: Page;
	/** Opens a saved workflow. */
	open(workflowId: string): Promise<void>;
	/** Opens the panel of a step by its name. */
	openStep(name: string): Promise<void>;
	closeStep(): Promise<void>;
}

/** Starts Chromium before the file's tests and signs in to the stage's n8n. */
export function useEditor(stage: Stage): Editor {
	let browser: Browser;
	let page: Page;
	beforeAll(async () => {
		if (!existsSync(CHROMIUM)) throw new Stop(`There is no ${CHROMIUM}: apt-get install chromium`);
		browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
		page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
		page.setDefaultTimeout(20_000);
		await page.goto(`${stage.n8n.url}/signin`);
		await page.locator('input[name="emailOrLdapLoginId"]').fill(stage.owner.email);
		await page.locator('input[type="password"]').fill(stage.owner.password);
		await page.keyboard.press('Enter');
		await page.waitForURL(/\/(home|workflow)/);
	});
	afterAll(async () => await browser?.close());
	return {
		get page() {
			return page;
		},
		async open(workflowId) {
			await page.goto(`${stage.n8n.url}/workflow/${workflowId}`);
			await page.locator('[data-test-id="canvas-node"]').first().waitFor();
		},
		async openStep(name) {
			const step = page.locator('[data-test-id="canvas-node"]', { hasText: name }).first();
			await step.dblclick();
			await page.locator('[data-test-id="ndv"]').waitFor();
		},
		async closeStep() {
			await page.keyboard.press('Escape');
			await page.locator('[data-test-id="ndv"]').waitFor({ state: 'hidden' });
		},
	};
}
