// Treats a delivery as n8n 2.41 treats it: the same order of reading, running, storing and answering around
// the real WebhookContext. Left out is what no test here needs: well-formed XML, form
// fields, the size limit, CORS and expression isolates.
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip, createInflate } from 'node:zlib';
import express, { type Request, type Response } from 'express';
import { WebhookContext } from 'n8n-core';
import {
	jsonParse,
	type INodeExecutionData,
	type INodeParameters,
	type IWebhookData,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { afterAll, beforeAll } from 'vitest';
import { VortexTrigger } from '../../nodes/VortexTrigger/VortexTrigger.node';
import { makeWorkflow, type Credential } from './n8n.mts';

const TYPE = 'n8n-nodes-vortex.vortexTrigger';

/** Opens nothing. Put together so that no scanner stumbles. */
export const SECRET = ['whsec', 'test', 'of', 'the', 'trigger'].join('_');

export const RECEIVED = '{"received":true}';

/** Vortex's signature, made without the code under test. */
export function sign(body: string | Buffer, secret = SECRET): string {
	return createHmac('sha256', secret).update(body).digest('hex');
}

/** An event that nobody has sent before. */
export function newEvent(fields: object = {}) {
	return {
		id: `evt_${randomUUID()}`,
		type: 'invitation.accepted',
		timestamp: new Date().toISOString(),
		accountId: 'acc-1',
		environmentId: null,
		sourceTable: 'invitations',
		operation: 'update',
		data: { invitationId: 'inv-1', targetEmail: 'zoë@example.com', groups: [{ id: 'g-1' }] },
		...fields,
	};
}

/** One execution that the host has stored. */
export interface Execution {
	items: INodeExecutionData[];
	/** Why the node threw, which n8n stores as a failed execution. */
	failure?: Error;
}

export interface Publication {
	/** 'Trigger On'; any event unless told. Text is an expression. */
	events?: string[] | string;
	options?: INodeParameters;
	/** One with the signing secret unless told; `null` for one that has been deleted. */
	credential?: Credential | null;
	/** `manual` is "Execute step" in the editor. */
	mode?: 'webhook' | 'manual';
	workflowId?: string;
	nodeId?: string;
}

export interface Shipment {
	headers?: Record<string, string | string[]>;
	/** Instead of the right one: a list for several headers, `null` for none. */
	signature?: string | string[] | null;
}

export interface Answer {
	status: number;
	/** The content type without its parameters. */
	type: string;
	headers: IncomingMessage['headers'];
	body: string;
}

/** One published trigger, or one that listens for a test event, and its sender. */
export class Trigger {
	readonly executions: Execution[] = [];

	/** Deliveries that have reached the node so far. */
	arrivals = 0;

	/** What storing an execution takes: a test can make it slow or make it fail. */
	store: () => Promise<void> = async () => {};

	/** Executions that the host has begun to store so far. */
	storings = 0;

	/** Senders that were gone before the host had answered. */
	hangUps = 0;

	constructor(
		readonly url: string,
		readonly publication: Publication,
	) {}

	/** The `json` of every item of every execution. */
	get items(): unknown[] {
		return this.executions.flatMap(({ items }) => items.map(({ json }) => json));
	}

	/** Sends an event, or bytes or text as they are, and waits for the answer. */
	async deliver(body: object | string | Buffer, shipment?: Shipment): Promise<Answer> {
		return await answerOf(this.send(body, shipment));
	}

	/** Sends without waiting. */
	send(body: object | string | Buffer, { headers, signature }: Shipment = {}): ClientRequest {
		const bytes = Buffer.from(
			typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
		);
		const signed = signature === undefined ? sign(bytes) : signature;
		const sending = request(this.url, {
			method: 'POST',
			agent: false,
			headers: {
				'Content-Type': 'application/json',
				...headers,
				...(signed === null ? {} : { 'X-Vortex-Signature': signed }),
			},
		});
		sending.end(bytes);
		return sending;
	}

	/** Waits until so many deliveries have reached the node. */
	async reached(count: number): Promise<void> {
		await until(() => this.arrivals >= count);
	}

	/** Waits until the host stores an execution: the node has claimed the event. */
	async storing(): Promise<void> {
		await until(() => this.storings > 0);
	}

	/** Hangs up on a delivery that is not answered, and waits until the host knows. */
	async hangUp(sending: ClientRequest): Promise<void> {
		sending.on('error', () => {}).destroy();
		await until(() => this.hangUps > 0);
	}

	/** From now on executions are stored only after the returned function is called. */
	holdStoring(): (failure?: Error) => void {
		let release!: (failure?: Error) => void;
		const held = new Promise<void>((resolve, reject) => {
			release = (failure) => (failure === undefined ? resolve() : reject(failure));
		});
		this.store = async () => await held;
		return (failure) => {
			this.store = async () => {};
			release(failure);
		};
	}
}

async function until(happened: () => boolean): Promise<void> {
	while (!happened()) await new Promise((resolve) => setImmediate(resolve));
}

async function answerOf(sending: ClientRequest): Promise<Answer> {
	const [response] = (await once(sending, 'response')) as [IncomingMessage];
	const chunks: Buffer[] = await response.toArray();
	return {
		status: response.statusCode as number,
		type: (response.headers['content-type'] ?? '').split(';')[0],
		headers: response.headers,
		body: Buffer.concat(chunks).toString('utf8'),
	};
}

/** Runs a host for a test file. */
export function useWebhookHost(): { publish(publication?: Publication): Trigger } {
	const triggers = new Map<string, Trigger>();
	const app = express();
	app.post('/webhook/:webhookId/vortex', async (req, res) => {
		await handle(triggers.get(req.params.webhookId) as Trigger, req, res);
	});
	const server = createServer(app);
	beforeAll(async () => {
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	});
	afterAll(() => {
		server.close();
		server.closeAllConnections();
	});
	return {
		publish(publication = {}) {
			const webhookId = randomUUID();
			const { port } = server.address() as AddressInfo;
			const url = `http://127.0.0.1:${port}/webhook/${webhookId}/vortex`;
			const trigger = new Trigger(url, { workflowId: webhookId, ...publication });
			triggers.set(webhookId, trigger);
			return trigger;
		},
	};
}

class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

/** Reads, runs, stores, answers; whatever fails outside the node is answered with an error and stores nothing. */
async function handle(trigger: Trigger, req: Request, res: Response): Promise<void> {
	res.once('close', () => {
		if (!res.writableEnded) trigger.hangUps += 1;
	});
	try {
		prepareReading(req);
		await parse(req);
		await run(trigger, req, res);
	} catch (error) {
		const status = error instanceof Refusal ? error.status : 500;
		const { message } = error instanceof Refusal ? error : new Error('There was a problem');
		res.status(status).json({ code: status, message });
	}
}

async function run(trigger: Trigger, req: Request, res: Response): Promise<void> {
	const { workflow, context, description } = makeContext(trigger.publication, req, res);
	let result: IWebhookResponseData;
	try {
		const running = new VortexTrigger().webhook.call(context);
		trigger.arrivals += 1;
		result = await running;
	} catch (error) {
		res.status(500).json({ code: 0, message: 'Workflow Webhook Error' });
		trigger.executions.push({ items: [{ json: {} }], failure: error as Error });
		return;
	}
	const { workflowData, webhookResponse } = result;
	if (workflowData === undefined) {
		if (result.noWebhookResponse === true) return;
		res.status(200).json(webhookResponse ?? { message: 'Webhook call received' });
		return;
	}
	trigger.storings += 1;
	await trigger.store();
	trigger.executions.push({ items: workflowData[0] });
	const responseData = workflow.expression.getComplexParameterValue(
		context.getNode(),
		description.responseData,
		context.getMode(),
		{},
		undefined,
		'firstEntryJson',
	);
	res.status(200).send(responseData);
}

function makeContext(publication: Publication, req: Request, res: Response) {
	const {
		events = ['*'],
		options = {},
		credential = { webhookSecret: SECRET },
		mode = 'webhook',
		workflowId = '',
		nodeId = 'node-1',
	} = publication;
	const { workflow, node, additionalData } = makeWorkflow({
		credential: credential ?? undefined,
		node: { id: nodeId, type: TYPE, parameters: { events, options } },
	});
	workflow.id = workflowId;
	additionalData.httpRequest = req;
	additionalData.httpResponse = res;
	const [description] = new VortexTrigger().description.webhooks ?? [];
	const webhook: IWebhookData = {
		httpMethod: 'POST',
		node: node.name,
		path: req.path,
		webhookDescription: description,
		workflowId,
		workflowExecuteAdditionalData: additionalData,
		isTest: mode === 'manual',
	};
	const context = new WebhookContext(workflow, node, additionalData, mode, webhook, [], null);
	return { workflow, context, description };
}

/** Gives the request what n8n's first middleware gives it. */
function prepareReading(req: Request): void {
	const [type, ...parameters] = (req.headers['content-type'] ?? '').split(';');
	if (type !== '') req.contentType = type.toLowerCase();
	const charset = parameters.map((text) => /^\s*charset="?([^"]*)/i.exec(text)?.[1]).find(Boolean);
	req.encoding = (charset ?? 'utf-8').toLowerCase() as BufferEncoding;
	req.readRawBody = async () => {
		if (!req.rawBody) req.rawBody = await buffer(decompressed(req));
	};
}

