import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { NO_DOMAIN_LIST } from '../shared/faults';
import { additionalFields } from './fields';
import { withoutUndefined } from './invitations';
import type { Task } from './operation';
import type { Parameters } from './parameters';

interface AutojoinDomain extends IDataObject {
	id: string | null;
	domain: string;
}

/** What Vortex answers about the domains of a scope. */
interface AutojoinAnswer extends IDataObject {
	autojoinDomains?: AutojoinDomain[];
	/** Another name for the same, in the documentation of Vortex's SDKs. */
	domains?: Array<AutojoinDomain | string>;
	invitation?: IDataObject | null;
}

/** The domains whose people may join a scope without being invited. */
export interface ScopeDomains extends IDataObject {
	scopeType: string;
	scopeId: string;
	domains: string[];
	autojoinDomains: AutojoinDomain[];
	invitation: IDataObject | null;
}

export const NOT_ATOMIC =
	'Two executions that change the domains of one scope at the same time can undo each other';

export const NOT_DOCUMENTED =
	"This operation stands in Vortex's API description, but what it answers is not documented";

export const DOMAIN_ID: INodeProperties = {
	displayName: 'Domain ID',
	name: 'domainId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 5b8e2d4c-1f7a-4d3e-8c6b-9a0f1e2d3c4b',
	description: `The ID of the autojoin domain, as 'Get Domains of Scope' lists it. ${NOT_DOCUMENTED}.`,
};

export const DOMAINS: INodeProperties = {
	displayName: 'Domains',
	name: 'domains',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. acme.com, acme.org',
	description: 'The email domains, separated by commas, or a list from an expression',
};

export const MORE: INodeProperties = additionalFields([
	{
		displayName: 'Metadata',
		name: 'metadata',
		type: 'json',
		default: '{}',
		description: 'Data of your own as a JSON object',
	},
	{
		displayName: 'Scope Name',
		name: 'scopeName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Marketing',
		description: 'The name of the scope, as people see it when they join',
	},
]);

/** The scope whose domains an operation works on. */
export interface Scope {
	scopeType: string;
	scopeId: string;
}

export function readAutojoinScope(parameters: Parameters): Scope {
	return {
		scopeType: parameters.pathPart('scopeType'),
		scopeId: parameters.pathPart('scopeId'),
	};
}

/** Letters of any alphabet, digits and hyphens, in at least two parts; the last one is no number. */
const DOMAIN_NAME =
	/^(?=.{4,253}$)(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)$/u;

/**
 * @param text a domain as a person types it: `@Acme.com` is `acme.com`
 * @returns the domain name in lower case. Refuses what is none, such as `acme` or `http://acme.com`.
 */
export function toDomain(task: Task, label: string, text: string): string {
	const domain = text.trim().replace(/^@/, '').toLowerCase();
	if (!DOMAIN_NAME.test(domain)) {
		throw task.refuse(
			`'${label}' holds '${text.slice(0, 60)}', which is not a domain name`,
			"Write a domain as it stands after the @ of an email address, for example 'acme.com'. If it comes from an expression, check what the expression gives for this item.",
		);
	}
	return domain;
}

/** @returns the domains of 'Domains', each once, in the order given */
export function readDomains(task: Task): string[] {
	const label = task.parameters.label('domains');
	const domains = task.parameters.list('domains').map((text) => toDomain(task, label, text));
	return [...new Set(domains)];
}

/** Asks Vortex for the domains of a scope. */
export async function getScopeDomains(task: Task, scope: Scope): Promise<ScopeDomains> {
	return await askForDomains(task, scope, (answer = {}) => scopeDomains(task, scope, answer));
}

/**
 * Changes the list that a scope has by the domains of 'Domains'. Nothing is sent when nothing changes.
 *
 * @param change gives the new list for the present one; a list of the same length is taken for unchanged
 */
export async function changeDomains(
	task: Task,
	change: (present: string[], given: string[]) => string[],
): Promise<IDataObject[]> {
	const scope = readAutojoinScope(task.parameters);
	const given = readDomains(task);
	const post = readPost(task, scope);
	return await changeInTurn(task, scope, async () => {
		const present = await getDomainsToChange(task, scope);
		const domains = change(present.domains, given);
		if (domains.length === present.domains.length) return present;
		return await post(domains);
	});
}

