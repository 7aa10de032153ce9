// A saved and published workflow outlives an upgrade of the package.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPackage } from '../n8n-host/install.mts';
import type { Workflow } from '../n8n-host/n8n.mts';
import { Stage } from '../n8n-host/stage.mts';
import { webhookEvent } from '../sandbox/events.mts';
import {
	deliverEvent,
	ended,
	output,
	triggerStep,
	triggerUrl,
	vortexStep,
	workflow,
	type Step,
} from './flows.mts';
import { noteProcess, prepared } from './folder.mts';
import { useOwnSandbox } from './host.mts';

const OLD_VERSION = '0.0.1';
const DESCRIPTION = 'Get one invitation by its ID';

const stage = new Stage();
const sandbox = useOwnSandbox(stage);

let folder = '';
let userFolder = '';
let trigger: Step;
let published: Workflow;

/** The same package as it might have been: an older version, in which a description is missing. */
async function olderTarball(tarball: string): Promise<string> {
	await execa('tar', ['-xzf', tarball, '-C', folder]);
	const manifest = path.join(folder, 'package/package.json');
	const contents = JSON.parse(await readFile(manifest, 'utf8')) as object;
	await writeFile(manifest, JSON.stringify({ ...contents, version: OLD_VERSION }));
	const operation = path.join(folder, 'package/dist/nodes/Vortex/resources/invitation/get.js');
	const code = await readFile(operation, 'utf8');
	const changed = code.replace(/^\s*description: .*,?$/m, '');
	if (changed === code) throw new Error('There is no description to take away.');
	await writeFile(operation, changed);
	const older = path.join(folder, 'older.tgz');
	await execa('tar', ['-czf', older, '-C', folder, 'package']);
	return older;
}

beforeAll(async () => {
	folder = await mkdtemp(path.join(prepared().folder, 'upgrade-'));
	userFolder = path.join(folder, 'user');
	const { program, tarball } = prepared();
	const older = await olderTarball(tarball);
	await stage.open({ program, tarball: older, userFolder, onStart: noteProcess });
	const vortexApi = await stage.addCredential('Own sandbox', { baseUrl: sandbox.url });
	trigger = triggerStep(vortexApi, {});
	const get = vortexStep('invitation/get', vortexApi, {
		invitationId: '={{ $json.data.invitationId }}',
	});
	published = await stage.n8n.publish(workflow('Upgraded', [trigger, get]));
});
afterAll(async () => await stage.close());

/** Delivers an event of a new invitation. @returns the invitation's id */
async function deliver(): Promise<string> {
	const { id } = sandbox.invitations.create({
		widgetConfigurationId: 'wc-1',
		inviter: { userId: 'user-17' },
		target: { type: 'email', value: 'nathan@example.com' },
		linkBase: sandbox.url,
	});
	const event = webhookEvent({
		type: 'invitation.accepted',
		sourceTable: 'invitations',
		operation: 'update',
		data: { invitationId: id },
	});
	const answer = await deliverEvent(stage, triggerUrl(stage, trigger), event);
	expect(answer).toEqual({ status: 200, body: '{"received":true}' });
	return id;
}

/** What the action step gave in the execution with that number. */
async function outputOfRun(count: number) {
	const [{ id }] = await ended(stage.n8n, published.id, count);
	const execution = await stage.n8n.execution(id);
	expect(execution.status).toBe('success');
	return output(execution, 'invitation/get');
}

async function installedVersion(): Promise<string> {
	const manifest = '.n8n/nodes/node_modules/n8n-nodes-vortex/package.json';
	const text = await readFile(path.join(userFolder, manifest), 'utf8');
	return (JSON.parse(text) as { version: string }).version;
}

async function descriptionOfGet(): Promise<string | undefined> {
	const types = await stage.n8n.nodeTypes();
	return types
		.find(({ name }) => name === 'n8n-nodes-vortex.vortex')
		?.properties.flatMap(({ name, options = [] }) => (name === 'operation' ? options : []))
		.find(({ value }) => value === 'get')?.description;
}

it('runs, is upgraded with n8n stopped, and runs on without being touched', async () => {
	const first = await deliver();
	expect(await installedVersion()).toBe(OLD_VERSION);
	expect(await descriptionOfGet()).not.toBe(DESCRIPTION);
	expect(await outputOfRun(1)).toMatchObject([{ json: { id: first } }]);

	await stage.n8n.stop();
	await installPackage(prepared().tarball, userFolder);
	await stage.n8n.start();
	await stage.n8n.signIn(stage.owner);

	expect(await installedVersion()).not.toBe(OLD_VERSION);
	expect(await descriptionOfGet()).toBe(DESCRIPTION);
	const second = await deliver();
	expect(await outputOfRun(2)).toMatchObject([{ json: { id: second } }]);
	const kept = await stage.n8n.workflow(published.id);
	expect(kept).toMatchObject({ versionId: published.versionId, nodes: published.nodes });
});
