// Many invitations at once, in a real n8n, against a server that takes its time and has limits.
import { randomUUID } from 'node:crypto';
import { GO_ON, publish, webhook, type Place, type Step } from '../canvas.mts';
import type { Contender, Contest, Round } from '../contender.mts';
import { cpuOfEach } from '../cpu.mts';
import { endedExecution } from '../executions.mts';
import { INVITING, inviteRequest, people } from '../people.mts';
import type { Manner } from '../server.mts';
import { runScript, type BenchServer, type Workbench } from '../workbench.mts';
import type { Stage } from '../../n8n-host/stage.mts';

const LATENCY = 50;

const CONCURRENCY = 10;

/** Items of a flow's first execution, which does not count. */
const WARM_UP = 50;

const STEP = 'Invite';

const SIZES = [200, 2000];

interface Flows {
	/** Our node with so many requests at once. */
	vortex: (concurrency: number) => Promise<Place>;
	/** n8n's HTTP Request step, with so many ms between batches of ten. */
	httpRequest: (pause?: number) => Promise<Place>;
}

/** A measured flow, and what it is held against. */
type Entry = [name: string, place: Place, about?: Partial<Contender>];

/** Without limits, 200 and 2,000 items. */
export async function creates(bench: Workbench): Promise<Contest[]> {
	const arena = await Arena.open(bench);
	const { vortex, httpRequest } = arena.flows;
	const ours = await vortex(CONCURRENCY);
	const tuned = await httpRequest(LATENCY);
	const patient = await httpRequest(1000);
	const all = await httpRequest();
	const contests: Contest[] = [];
	for (const items of SIZES) {
		const limit = (items * LATENCY) / CONCURRENCY;
		const entries: Entry[] = [
			[
				OURS,
				ours,
				{ target: { against: LIMIT, atMost: 1.15 }, remark: 'at most 10 in flight, the default' },
			],
			['HTTP Request', all, { remark: 'puts all items in flight at once' }],
			['HTTP Request, batches of 10', tuned, { remark: `${LATENCY} ms apart` }],
		];
		if (items === 200) {
			entries.push([
				'HTTP Request, batches of 10 as n8n proposes',
				patient,
				{ remark: '1,000 ms apart', rounds: 2 },
			]);
		}
		contests.push({
			what: `${group(items)} creates, answers after ${LATENCY} ms`,
			unit: 'ms',
			// A round of the long ones takes two minutes.
			rounds: items > 1000 ? 3 : undefined,
			contenders: [
				...entries.map((entry) => arena.contender(entry, items, { latency: LATENCY, limits: {} })),
				arena.sdk(items, { latency: LATENCY, limits: {} }, { against: OURS, atLeast: 8 }),
				{ name: LIMIT, measure: limit, remark: `${group(items)} × ${LATENCY} ms / ${CONCURRENCY}` },
			],
		});
	}
	return contests;
}

/** A server that answers 429 above 20 in flight, and one that allows 50 requests a second. */
export async function limits(bench: Workbench): Promise<Contest[]> {
	const arena = await Arena.open(bench);
	const { vortex, httpRequest } = arena.flows;
	const [ours, known, many] = [await vortex(CONCURRENCY), await vortex(20), await vortex(50)];
	const [all, tuned] = [await httpRequest(), await httpRequest(LATENCY)];
	const http: Entry[] = [
		['HTTP Request', all, { mayLose: true }],
		['HTTP Request, batches of 10', tuned, { mayLose: true, remark: `${LATENCY} ms apart` }],
	];
	const contests: Contest[] = [];
	for (const items of SIZES) {
		const inFlight: Manner = { latency: LATENCY, limits: { inFlight: 20 } };
		const own = `${LIMIT} at ${CONCURRENCY} in flight`;
		const entries: Entry[] = [
			[OURS, ours, { target: { against: own, atMost: 1.3 }, remark: '10 in flight' }],
			[`${OURS}, 20 in flight`, known, { target: { against: LIMIT, atMost: 1.3 } }],
			[`${OURS}, 50 in flight`, many, { target: { against: LIMIT, atMost: 1.3 } }],
			...http,
		];
		const limit = (items * LATENCY) / 20;
		contests.push({
			what: `${group(items)} creates, 429 above 20 in flight`,
			unit: 'ms',
			// Two rounds of the long ones.
			rounds: items > 1000 ? 2 : undefined,
			contenders: [
				...entries.map((entry) => arena.contender(entry, items, inFlight)),
				...(items === 200 ? [arena.sdk(items, inFlight, { against: OURS })] : []),
				{ name: own, measure: (items * LATENCY) / CONCURRENCY },
				{ name: LIMIT, measure: limit, remark: `${group(items)} × ${LATENCY} ms / 20` },
			],
		});
	}
	for (const items of SIZES) {
		const perSecond: Manner = { latency: LATENCY, limits: { perSecond: 50 } };
		const entries: Entry[] = [
			[OURS, ours, { target: { against: LIMIT, atMost: 1.3 }, remark: '10 in flight' }],
			...http,
		];
		contests.push({
			what: `${group(items)} creates, 50 requests a second`,
			unit: 'ms',
			// Two rounds of the long ones.
			rounds: items > 1000 ? 2 : undefined,
			contenders: [
				...entries.map((entry) => arena.contender(entry, items, perSecond)),
				...(items === 200 ? [arena.sdk(items, perSecond, { against: OURS })] : []),
				{ name: LIMIT, measure: (items / 50) * 1000, remark: `${group(items)} / 50 s` },
			],
		});
	}
	return contests;
}

