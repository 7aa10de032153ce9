// n8n's editor in a real Chromium, as a person uses it.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
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

/** Around the parts of a screenshot, in pixels. */
const MARGIN = 24;

/** Where a screenshot goes: into an ignored folder, from which the README's are taken by hand. */
export function picture(name: string): string {
	return path.join(PROJECT, '.demo/pictures', `${name}.png`);
}

export interface Editor {
	readonly page: Page;
	/** What n8n's own tests know under this id. */
	byId(id: string): Locator;
	/** Opens a saved workflow. */
	open(workflowId: string): Promise<void>;
	/** Opens the panel of a step by its name. */
	openStep(name: string): Promise<void>;
	closeStep(): Promise<void>;
	rename(step: string, name: string): Promise<void>;
	/** Fills in a field of the open dialog or panel by its internal name. */
	fill(name: string, value: string): Promise<void>;
	/** The choices of a dropdown, by the internal name of its field, as they are listed. */
	choices(name: string): Promise<string[]>;
	choose(name: string, label: string): Promise<void>;
	/** Drags a field of the step's input onto a field of its panel, by their internal names. */
	drag(from: string, to: string): Promise<void>;
	/** Takes a screenshot that the README may use: of everything, or of some parts and what is between them. */
	take(name: string, ...parts: Locator[]): Promise<void>;
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
		await mkdir(path.dirname(picture('')), { recursive: true });
		await page.goto(`${stage.n8n.url}/signin`);
		await page.locator('input[name="emailOrLdapLoginId"]').fill(stage.owner.email);
		await page.locator('input[type="password"]').fill(stage.owner.password);
		await page.keyboard.press('Enter');
		await page.waitForURL(/\/(home|workflow)/);
	});
	afterEach(async ({ task }) => {
		if (task.result?.state !== 'fail') return;
		await page?.screenshot({ path: picture(`failed: ${task.name.replaceAll('/', ' ')}`) });
	});
	afterAll(async () => await browser?.close());
	const byId = (id: string) => page.locator(`[data-test-id="${id}"]`);
	const field = (name: string) =>
		byId(`parameter-input-${name}`).locator('input, textarea').first();
	const openChoices = async (name: string) => {
		await field(name).click();
		const list = page.locator('.el-select-dropdown__item:visible');
		await list.first().waitFor();
		return list;
	};
	return {
		byId,
		async fill(name, value) {
			await field(name).fill(value);
		},
		async choices(name) {
			const list = await openChoices(name);
			const labels = await list.locator('.option-headline').allTextContents();
			await page.keyboard.press('Escape');
			await list.first().waitFor({ state: 'hidden' });
			return labels.map((label) => label.trim());
		},
		async choose(name, label) {
			const list = await openChoices(name);
			await list
				.filter({ has: page.getByText(label, { exact: true }) })
				.first()
				.click();
			await list.first().waitFor({ state: 'hidden' });
		},
		async drag(from, to) {
			await byId('ndv-input-panel').locator(`[data-name="${from}"]`).first().hover();
			await page.mouse.down();
			const box = await byId(`parameter-input-${to}`).first().boundingBox();
			if (box === null) throw new Error(`There is no field ${to} to be seen.`);
			// n8n notices what is dragged by its moves.
			await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 20 });
			await page.waitForTimeout(200);
			await page.mouse.up();
		},
		async take(name, ...parts) {
			await page.mouse.move(0, 0);
			await page.waitForTimeout(800);
			const clip = parts.length > 0 ? await around(parts) : undefined;
			await page.screenshot({ path: picture(name), clip });
		},
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
		async rename(step, name) {
			await byId('canvas-node').filter({ hasText: step }).click();
			await page.keyboard.press('F2');
			await page.locator('[role=dialog] input, .el-message-box input').first().fill(name);
			await page.keyboard.press('Enter');
			await byId('canvas-node').filter({ hasText: name }).waitFor();
		},
		async closeStep() {
			await byId('ndv-close-button').click();
			await page.locator('[data-test-id="ndv"]').waitFor({ state: 'hidden' });
		},
	};
}

/** @returns the smallest rectangle that holds the parts, with a margin when there are several */
async function around(parts: Locator[]) {
	const boxes = (await Promise.all(parts.map((part) => part.boundingBox()))).filter(
		(box) => box !== null,
	);
	const margin = parts.length > 1 ? MARGIN : 0;
	const x = Math.min(...boxes.map((box) => box.x)) - margin;
	const y = Math.min(...boxes.map((box) => box.y)) - margin;
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + margin;
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margin;
	return { x, y, width: right - x, height: bottom - y };
}
