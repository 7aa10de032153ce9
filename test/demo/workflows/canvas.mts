// Puts steps on n8n's canvas, as its editor would save them.
import { randomUUID } from 'node:crypto';
import type { CredentialRef } from '../../n8n-host/stage.mts';

/** What a workflow of the demo is made with. */
export interface Setting {
	/** Id of the webhook or form that starts it. */
	webhookId: string;
	vortexApi: CredentialRef;
	sandboxUrl: string;
}

export interface Step {
	name: string;
	type: string;
	typeVersion: number;
	parameters: object;
	credentials?: object;
	webhookId?: string;
	onError?: string;
}

const STEP_WIDTH = 240;

/**
 * Puts steps in a row, each feeding the next.
 *
 * @param note what the sticky note above them says
 */
export function canvas(name: string, row: Step[], note: string) {
	return drawn(name, row.map(placed), row.slice(0, -1).map(toNext(row)), note);
}

/** As `canvas`; the second last step sends what failed to `onFailure` instead of the last one. */
export function forkedCanvas(name: string, row: Step[], onFailure: Step, note: string) {
	const [before, after] = row.slice(-2);
	const links = row.slice(0, -2).map(toNext(row));
	const branches = { main: [[target(after)], [target(onFailure)]] };
	const other = { ...placed(onFailure, row.length - 1), position: [lastX(row), 200] };
	return drawn(name, [...row.map(placed), other], [...links, [before.name, branches]], note);
}

type Link = [from: string, to: { main: object[][] }];

function drawn(name: string, steps: object[], links: Link[], content: string) {
	const sticky = {
		id: randomUUID(),
		name: 'What this does',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [-40, -260],
		parameters: { content, width: 620, height: 210 },
	};
	return {
		name,
		nodes: [sticky, ...steps],
		connections: Object.fromEntries(links),
		settings: { executionOrder: 'v1' },
		active: false,
	};
}

function placed(step: Step, index: number) {
	return { id: randomUUID(), position: [index * STEP_WIDTH, 0], ...step };
}

function lastX(row: Step[]): number {
	return (row.length - 1) * STEP_WIDTH;
}

function toNext(row: Step[]) {
	return ({ name }: Step, index: number): Link => [name, { main: [[target(row[index + 1])]] }];
}

function target({ name }: Step) {
	return { node: name, type: 'main', index: 0 };
}

/** The Vortex node with an operation. */
export function vortex(name: string, { vortexApi }: Setting, parameters: object): Step {
	const type = 'n8n-nodes-vortex.vortex';
	return { name, type, typeVersion: 1, credentials: { vortexApi }, parameters };
}

/** The Vortex Trigger for some events. */
export function vortexTrigger({ vortexApi, webhookId }: Setting, events: string[]): Step {
	return {
		name: 'Vortex Trigger',
		type: 'n8n-nodes-vortex.vortexTrigger',
		typeVersion: 1,
		webhookId,
		credentials: { vortexApi },
		parameters: { events, options: {} },
	};
}

/** An HTTP request that sends the result of an expression as JSON. */
export function postJson(name: string, url: string, expression: string): Step {
	return {
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'POST',
			url,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ ${expression} }}`,
			options: {},
		},
	};
}

/** A form that anybody can fill in. */
export function form(
	name: string,
	webhookId: string,
	fields: object[],
	texts: { title: string; description: string; done: string },
): Step {
	return {
		name,
		type: 'n8n-nodes-base.formTrigger',
		typeVersion: 2.2,
		webhookId,
		parameters: {
			formTitle: texts.title,
			formDescription: texts.description,
			formFields: { values: fields },
			options: { respondWithOptions: { values: { formSubmittedText: texts.done } } },
		},
	};
}
