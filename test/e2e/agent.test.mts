// An AI agent uses our operations as tools. The model is played by a script; everything else is real.
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended } from './flows.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();

interface ModelRequest {
	messages: Array<{ role: string; content: unknown }>;
	tools: Array<{
		function: {
			name: string;
			description: string;
			parameters: { properties: Record<string, { type: string; description?: string }> };
		};
	}>;
}

const TURNS = [
	{
		tool: 'Find_open_invitations',
		arguments: { Target_Type: 'email', Target_Value: 'nathan@example.com' },
	},
	{
		tool: 'Invite_somebody',
		arguments: { Target_Type: 'email', Target_Value: 'nathan@example.com' },
	},
	{
		tool: 'Invite_somebody',
		arguments: { Target_Type: 'carrier pigeon', Target_Value: 'nathan@example.com' },
	},
];

const REFUSAL =
	"'Target Type' cannot be 'carrier pigeon'. Use one of: email, internal, phone, share";

const asked: ModelRequest[] = [];

/** An OpenAI-compatible model that calls one tool after the other and then says that it is done. */
const model = fastify();
model.post<{ Body: ModelRequest }>('/v1/chat/completions', ({ body }) => {
	const turn = TURNS[asked.length];
	asked.push(body);
	const call = turn && {
		id: `call_${asked.length}`,
		type: 'function',
		function: { name: turn.tool, arguments: JSON.stringify(turn.arguments) },
	};
	return {
		id: `chat-${asked.length}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [
			{
				index: 0,
				finish_reason: call ? 'tool_calls' : 'stop',
				message: {
					role: 'assistant',
					content: call ? null : 'Nathan is invited.',
					tool_calls: call && [call],
				},
			},
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
});

let modelUrl = '';
beforeAll(async () => void (modelUrl = await model.listen({ host: '127.0.0.1', port: 0 })));
afterAll(async () => await model.close());

/** What the editor writes when a person lets the model fill a field in. */
const fromAi = (key: string) =>
	`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`\`, 'string') }}`;

async function publishAgent(): Promise<{ id: string; url: string }> {
	const vortexApi = await stage.addCredential();
	const openAiApi = {
		name: 'Scripted model',
		id: await stage.n8n.addCredential('Scripted model', 'openAiApi', {
			apiKey: 'none',
			url: `${modelUrl}/v1`,
			header: false,
		}),
	};
	const webhookId = randomUUID();
	const tool = (name: string, parameters: object) => ({
		id: randomUUID(),
		name,
		type: 'n8n-nodes-vortex.vortexTool',
		typeVersion: 1,
		position: [200, 300],
		credentials: { vortexApi },
		parameters: {
			resource: 'invitation',
			targetType: fromAi('Target_Type'),
			targetValue: fromAi('Target_Value'),
			...parameters,
		},
	});
	const link = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	const { id } = await stage.n8n.publish({
		name: 'Agent',
		settings: { executionOrder: 'v1' },
		active: false,
		nodes: [
			{
				id: randomUUID(),
				name: 'Question',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId,
				parameters: { httpMethod: 'POST', path: webhookId, responseMode: 'lastNode' },
			},
			{
				id: randomUUID(),
				name: 'Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: 3.1,
				position: [200, 0],
				parameters: { promptType: 'define', text: '={{ $json.body.question }}', options: {} },
			},
			{
				id: randomUUID(),
				name: 'Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				position: [100, 300],
				credentials: { openAiApi },
				parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
			},
			tool('Find open invitations', { operation: 'getManyByTarget' }),
			tool('Invite somebody', {
				operation: 'create',
				widgetConfigurationId: 'wc-1',
				inviterUserId: 'user-17',
			}),
		],
		connections: {
			Question: link('main'),
			Model: link('ai_languageModel'),
			'Find open invitations': link('ai_tool'),
			'Invite somebody': link('ai_tool'),
		},
	});
	return { id, url: `${stage.n8n.url}/webhook/${webhookId}` };
}

it('chooses by our descriptions and fills our fields in', async () => {
	const { id, url } = await publishAgent();
	const answer = await fetch(url, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ question: 'Is Nathan invited? If not, invite him.' }),
	});
	if (has('stopsAtRefusingTool')) {
		expect(answer.status).toBe(500);
		const [execution] = await ended(stage.n8n, id, 1);
		const { error } = await stage.n8n.execution(execution.id);
		expect(error?.message).toBe(REFUSAL);
	} else {
		expect([answer.status, await answer.json()]).toEqual([200, { output: 'Nathan is invited.' }]);
	}

	const tools = asked[0].tools.map(({ function: offered }) => offered);
	expect(Object.fromEntries(tools.map(({ name, description }) => [name, description]))).toEqual({
		Find_open_invitations: 'Get many open invitations for a person in Vortex',
		Invite_somebody: 'Create an invitation in Vortex',
	});
	for (const { parameters } of tools) {
		expect(Object.keys(parameters.properties)).toEqual(['Target_Type', 'Target_Value']);
	}

	const { requests } = await stage.ask<{ requests: Array<Record<string, unknown>> }>(
		'/sandbox/requests',
	);
	expect(requests.map(({ method, url: path, body }) => ({ method, path, body }))).toEqual([
		{
			method: 'GET',
			path: '/api/v1/invitations?targetType=email&targetValue=nathan%40example.com',
		},
		{
			method: 'POST',
			path: '/api/v1/invitations',
			body: {
				widgetConfigurationId: 'wc-1',
				target: { type: 'email', value: 'nathan@example.com' },
				inviter: { userId: 'user-17' },
			},
		},
	]);

	const answers = asked.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
	expect(String(answers[1].content)).toContain('shortLink');
	expect(answers).toHaveLength(has('stopsAtRefusingTool') ? 2 : 3);
	if (!has('stopsAtRefusingTool')) expect(String(answers[2].content)).toContain(REFUSAL);
});
