// What the demo remembers from one time to the next.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEMO_FOLDER } from '../n8n-host/install.mts';
import { newKeys, type Keys } from '../n8n-host/keys.mts';
import type { CredentialRef } from '../n8n-host/stage.mts';
import { Stop } from '../support/say.mts';
import type { WorkflowKey } from './workflows/index.mts';

export interface Known {
	keys: Keys;
	/** Where the sandbox was when the credential and the workflows were made. */
	sandboxUrl?: string;
	credential?: CredentialRef;
	workflows: Partial<Record<WorkflowKey, { id: string; webhookId: string }>>;
}

export interface Memory {
	known: Known;
	/** n8n's own folder; undefined when nothing is kept. */
	userFolder?: string;
	save(): Promise<void>;
}

const HOME = path.join(DEMO_FOLDER, 'home');
const FILE = path.join(HOME, 'demo.json');

export async function forget(): Promise<void> {
	await rm(HOME, { recursive: true, force: true });
}

/** @param isKept whether anything is written down */
export async function remember(isKept: boolean): Promise<Memory> {
	if (!isKept) return { known: { keys: newKeys(), workflows: {} }, save: async () => {} };
	await mkdir(HOME, { recursive: true });
	const known = (await read()) ?? { keys: newKeys(), workflows: {} };
	const save = async () => {
		await writeFile(FILE, JSON.stringify(known, null, '\t'));
		await chmod(FILE, 0o600);
	};
	await save();
	return { known, save, userFolder: path.join(HOME, 'n8n') };
}

async function read(): Promise<Known | undefined> {
	const text = await readFile(FILE, 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	try {
		return JSON.parse(text) as Known;
	} catch {
		throw new Stop(`${FILE} is broken. Start afresh with: pnpm demo --reset`);
	}
}
