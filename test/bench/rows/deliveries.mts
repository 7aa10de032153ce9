// Signed webhooks at a real n8n: our trigger, and the flow that people build by hand.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { GO_ON, publish, webhook, type Place, type Step } from '../canvas.mts';
import type { Contender, Contest, Round, Target } from '../contender.mts';
import { cpuOfEach } from '../cpu.mts';
import { countExecutions } from '../executions.mts';
import { waitFor } from '../../support/say.mts';
import type { Stage } from '../../n8n-host/stage.mts';
import type { Engine, Workbench } from '../workbench.mts';
import { eventOf } from './signing.mts';

/** Deliveries at the same time. */
const AT_ONCE = 10;

/** Deliveries in one round: with the default engine each takes far longer. */
const COUNT: { [engine in Engine]: number } = { default: 80, lazy: 300, legacy: 300 };

/** Rounds at most. What has a target is decided on the legacy engine, and isolates take long. */
const ROUNDS: { [engine in Engine]?: number } = { default: 4, lazy: 4 };

const WARM_UP = 30;

const OURS = 'Vortex Trigger';

const BY_HAND = 'Webhook + Crypto + If';

/** A forged and a good delivery, in each of n8n's ways to evaluate expressions. */
export async function deliveries(bench: Workbench): Promise<Contest[]> {
	const legacy = await open(bench, 'legacy');
	const lazy = await open(bench, 'lazy');
	const standard = await open(bench, 'default');
	return [
		forged(legacy, { against: BY_HAND, atLeast: 3 }),
		forged(standard, { against: BY_HAND }, ISOLATES),
		forged(lazy, { against: BY_HAND }, LAZY),
		good(legacy, { against: BY_HAND, atLeast: 1, tie: true }),
		good(standard, { against: BY_HAND }, ISOLATES),
		good(lazy, { against: BY_HAND }, LAZY),
	];
}

const ISOLATES =
	'n8n 2.41 makes a V8 isolate for the webhook of every trigger but its own Webhook step (`webhookPhaseNeedsIsolate`), another one whenever a webhook reads a credential, and one for each execution, before any code of a package runs and whether or not there is an expression. A delivery to any trigger with a credential takes two of them and an execution takes one more, where the hand-built flow, with its secret in a parameter, takes one in all. A package cannot change that.';

const LAZY =
	'with `N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true`, a setting of n8n 2.41, an isolate is made only when there is an expression to evaluate. n8n evaluates one of its own for every delivery to a trigger of type version 1 (`parseRequestBody` asks for `options.binaryData`), so that one of the two remains; its own Webhook step is of a later version.';

const ENGINES: { [engine in Engine]: string } = {
	default: 'default engine',
	lazy: 'default engine, lazy isolates',
	legacy: 'legacy engine',
};

interface Arena {
	stage: Stage;
	ours: Place;
	byHand: Place;
	/** n8n's Webhook step that asks for a header: the least that n8n takes to refuse. */
	refusing: Place;
	engine: Engine;
}

function forged(arena: Arena, target: Target, explanation?: string): Contest {
	const send = (place: Place, stored: number, status: number) => async () =>
		await deliver(arena, place, false, stored, status);
	return {
		what: `Forged deliveries, ${ENGINES[arena.engine]}`,
		unit: '/s',
		rounds: ROUNDS[arena.engine],
		explanation,
		contenders: [
			{ name: OURS, target, measure: send(arena.ours, 0, 401) },
			{ name: BY_HAND, target: {}, measure: send(arena.byHand, 1, 200) },
			{
				name: "n8n's own refusal",
				target: {},
				remark: 'Webhook with header authentication: what the host takes at least',
				measure: send(arena.refusing, 0, 403),
			},
		],
	};
}

function good(arena: Arena, target: Target, explanation?: string): Contest {
	const send =
		(place: Place): Contender['measure'] =>
		async () =>
			await deliver(arena, place, true, 1, 200);
	return {
		what: `Good deliveries to the stored execution, ${ENGINES[arena.engine]}`,
		unit: '/s',
		rounds: ROUNDS[arena.engine],
		explanation,
		contenders: [
			{ name: OURS, target, measure: send(arena.ours) },
			{ name: BY_HAND, target: {}, measure: send(arena.byHand) },
		],
	};
}