/**
 * As `getScopeDomains`, but refuses an answer without a list: what is posted next replaces the list,
 * so that a domain that was not understood would be lost.
 */
async function getDomainsToChange(task: Task, scope: Scope): Promise<ScopeDomains> {
	return await askForDomains(task, scope, (answer = {}) => {
		if (Object.keys(answer).length === 0) throw noDomainList(task);
		return scopeDomains(task, scope, answer);
	});
}

async function askForDomains(
	task: Task,
	scope: Scope,
	read: (answer: AutojoinAnswer | undefined) => ScopeDomains,
): Promise<ScopeDomains> {
	const { body } = await task.send<ScopeDomains>({
		method: 'GET',
		path: ['invitations', 'by-scope', scope.scopeType, scope.scopeId, 'autojoin'],
		read: (answer) => read(answer as AutojoinAnswer | undefined),
	});
	return body as ScopeDomains;
}

/**
 * Reads what is sent along with the domains of a scope: to be called before anything is sent.
 *
 * @returns what replaces the domains of the scope. An empty list switches autojoin off.
 */
export function readPost(task: Task, scope: Scope): (domains: string[]) => Promise<ScopeDomains> {
	const { parameters } = task;
	const more = parameters.collection('additionalFields');
	const along = {
		componentId: parameters.required('componentId'),
		scopeName: more.optional('scopeName'),
		metadata: more.json('metadata'),
	};
	return async (domains) => {
		const { body } = await task.send<ScopeDomains>({
			method: 'POST',
			path: ['invitations', 'autojoin'],
			body: withoutUndefined({
				scope: scope.scopeId,
				scopeType: scope.scopeType,
				domains,
				...along,
			}),
			repeatable: true,
			read: (answer = { domains }) => scopeDomains(task, scope, answer as AutojoinAnswer),
		});
		const result = body as ScopeDomains;
		hintAtDifference(task, domains, result.domains);
		return result;
	};
}

/** Vortex takes the list as a whole: what differs from it afterwards is Vortex's decision. */
function hintAtDifference(task: Task, asked: string[], answered: string[]): void {
	const taken = new Set(answered.map((domain) => domain.toLowerCase()));
	const refused = asked.filter((domain) => !taken.has(domain.toLowerCase()));
	if (refused.length > 0) {
		task.hint(`Vortex did not take over these domains: ${refused.join(', ')}.`, 'not taken over');
	}
}

/** Changes of one scope happen one after the other within a run, so that none undoes another. */
export async function changeInTurn(
	task: Task,
	scope: Scope,
	change: () => Promise<ScopeDomains>,
): Promise<IDataObject[]> {
	return [await task.inTurn(JSON.stringify(scope), change)];
}

function scopeDomains(task: Task, scope: Scope, answer: AutojoinAnswer): ScopeDomains {
	const isEmpty = !Array.isArray(answer) && Object.keys(answer).length === 0;
	const listed: unknown = isEmpty ? [] : (answer.autojoinDomains ?? answer.domains);
	if (!Array.isArray(listed)) throw noDomainList(task);
	const autojoinDomains = listed.map((entry: AutojoinDomain | string | null) => {
		const read = typeof entry === 'string' ? { id: null, domain: entry } : entry;
		if (typeof read?.domain !== 'string') throw noDomainList(task);
		return read;
	});
	return {
		...scope,
		domains: autojoinDomains.map(({ domain }) => domain),
		autojoinDomains,
		invitation: answer.invitation ?? null,
	};
}

function noDomainList(task: Task): Error {
	return task.refuse(NO_DOMAIN_LIST.message, NO_DOMAIN_LIST.description);
}

/**
 * The answers of three endpoints are not documented: an object is one item, a list one item for each
 * entry, and an empty answer a success.
 */
export function undocumented(
	answer: IDataObject | IDataObject[] | undefined,
	asked: IDataObject,
): IDataObject[] {
	if (answer === undefined) return [{ success: true, ...asked }];
	return Array.isArray(answer) ? answer : [answer];
}
