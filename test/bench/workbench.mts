// What the comparisons work with, started when it is first asked for and ended all together.
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { PROJECT } from '../n8n-host/install.mts';
import { Stage } from '../n8n-host/stage.mts';
import { Stop } from '../support/say.mts';
import type { Manner, Record } from './server.mts';

/**
 * Ways in which n8n 2.41 evaluates expressions: in an isolate that is made for every execution and
 * webhook, by default; in one that is made when there is something to evaluate; without isolates.
 */
export type Engine = 'default' | 'lazy' | 'legacy';

const SETTINGS: { [engine in Engine]: { [variable: string]: string } } = {
	default: {},
	lazy: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
	legacy: { N8N_EXPRESSION_ENGINE: 'legacy' },
};

export interface Package {
	/** Path of n8n's program. */
	program: string;
	/** Our package, packed. */
	tarball: string;
}

export class Workbench {
	readonly say: (text: string) => void;

	private readonly stages = new Map<Engine, Stage>();

	private readonly cleanUps: Array<() => Promise<unknown>> = [];

	private closing: Promise<void> | undefined;

	private readonly packed: Package;

	/** Where the processes of n8n leave their CPU profiles. */
	private readonly profiles: string | undefined;

	constructor(packed: Package, options: { profiles?: string; say: (text: string) => void }) {
		this.packed = packed;
		this.profiles = options.profiles;
		this.say = options.say;
	}

	/** @returns a real n8n with our package in it, the same one each time */
	async n8n(engine: Engine): Promise<Stage> {
		const known = this.stages.get(engine);
		if (known) return known;
		const stage = new Stage();
		this.stages.set(engine, stage);
		this.cleanUps.push(async () => await stage.close());
		const env = { ...SETTINGS[engine] };
		if (this.profiles) {
			const folder = path.join(this.profiles, engine);
			env.NODE_OPTIONS = `--cpu-prof --cpu-prof-interval 500 --cpu-prof-dir=${folder}`;
		}
		this.say(`Starting n8n (${engine} expression engine) …`);
		await Promise.race([stage.lost, stage.open({ ...this.packed, env })]);
		return stage;
	}

	/** Starts a sandbox that can be slowed down, for one API key. */
	async server(apiKey: string): Promise<BenchServer> {
		const program = path.join(PROJECT, 'test/bench/server.mts');
		const running = execa(process.execPath, [program], {
			env: { VORTEX_API_KEY: apiKey },
			reject: false,
			buffer: false,
			stdin: 'ignore',
		});
		this.cleanUps.push(async () => {
			running.kill('SIGTERM');
			await running;
		});
		const [url] = (await Promise.race([
			once(createInterface(running.stdout), 'line'),
			running.then(() => {
				throw new Stop('The server of the benchmark has ended by itself.');
			}),
		])) as string[];
		return new BenchServer(url, apiKey);
	}

	/** Ends everything that was started, the last first. Asked twice, it waits for the same end. */
	async close(): Promise<void> {
		this.closing ??= this.endAll();
		await this.closing;
	}

	private async endAll(): Promise<void> {
		for (let end = this.cleanUps.pop(); end !== undefined; end = this.cleanUps.pop()) {
			await end().catch((error: Error) => console.error(`While ending: ${error.message}`));
		}
	}
}

/** The sandbox, seen from outside. */
export class BenchServer {
	readonly url: string;

	readonly apiKey: string;

	constructor(url: string, apiKey: string) {
		this.url = url;
		this.apiKey = apiKey;
	}

	/** Forgets everything, and behaves like this from now on. */
	async set(manner: Manner): Promise<void> {
		const answer = await fetch(`${this.url}/bench`, {
			method: 'PUT',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(manner),
		});
		if (!answer.ok) throw new Stop(`The server of the benchmark answered ${answer.status}.`);
	}

	async record(): Promise<Record> {
		return (await (await fetch(`${this.url}/bench`)).json()) as Record;
	}
}

/** Runs a script of the benchmark in a process of its own. @returns the JSON that it prints */
export async function runScript<T>(
	name: string,
	args: string[],
	options: { env?: { [name: string]: string }; node?: string[] } = {},
): Promise<T> {
	const program = path.join(PROJECT, 'test/bench', name);
	const { stdout } = await execa(process.execPath, [...(options.node ?? []), program, ...args], {
		env: options.env,
		stdin: 'ignore',
	});
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