/** Sends deliveries, and waits until n8n has stored every execution that they lead to. */
async function deliver(
	{ stage, engine }: Arena,
	{ id, url }: Place,
	isGood: boolean,
	stored: number,
	status: number,
	count = COUNT[engine],
): Promise<Round> {
	const { n8n, webhookSecret } = stage;
	const secret = isGood ? webhookSecret : `whsec_${randomBytes(24).toString('base64url')}`;
	const requests = Array.from({ length: count }, () => {
		const body = eventOf(1000, randomUUID());
		const signature = createHmac('sha256', secret).update(body).digest('hex');
		const headers = { 'Content-Type': 'application/json', 'X-Vortex-Signature': signature };
		return { method: 'POST', body, headers };
	});
	const before = await countExecutions(n8n, id);
	const expected = before + stored * count;
	const statuses = new Map<number, number>();
	const started = performance.now();
	let next = 0;
	const work = async () => {
		for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
			const answer = await fetch(url, request).then(
				async (response) => (await response.text(), response.status),
				() => 0,
			);
			statuses.set(answer, (statuses.get(answer) ?? 0) + 1);
		}
	};
	const used = await cpuOfEach(n8n.pid, count, async () => {
		await Promise.all(Array.from({ length: AT_ONCE }, work));
		if (stored > 0) await allEnded(stage, id, expected);
	});
	const time = performance.now() - started;
	const answered = statuses.get(status) ?? 0;
	const now = await countExecutions(n8n, id);
	const made = now - before;
	const losses = [
		answered < count && `${count - answered} of ${count} were not answered ${status}`,
		made !== stored * count && `${made} executions stored, not ${stored * count}`,
	].filter(Boolean);
	return {
		value: (count * 1000) / time,
		...(losses.length > 0 && { loss: losses.join(', ') }),
		note: [`answered ${status}, executions stored: ${made} for ${count}`, used]
			.filter(Boolean)
			.join(', '),
	};
}

async function allEnded({ n8n }: Stage, id: string, expected: number): Promise<void> {
	// What is missing after that is told as lost.
	await waitFor('The end of all executions', 20, async () =>
		(await countExecutions(n8n, id, 'success')) >= expected ? true : undefined,
	).catch(() => {});
}

async function open(bench: Workbench, engine: Engine): Promise<Arena> {
	const stage = await bench.n8n(engine);
	const { n8n } = stage;
	const vortexApi = await stage.addCredential('Deliveries');
	const ours = randomUUID();
	const trigger: Step = {
		name: OURS,
		type: 'n8n-nodes-vortex.vortexTrigger',
		typeVersion: 1,
		webhookId: ours,
		credentials: { vortexApi },
		parameters: { events: ['invitation.accepted'], options: {} },
	};
	const byHand = randomUUID();
	const refusing = randomUUID();
	const key = { name: 'x-key', value: randomUUID() };
	const httpHeaderAuth = { name: 'Key', id: await n8n.addCredential('Key', 'httpHeaderAuth', key) };
	const arena: Arena = {
		stage,
		engine,
		ours: await publish(n8n, OURS, [trigger, GO_ON], `${ours}/vortex`),
		byHand: await publish(n8n, BY_HAND, byHandFlow(byHand, stage.webhookSecret), byHand),
		refusing: await publish(
			n8n,
			'Refusing',
			[
				{
					...webhook(refusing, { authentication: 'headerAuth' }),
					credentials: { httpHeaderAuth },
				},
				GO_ON,
			],
			refusing,
		),
	};
	await deliver(arena, arena.ours, true, 1, 200, WARM_UP);
	await deliver(arena, arena.ours, false, 0, 401, WARM_UP);
	await deliver(arena, arena.byHand, true, 1, 200, WARM_UP);
	await deliver(arena, arena.refusing, false, 0, 403, WARM_UP);
	return arena;
}

/** HMAC over the raw bytes, compared with the header: what n8n's forum and docs tell people to do. */
function byHandFlow(webhookId: string, secret: string): Step[] {
	return [
		webhook(webhookId, { options: { rawBody: true } }),
		{
			name: 'Crypto',
			type: 'n8n-nodes-base.crypto',
			typeVersion: 1,
			parameters: {
				action: 'hmac',
				binaryData: true,
				type: 'SHA256',
				dataPropertyName: 'expected',
				secret,
				encoding: 'hex',
			},
		},
		{
			name: 'If',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
					combinator: 'and',
					conditions: [
						{
							id: randomUUID(),
							leftValue: '={{ $json.expected }}',
							rightValue: "={{ $json.headers['x-vortex-signature'] }}",
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
				options: {},
			},
		},
		GO_ON,
	];
}