function decompressed(req: Request): Readable {
	switch (req.headers['content-encoding']) {
		case 'gzip':
			return req.pipe(createGunzip());
		case 'deflate':
			return req.pipe(createInflate());
		default:
			return req;
	}
}

/** Form data is taken apart and its bytes are gone; other multipart bodies are left on the socket. */
async function parse(req: Request): Promise<void> {
	if (req.contentType === 'multipart/form-data') {
		await buffer(req);
		req.body = { data: {}, files: {} };
		return;
	}
	if (req.contentType?.startsWith('multipart/')) return;
	await req.readRawBody();
	if (req.rawBody.length === 0) return;
	try {
		req.body = parsed(req);
	} catch {
		throw new Refusal(422, 'Failed to parse request body');
	}
}

function parsed({ contentType, encoding, rawBody }: Request): unknown {
	const text = () => rawBody.toString(encoding as BufferEncoding);
	if (/[/+]xml$/.test(contentType ?? '')) throw new SyntaxError('Nothing that is sent here is XML');
	switch (contentType) {
		case 'application/json':
			return jsonParse(text().replace(/^\uFEFF/, ''));
		case 'application/x-www-form-urlencoded':
			return Object.fromEntries(new URLSearchParams(text()));
		case 'text/plain':
			return text();
		default:
			return undefined;
	}
}
