import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { CREDENTIAL } from '../shared/client';
import { splitSecrets } from '../shared/signing';
import type { VortexEvent } from '../shared/types';
import { isOutdated, judgeDelivery } from './delivery';
import { EVENT_OPTIONS, eventKind, isChosen, splitList } from './events';
import {
	ACTIVATION_MESSAGE,
	EVENT_TRIGGER_DESCRIPTION,
	SET_UP_NOTICE,
	TRIGGER_PANEL,
} from './guidance';
import { Ledger } from './ledger';

/** Seconds after which a sender should try again what could not be taken. */
const RETRY_AFTER = '10';

const RECEIVED = { received: true };

/** The same for every refused delivery: a forger learns nothing from it. */
const UNAUTHORISED =
	"The 'X-Vortex-Signature' header is missing or does not fit this body. Put the signing secret of this webhook, as Vortex shows it, into 'Webhook Signing Secret' of the Vortex credential in n8n. A proxy in between must not change the body.";

const UNREADABLE = 'The body is not a JSON object. Send the event as Vortex made it.';

const BUSY = 'The first delivery of this event is still being stored. Send it again later.';

const UNAVAILABLE =
	'The settings of this trigger cannot be read at the moment. Send the event again later. The log of n8n says more.';

const NO_SECRET =
	"The signing secret is missing, so no event could be trusted. In Vortex, open Integrations > Webhooks and copy the signing secret of the webhook. In n8n, paste it into 'Webhook Signing Secret' of the Vortex credential, save, then publish again";

const NO_EVENT =
	"'Trigger On' is empty, so no event would start this workflow. Choose at least one event there, then publish again";

const BAD_MAX_AGE =
	"'Max Age (Minutes)' is not a number from 0. Set it to a number of minutes, or to 0 to take events of any age, then publish again";

/** What this process knows of the events it has handed to n8n. */
const ledger = new Ledger();

