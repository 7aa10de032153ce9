// Each example, imported through the menu of n8n's editor: what a person sees who opens it.
import path from 'node:path';
import { expect, it } from 'vitest';
import { picture, useEditor } from './editor.mts';
import { EXAMPLES, FOLDER, readExample } from './examples.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();
const editor = useEditor(stage);
const newest = it.skipIf(has('hasAnotherEditor'));

/** How much of the note's height its text takes, run by the browser: more than 1 is cut off. */
const FILL = `(() => {
	const note = document.querySelector('[data-test-id="sticky"]');
	const box = note.getBoundingClientRect();
	const texts = document.createTreeWalker(note, NodeFilter.SHOW_TEXT);
	let bottom = box.top;
	while (texts.nextNode()) {
		const range = document.createRange();
		range.selectNodeContents(texts.currentNode);
		for (const line of range.getClientRects()) bottom = Math.max(bottom, line.bottom);
	}
	return (bottom - box.top) / box.height;
})()`;

newest.each(EXAMPLES)('imports %s from its file, and its note can be read', async (name) => {
	const { page } = editor;
	await page.goto(`${stage.n8n.url}/workflow/new`);
	await page.locator('[data-test-id="workflow-menu"]').click();
	const chooser = page.waitForEvent('filechooser');
	const direct = page.getByText(/^Import from file/i).last();
	if (!(await direct.isVisible())) {
		await page.getByText('Import', { exact: true }).last().hover();
		await page.getByText('From file', { exact: true }).last().click();
	} else await direct.click();
	await (await chooser).setFiles(path.join(FOLDER, `${name}.json`));

	const example = readExample(name);
	const steps = page.locator('[data-test-id="canvas-node"]');
	for (const step of example.nodes.slice(1))
		await steps.filter({ hasText: step.name }).first().waitFor();
	const sticky = page.locator('[data-test-id="sticky"]');
	await sticky.waitFor();
	expect(await steps.count()).toBe(example.nodes.length - 1);
	await page.mouse.move(5, 450);
	await page.keyboard.press('1');
	await page.waitForTimeout(1500);
	await page.screenshot({ path: picture(`example-${name}`) });
	const fill = await page.evaluate<number>(FILL);
	expect(fill).toBeLessThan(0.99);
	expect(fill).toBeGreaterThan(0.8);
});
