// Vortex on one machine: its API, its webhooks, and what flows end in: a CRM, a team's chat, an app.
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { serveApi } from './api.mts';
import { App, serveApp } from './app.mts';
import { serveControl, type RecordedRequest } from './control.mts';
import { Crm, serveCrm } from './crm.mts';
import { webhookEvent } from './events.mts';
import { Faults } from './faults.mts';
import { serveInvitee } from './invitee.mts';
import { Invitations, Refusal } from './invitations.mts';
import { Journal } from './journal.mts';
import { Lives } from './life.mts';
import { servePage } from './page.mts';
import { serveTeam, Team } from './team.mts';
import { Webhooks, type WebhookSettings } from './webhooks.mts';

export interface Sandbox {
	/** Address without a slash at its end; known after `listen`. */
	url: string;
	app: FastifyInstance;
	invitations: Invitations;
	webhooks: Webhooks;
	crm: Crm;
	/** What goes wrong on demand, and what became of each request. */
	faults: Faults;
	/** Every request to `/api/`, in the order of arrival, refused ones included. */
	requests: RecordedRequest[];
	listen(port?: number): Promise<void>;
	close(): Promise<void>;
}

/** @param options.apiKey the one key that the API takes */
export function createSandbox(options: {
	apiKey: string;
	webhooks?: Partial<WebhookSettings>;
}): Sandbox {
	const app = fastify({
		forceCloseConnections: true,
		ajv: { customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false } },
	});
	const journal = new Journal();
	const lives = new Lives();
	const webhooks = new Webhooks(options.webhooks, (delivery, attempt) =>
		journal.attempted(delivery, attempt),
	);
	const invitations = new Invitations((happening) => {
		lives.record(happening);
		journal.happened(happening, invitations.get(String(happening.data.invitationId)));
		webhooks.publish(webhookEvent(happening));
	});
	const crm = new Crm((contact) => journal.contact(contact));
	const customersApp = new App();
	const team = new Team((text) => journal.note(`To the team: ${text}`));
	const requests: RecordedRequest[] = [];
	const faults = new Faults();
	faults.install(app);

	// Like NestJS, and unlike Fastify: a JSON content type with nothing in it is no mistake.
	app.removeContentTypeParser('application/json');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
		try {
			done(null, body === '' ? undefined : JSON.parse(String(body)));
		} catch {
			done(new Refusal(400, 'Unexpected token in JSON'));
		}
	});
	const records = new WeakMap<FastifyRequest, RecordedRequest>();
	app.addHook('onRequest', async (request) => {
		const { method, url, headers } = request;
		if (!url.startsWith('/api/')) return;
		const record: RecordedRequest = { method, url, headers, body: undefined };
		records.set(request, record);
		requests.push(record);
	});
	app.addHook('preValidation', async (request) => {
		const record = records.get(request);
		if (record) record.body = request.body;
	});
	app.setErrorHandler((error: FastifyError | Refusal, _request, reply) => {
		const { status, message } = explain(error);
		reply.status(status).send(errorBody(status, message));
	});
	app.setNotFoundHandler(({ method, url }, reply) => {
		reply.status(404).send(errorBody(404, `Cannot ${method} ${url}`));
	});

	serveApi(app, invitations, options.apiKey);
	serveCrm(app, crm);
	serveTeam(app, team);
	serveApp(app, customersApp);
	serveInvitee(app, invitations);
	const parts = {
		invitations,
		lives,
		webhooks,
		crm,
		app: customersApp,
		team,
		journal,
		requests,
		faults,
	};
	serveControl(app, parts);
	servePage(app, parts);

	const sandbox: Sandbox = {
		url: '',
		app,
		invitations,
		webhooks,
		crm,
		faults,
		requests,
		async listen(port = 0) {
			sandbox.url = await app.listen({ host: '127.0.0.1', port });
		},
		async close() {
			await webhooks.stop();
			await app.close();
		},
	};
	return sandbox;
}

const STATUS_NAMES: Record<number, string> = {
	400: 'Bad Request',
	401: 'Unauthorized',
	404: 'Not Found',
	409: 'Conflict',
	500: 'Internal Server Error',
};

/** NestJS's form of an error, on which Vortex is built. */
function errorBody(statusCode: number, message: string | string[]) {
	return { statusCode, message, error: STATUS_NAMES[statusCode] };
}

function explain(error: FastifyError | Refusal): { status: number; message: string | string[] } {
	if (error instanceof Refusal) return { status: error.status, message: error.message };
	if (error.validation) {
		const context = error.validationContext === 'querystring' ? 'query' : '';
		const message = error.validation.map(({ instancePath, message: what }) =>
			[context, instancePath.slice(1).replaceAll('/', '.'), what].filter(Boolean).join(' '),
		);
		return { status: 400, message };
	}
	return { status: error.statusCode ?? 500, message: error.message };
}