export class VortexTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Vortex Trigger',
		name: 'vortexTrigger',
		icon: { light: 'file:../../icons/vortex.svg', dark: 'file:../../icons/vortex.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when something happens to an invitation in Vortex',
		defaults: { name: 'Vortex Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL, required: true }],
		triggerPanel: TRIGGER_PANEL,
		eventTriggerDescription: EVENT_TRIGGER_DESCRIPTION,
		activationMessage: ACTIVATION_MESSAGE,
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'vortex',
				responseMode: 'onReceived',
				responseData: JSON.stringify(RECEIVED),
			},
		],
		properties: [
			{
				displayName: SET_UP_NOTICE,
				name: 'setUpNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				required: true,
				options: EVENT_OPTIONS,
				default: ['invitation.accepted'],
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Ignore Duplicates',
						name: 'ignoreDuplicates',
						type: 'boolean',
						default: true,
						description:
							'Whether to ignore an event that this n8n process has already started the workflow for. Vortex may send an event more than once.',
					},
					{
						displayName: 'Max Age (Minutes)',
						name: 'maxAgeMinutes',
						type: 'number',
						typeOptions: { minValue: 0 },
						default: 0,
						description:
							'Refuse events that are older than this. With 0, events of any age are taken. An event that Vortex sends again keeps its first time.',
					},
					{
						displayName: 'Other Events',
						name: 'otherEvents',
						type: 'string',
						default: '',
						placeholder: 'e.g. invitation.shared, widget_error',
						description:
							"Further event types or analytics names as Vortex sends them, separated by commas. They add to those chosen in 'Trigger On'.",
					},
				],
			},
		],
	};

	webhookMethods = {
		default: {
			/** Vortex has no way to ask which webhooks it knows. */
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},

			/**
			 * Nothing can be registered with Vortex, so this only checks what a delivery will need. n8n shows
			 * the message alone, without its description, and tries again only when the workflow is published
			 * again. Not at start-up or on a change of leader: a trigger that fails there stays dead also
			 * after the cause is mended.
			 */
			async create(this: IHookFunctions): Promise<boolean> {
				if (!['activate', 'update', 'manual'].includes(this.getActivationMode())) return true;
				const message = await findMisconfiguration(this);
				if (message !== undefined) throw new NodeOperationError(this.getNode(), message);
				return true;
			},

			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	/** Answers one delivery. Never throws: n8n would store a failed execution for every forgery. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		try {
			return await receive(this);
		} catch (error) {
			this.logger.error('Vortex Trigger: a delivery could not be judged', {
				workflowId: this.getWorkflow().id,
				reason: error instanceof Error ? error.message : String(error),
			});
			return refuse(this, 503, UNAVAILABLE);
		}
	}
}

async function findMisconfiguration(host: IHookFunctions): Promise<string | undefined> {
	const credential = await host.getCredentials<IDataObject>(CREDENTIAL);
	if (splitSecrets(credential.webhookSecret).length === 0) return NO_SECRET;
	const { chosen, others, maxAgeMinutes } = readSettings(host);
	if (chosen.length === 0 && others.length === 0) return NO_EVENT;
	return Number.isNaN(maxAgeMinutes) ? BAD_MAX_AGE : undefined;
}

async function receive(host: IWebhookFunctions): Promise<IWebhookResponseData> {
	const body = await rawBody(host);
	const credential = await host.getCredentials<IDataObject>(CREDENTIAL);
	const signature = host.getHeaderData()['x-vortex-signature'];
	const judged = judgeDelivery(body, signature, splitSecrets(credential.webhookSecret));
	if (judged.verdict === 'forged') return refuse(host, 401, UNAUTHORISED);
	if (judged.verdict === 'unreadable') return refuse(host, 400, UNREADABLE);

	const { event } = judged;
	const settings = readSettings(host);
	if (isOutdated(event, settings.maxAgeMinutes, Date.now())) {
		return refuse(host, 401, UNAUTHORISED);
	}
	if (!isChosen(event, settings.chosen, settings.others)) return { webhookResponse: RECEIVED };

	const response = host.getResponseObject();
	if (settings.ignoreDuplicates && isRemembered(host, event)) {
		const parts = [host.getWorkflow().id ?? '', host.getNode().id, event.id];
		const claim = await ledger.claim(parts, response);
		if (claim === 'seen') return { webhookResponse: RECEIVED };
		if (claim === 'busy') return refuse(host, 503, BUSY);
	}
	// n8n sends the text in `responseData` as HTML, unless the response says otherwise.
	response.setHeader('Content-Type', 'application/json');
	return { workflowData: [[{ json: { ...event, kind: eventKind(event) } }]] };
}

/** Test events are never duplicates: whoever builds a workflow sends the same one again and again. */
function isRemembered(
	host: IWebhookFunctions,
	event: VortexEvent,
): event is VortexEvent & { id: string } {
	return host.getMode() !== 'manual' && typeof event.id === 'string' && event.id !== '';
}

interface Settings {
	chosen: string[];
	others: string[];
	ignoreDuplicates: boolean;
	/** 0 is off, NaN is unusable. */
	maxAgeMinutes: number;
}

function readSettings(host: IHookFunctions | IWebhookFunctions): Settings {
	const options = host.getNodeParameter('options', {}) as IDataObject;
	return {
		chosen: splitList(host.getNodeParameter('events', [])),
		others: splitList(options.otherEvents),
		ignoreDuplicates: String(options.ignoreDuplicates ?? true) !== 'false',
		maxAgeMinutes: Object.hasOwn(options, 'maxAgeMinutes') ? toMinutes(options.maxAgeMinutes) : 0,
	};
}

/** An expression that gives nothing must not switch the check off. */
function toMinutes(given: unknown): number {
	const isGiven = typeof given === 'number' || (typeof given === 'string' && given.trim() !== '');
	const minutes = isGiven ? Number(given) : NaN;
	return minutes >= 0 ? minutes : NaN;
}

/** The bytes as they were received: n8n keeps them, or can still read them from the socket. */
async function rawBody(host: IWebhookFunctions): Promise<Buffer | undefined> {
	const request = host.getRequestObject();
	if (request.rawBody === undefined && !request.readableEnded) {
		try {
			await request.readRawBody();
		} catch {
			// Broken off, too large or badly packed by its sender: so nobody has signed it.
			return undefined;
		}
	}
	return request.rawBody;
}

function refuse(host: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	const response = host.getResponseObject();
	if (!response.headersSent) {
		if (status === 503) response.setHeader('Retry-After', RETRY_AFTER);
		response.status(status).json({ message });
	}
	return { noWebhookResponse: true };
}