/** The body as an expression. Two closing braces in a row would end it. */
const BODY = `={{ ${JSON.stringify(inviteRequest('?'), null, ' ').replace('"?"', '$json.email')} }}`;

const OURS = 'Our node';

const LIMIT = 'physical limit';

const group = (count: number) => count.toLocaleString('en');

/** One n8n and one server, for all contenders. */
class Arena {
	readonly flows: Flows;

	private readonly stage: Stage;

	private readonly server: BenchServer;

	private lastExecution = 0;

	private readonly warm = new Set<string>();

	private constructor(stage: Stage, server: BenchServer, flows: Flows) {
		this.stage = stage;
		this.server = server;
		this.flows = flows;
	}

	static async open(bench: Workbench): Promise<Arena> {
		const stage = await bench.n8n('default');
		const server = await bench.server(stage.apiKey);
		return new Arena(stage, server, await prepare(stage, server));
	}

	contender([name, place, about]: Entry, items: number, manner: Manner): Contender {
		const measure = async () => {
			// A flow's first execution is no measure of its speed.
			if (!this.warm.has(place.id)) await this.run(place, WARM_UP, { latency: 0, limits: {} });
			this.warm.add(place.id);
			return await this.run(place, items, manner);
		};
		return { name, ...about, measure };
	}

	sdk(items: number, manner: Manner, target: Contender['target']): Contender {
		return {
			name: 'Official SDK in a loop',
			target,
			remark: 'one request in flight, in a plain process',
			// It takes longest and is the steadiest of all: two rounds of the long one, and where nothing is to be reached.
			rounds: items > 1000 || target?.atLeast === undefined ? 2 : undefined,
			measure: async () => {
				await this.server.set(manner);
				const { time } = await runScript<{ time: number }>('sdk-loop.mts', [String(items)], {
					env: { VORTEX_API_KEY: this.server.apiKey, VORTEX_API_BASE_URL: this.server.url },
				});
				return await this.round(time, items);
			},
		};
	}

	/** Lets a workflow invite people, and reads how long n8n says that its step took. */
	private async run({ id, url }: Place, items: number, manner: Manner): Promise<Round> {
		const { n8n } = this.stage;
		await this.server.set(manner);
		const used = await cpuOfEach(n8n.pid, items, async () => {
			const answer = await fetch(url, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ people: people(items) }),
			});
			await answer.text();
		});
		const ended = await endedExecution(n8n, id, STEP, this.lastExecution);
		this.lastExecution = ended.id;
		return await this.round(ended.stepTime, items, ended.error, used);
	}

	private async round(value: number, items: number, error?: string, used?: string): Promise<Round> {
		const seen = await this.server.record();
		const twice = seen.created - seen.invitees;
		const isWhole = seen.invitees === items && twice === 0 && error === undefined;
		const loss = [
			`${seen.invitees} of ${items} created`,
			twice > 0 && `${twice} of them twice`,
			error && `then it failed: ${error}`,
		];
		const note = [
			`server: ${Math.round(seen.time)} ms, at most ${seen.mostInFlight} in flight`,
			seen.refused > 0 && `${seen.refused} answers were 429`,
			used,
		];
		return {
			value,
			...(!isWhole && { loss: loss.filter(Boolean).join(', ') }),
			note: note.filter(Boolean).join(', '),
		};
	}
}

async function prepare(stage: Stage, { url, apiKey }: BenchServer): Promise<Flows> {
	const { n8n } = stage;
	const vortexApi = await stage.addCredential('Bench', { baseUrl: url });
	const key = { name: 'x-api-key', value: apiKey };
	const httpHeaderAuth = {
		name: 'Bench',
		id: await n8n.addCredential('Bench', 'httpHeaderAuth', key),
	};
	const flow = async (name: string, step: Step): Promise<Place> => {
		const webhookId = randomUUID();
		const start = webhook(webhookId, { responseMode: 'lastNode', responseData: 'noData' });
		const each: Step = {
			name: 'One item each',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.people', options: {} },
		};
		return await publish(n8n, name, [start, each, step, GO_ON], webhookId);
	};
	return {
		vortex: async (concurrency) =>
			await flow(`Vortex, ${concurrency}`, {
				name: STEP,
				type: 'n8n-nodes-vortex.vortex',
				typeVersion: 1,
				credentials: { vortexApi },
				parameters: {
					...INVITING,
					...(concurrency !== CONCURRENCY && { options: { concurrency } }),
				},
			}),
		httpRequest: async (pause) =>
			await flow(`HTTP Request, ${pause}`, {
				name: STEP,
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				credentials: { httpHeaderAuth },
				parameters: {
					method: 'POST',
					url: `${url}/api/v1/invitations`,
					authentication: 'genericCredentialType',
					genericAuthType: 'httpHeaderAuth',
					sendBody: true,
					specifyBody: 'json',
					jsonBody: BODY,
					options: pause ? { batching: { batch: { batchSize: 10, batchInterval: pause } } } : {},
				},
			}),
	};
}
