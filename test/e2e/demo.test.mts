// A person with the demo: the sandbox's page and n8n's editor in a real Chromium.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { setUp, type Places } from '../demo/setup.mts';
import { inviteNext, playStory, registerWebhooks } from '../demo/story.mts';
import { linksOf } from '../demo/welcome.mts';
import { picture, useEditor } from './editor.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();
const editor = useEditor(stage);

let places: Places;
let page: Page;
const complaints: string[] = [];

/** A list of the page: its newest entry, or the one with a text. */
const entry = (list: string, text?: string | RegExp) =>
	page.locator(`#${list} > li`, text ? { hasText: text } : {}).first();
const press = async (name: string) => await page.getByRole('button', { name, exact: true }).click();
const seen = async (list: string, text: string | RegExp) =>
	await entry(list, text).waitFor({ timeout: 20_000 });

beforeAll(async () => {
	await mkdir(path.dirname(picture('sandbox')), { recursive: true });
	const memory = { known: { keys: stage.keys, workflows: {} }, save: async () => {} };
	({ places } = await setUp(stage, memory));
	await stage.ask('/sandbox/links', 'PUT', linksOf(stage, places));
	await registerWebhooks(stage, places);
	await playStory(stage, places);
	await inviteNext(stage, places);
	const context = await editor.page.context().browser()?.newContext();
	if (!context) throw new Error('Chromium has ended.');
	page = await context.newPage();
	page.setDefaultTimeout(20_000);
	page.on('pageerror', (error) => complaints.push(String(error)));
	page.on('console', (message) => {
		if (message.type() === 'error') complaints.push(message.text());
	});
	await page.goto(stage.sandboxUrl);
});

describe('the page of the sandbox', () => {
	it('takes an invitation to a contact in the CRM', async () => {
		expect(await page.locator('#contacts').textContent()).not.toContain('Ann Archer');
		for (const label of ['Deliver the mail', 'Open the mail', 'Click the link', 'Accept']) {
			await press(`${label}: ann@example.com`);
		}
		await seen('invitations', /ann@example\.com.*Accepted/);
		await seen('contacts', /Ann Archer.*added once/);
		await seen('deliveries', /^200.*Invitation accepted/);
		const buttons = entry('invitations', 'ann@example.com').getByRole('button');
		expect(await buttons.count()).toBe(8);
		for (const button of await buttons.all()) expect(await button.isDisabled()).toBe(true);
	});

	it.each([
		['forged', 'Send a forged one', /^401.*forged/, 'n8n refused it and started nothing'],
		['tampered', 'Send a tampered one', /^401.*tampered/, 'n8n refused it and started nothing'],
		['repeated', 'Send one again', /^200.*repeated/, 'it has had this event before'],
	])('sends a %s webhook, and n8n does not fall for it', async (_kind, button, line, meaning) => {
		const before = (await stage.n8n.executions(places.onAccepted.id)).length;
		await press(button);
		await seen('deliveries', line);
		const sent = entry('deliveries', line);
		await sent.locator('summary').click();
		expect(await sent.textContent()).toContain(meaning);
		expect(await stage.n8n.executions(places.onAccepted.id)).toHaveLength(before);
		await sent.locator('summary').click();
	});

	it('looks as the README shows it', async () => {
		await invite('grace@example.com', 'Grace Hopper');
		await page.mouse.move(0, 0);
		await page.setViewportSize({ width: 1040, height: 1020 });
		await page.screenshot({ path: picture('sandbox') });
		await page.setViewportSize({ width: 1280, height: 900 });
	});

	it('shows what was sent, to be copied', async () => {
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		const sent = entry('deliveries', /^401.*forged/);
		await sent.locator('summary').click();
		await sent.getByRole('button', { name: 'Copy signature' }).click();
		await sent.getByRole('button', { name: 'Copied' }).waitFor();
		const signature = await page.evaluate('navigator.clipboard.readText()');
		expect(signature).toMatch(/^[0-9a-f]{64}$/);
		expect(await sent.locator('pre').allTextContents()).toContain(signature);
		await sent.locator('summary').click();
	});

	it('tells the team of a bounce', async () => {
		await invite('<b>bounce</b>@example.com');
		await press('Bounce: <b>bounce</b>@example.com');
		await seen('messages', 'The invitation to <b>bounce</b>@example.com bounced');
		await seen('invitations', /<b>bounce<\/b>@example\.com.*Bounced/);
		expect(await page.locator('#invitations b b').count()).toBe(0);
	});

	it('sends any event, and says what is wrong with its data', async () => {
		await page.getByLabel('Event', { exact: true }).selectOption('A/B test winner declared');
		await page.getByLabel('Data (JSON)').fill('{"winner": ');
		await press('Sign and send');
		expect(await page.locator('#data-problem').textContent()).toContain('This is not JSON.');
		await page.getByLabel('Data (JSON)').fill('{"winner": "B"}');
		await press('Sign and send');
		await seen('deliveries', /^200.*A\/B test winner declared/);
		await page.getByLabel('Event', { exact: true }).selectOption('Widget loaded');
		await press('Sign and send');
		await seen('deliveries', /^200.*Widget loaded/);
	});

	it('can be used with the keyboard alone', async () => {
		await invite('keys@example.com');
		await seen('invitations', 'keys@example.com');
		const name = 'Deliver the mail: keys@example.com';
		await page.getByRole('button', { name, exact: true }).focus();
		await page.keyboard.press('Enter');
		await seen('invitations', /keys@example\.com.*Delivered/);
		const focused = () => page.evaluate('document.activeElement?.getAttribute("aria-label")');
		expect(await focused()).toBe('Open the mail: keys@example.com');
		await page.keyboard.press('Enter');
		await seen('invitations', /keys@example\.com.*Opened/);
	});

	it('fits on a phone', async () => {
		await page.setViewportSize({ width: 375, height: 800 });
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
		await page.setViewportSize({ width: 1280, height: 900 });
	});

	it('works without a complaint', () => expect(complaints).toEqual([]));
});

