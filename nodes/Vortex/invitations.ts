import type { IDataObject } from 'n8n-workflow';

import { isMissing } from '../shared/client';
import type { ApiRequest } from '../shared/client';
import { NO_LIST } from '../shared/faults';
import type { Invitation, InvitationList, Target } from '../shared/types';
import type { Task } from './operation';

/** Statuses in which nobody has to answer the invitation any more. */
const ACCEPTED = ['accepted', 'accepted_elsewhere'];

/**
 * @param invitation an invitation as Vortex sent it
 * @param sought the target that was looked up: an invitation's targets have no fixed order
 * @returns the ten fields that most flows need, absent values `null`
 */
export function simplify(invitation: Invitation, sought?: Target): IDataObject {
	const targets = Array.isArray(invitation.target) ? invitation.target : [];
	const target = targets.find((candidate) => isSame(candidate, sought)) ?? targets[0];
	const group = Array.isArray(invitation.groups) ? invitation.groups[0] : undefined;
	return {
		id: invitation.id ?? null,
		status: invitation.status ?? null,
		invitationType: invitation.invitationType ?? null,
		createdAt: invitation.createdAt ?? null,
		expires: invitation.expires ?? null,
		targetType: target?.type ?? null,
		targetValue: target?.value ?? null,
		scopeType: group?.type ?? invitation.scopeType ?? null,
		scopeId: group?.groupId ?? invitation.scope ?? null,
		inviterUserId: invitation.foreignCreatorId ?? null,
	};
}

function isSame(target: Target, sought: Target | undefined): boolean {
	return (
		sought !== undefined &&
		target.type === sought.type &&
		String(target.value).toLowerCase() === sought.value.toLowerCase()
	);
}

/** How the user wants invitations returned. */
export interface View {
	/** One invitation as an output item. */
	one(invitation: Invitation, sought?: Target): IDataObject;
	/** A list as output items, no more than 'Limit' unless the user wants all. */
	many(list: Invitation[], sought?: Target): IDataObject[];
}

/**
 * Reads 'Simplify' and, where the operation has them, 'Return All' and 'Limit'. To be called before
 * anything is sent: a value that will not do must not turn a finished change into a refused item.
 */
export function readView({ parameters }: Task): View {
	const isSimple = parameters.flag('simplify') !== false;
	const isAll = parameters.flag('returnAll') === true;
	const limit = isAll ? Infinity : parameters.wholeNumber('limit', 50, 1);
	const one = (invitation: Invitation, sought?: Target) =>
		isSimple ? simplify(invitation, sought) : invitation;
	return {
		one,
		many: (list, sought) => list.slice(0, limit).map((invitation) => one(invitation, sought)),
	};
}

/** Looks up the open invitations of a person, phone number, user or link. */
export async function listByTarget(task: Task, target: Target): Promise<Invitation[]> {
	return await list(task, {
		path: ['invitations'],
		query: { targetType: target.type, targetValue: target.value },
	});
}

/** Looks up the open invitations of a scope, those by which a domain joins included. */
export async function listByScope(
	task: Task,
	scopeType: string,
	scopeId: string,
): Promise<Invitation[]> {
	return await list(task, { path: ['invitations', 'by-scope', scopeType, scopeId] });
}

async function list(task: Task, where: Pick<ApiRequest, 'path' | 'query'>): Promise<Invitation[]> {
	const read = (body: unknown) => invitationsIn(task, body as InvitationList | undefined);
	const { body } = await task.send<Invitation[]>({ ...where, method: 'GET', read });
	return body as Invitation[];
}

/** An empty answer, or an empty object, is an empty list. An entry that is null is none. */
function invitationsIn(task: Task, body: InvitationList | undefined): Invitation[] {
	if (Array.isArray(body?.invitations)) return body.invitations.filter(Boolean);
	if (body === undefined || Object.keys(body).length === 0) return [];
	throw task.refuse(NO_LIST.message, NO_LIST.description);
}

/** @returns whether somebody can still answer the invitation */
export function isOpen(invitation: Invitation): boolean {
	return (
		invitation.deactivated !== true &&
		invitation.expired !== true &&
		!ACCEPTED.includes(invitation.status ?? '')
	);
}

/** @returns whether a refusal says that the invitation was answered or taken back meanwhile */
export function isGone(status: number, message: string): boolean {
	return status === 409 || isMissing(status, message);
}

/** Sends an invitation once more. Undefined when Vortex answers nothing. */
export async function reinvite(task: Task, invitationId: string): Promise<Invitation | undefined> {
	const { body } = await task.send<Invitation>({
		method: 'POST',
		path: ['invitations', invitationId, 'reinvite'],
	});
	return body;
}

/** The person who accepts, as Vortex wants it. */
export interface Invitee extends IDataObject {
	email?: string;
	phone?: string;
	name?: string;
	isExisting?: boolean;
}

/** @returns the person who accepts. Refuses when neither email nor phone is given. */
export function readInvitee({ parameters, refuse }: Task): Invitee {
	const email = parameters.optional('userEmail');
	const phone = parameters.optional('userPhone');
	if (email === undefined && phone === undefined) {
		throw refuse(
			`'${parameters.label('userEmail')}' and '${parameters.label('userPhone')}' are both empty`,
			'Fill in at least one of them, so that Vortex knows who accepts. If they come from expressions, check what those give for this item.',
		);
	}
	const more = parameters.collection('additionalFields');
	return withoutUndefined({
		email,
		phone,
		name: more.optional('userName'),
		isExisting: more.flag('isExisting'),
	});
}

/** @returns the object without the keys whose value is undefined */
export function withoutUndefined<T extends object>(object: T): T {
	return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/**
 * Accepts invitations in one request.
 *
 * @returns the accepted invitations; undefined when Vortex answers nothing. `isRefused` tells that at
 * least one of them was gone, which is possible only when `isGone` is expected.
 */
export async function acceptTogether(
	task: Task,
	invitationIds: string[],
	user: Invitee,
	options: Pick<ApiRequest, 'isExpected' | 'doneBefore'> = {},
): Promise<{ isRefused: boolean; accepted: Invitation[] | undefined }> {
	const { status, body } = await task.send<InvitationList & Partial<Invitation>>({
		method: 'POST',
		path: ['invitations', 'accept'],
		body: { invitationIds, user },
		...options,
	});
	if (status >= 400) return { isRefused: true, accepted: [] };
	const one = typeof body?.id === 'string' ? [body as Invitation] : undefined;
	const list = Array.isArray(body?.invitations) ? body.invitations.filter(Boolean) : one;
	return { isRefused: false, accepted: list };
}