it('shows the invitee who invites, and takes the acceptance', async () => {
	const { id } = await invite('guest@example.com');
	const guest = await page.context().newPage();
	await guest.goto(`${stage.sandboxUrl}/i/${id.slice(0, 8)}`);
	await guest.getByRole('heading', { name: 'Jane Doe invites you' }).waitFor();
	await seen('invitations', /guest@example\.com.*Clicked/);
	await guest.getByRole('button', { name: 'Accept the invitation' }).click();
	await guest.getByRole('heading', { name: 'Welcome' }).waitFor();
	await guest.close();
	await seen('contacts', 'guest@example.com');
});

describe('the other flows', () => {
	it('invite a list, and tell the team of the line that failed', async () => {
		const form = await page.context().newPage();
		await form.goto(`${stage.n8n.url}/form/${places.inviteMany.webhookId}`);
		await form
			.locator('textarea')
			.fill('lena@example.com, Lena\n, Carl without an address\nomar@example.com, Omar');
		await form.locator('button[type=submit]').click();
		await seen('invitations', 'omar@example.com');
		await seen('invitations', 'lena@example.com');
		await seen('messages', /Not invited: Carl without an address\. .*Target Value/);
		await form.close();
	});

	it('give a page a token', async () => {
		const { url } = linksOf(stage, places)[2];
		const { token } = (await (await fetch(url)).json()) as { token: string };
		const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
		expect(payload).toMatchObject({ user: { id: 'user-17', email: 'jane@example.com' } });
	});
});

it('shows the execution in n8n', async () => {
	await editor.page.goto(`${stage.n8n.url}/workflow/${places.onAccepted.id}/executions`);
	await editor.page.getByText('Succeeded').first().waitFor();
	const canvas = has('showsExecutionsInAFrame')
		? editor.page.frameLocator('iframe').first()
		: editor.page;
	await canvas.getByText('Add to CRM', { exact: true }).first().waitFor();
	await editor.page.keyboard.press('Escape');
	await editor.page.waitForTimeout(1000);
	await editor.page.screenshot({ path: picture('execution') });
});

async function invite(value: string, name?: string): Promise<{ id: string }> {
	const answer = await fetch(`${stage.sandboxUrl}/api/v1/invitations`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', 'x-api-key': stage.apiKey },
		body: JSON.stringify({
			widgetConfigurationId: 'wc-1',
			target: { type: 'email', value, name },
			inviter: { userId: 'user-17', name: 'Jane Doe' },
		}),
	});
	const created = (await answer.json()) as { id: string };
	await seen('invitations', value);
	return created;
}
