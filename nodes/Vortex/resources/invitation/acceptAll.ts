import type { Invitation } from '../../../shared/types';
import {
	IS_EXISTING,
	REQUEST_OPTIONS,
	SIMPLIFY,
	USER_EMAIL,
	USER_NAME,
	USER_PHONE,
	additionalFields,
} from '../../fields';
import {
	acceptTogether,
	isOpen,
	listByScope,
	listByTarget,
	present,
	readInvitee,
} from '../../invitations';
import type { Invitee } from '../../invitations';
import type { Operation, Task } from '../../operation';
import { OPTIONAL_SCOPE_ID, OPTIONAL_SCOPE_TYPE, readScope } from '../../scope';

export const acceptAll: Operation = {
	option: {
		name: 'Accept All',
		value: 'acceptAll',
		action: 'Accept all open invitations of a person',
		description: 'Look up every open invitation of a person and accept all of them',
	},
	fields: [
		USER_EMAIL,
		USER_PHONE,
		SIMPLIFY,
		additionalFields([
			{
				displayName: 'Include Autojoin',
				name: 'includeAutojoin',
				type: 'boolean',
				default: true,
				description:
					"Whether to join also the scopes that the domain of the person's email address may join without being invited",
			},
			IS_EXISTING,
			OPTIONAL_SCOPE_ID,
			OPTIONAL_SCOPE_TYPE,
			USER_NAME,
		]),
		REQUEST_OPTIONS,
	],
	async execute(task) {
		const user = readInvitee(task);
		const ids = await lookUp(task, user);
		if (ids.length === 0) {
			task.hint('Some people have no open invitations, so nothing was accepted for them.');
			return [];
		}
		const together = await acceptTogether(task, ids, user, true);
		const accepted = together.isRefused ? await acceptOneByOne(task, ids, user) : together.accepted;
		if (accepted === undefined) return [{ success: true, invitationIds: ids }];
		return accepted.map((invitation) => present(task, invitation));
	},
};

/** @returns the ids of the open invitations of the email and of the phone, each once */
async function lookUp(task: Task, user: Invitee): Promise<string[]> {
	const more = task.parameters.collection('additionalFields');
	const scope = readScope(task, more, ['scopeType', 'scopeId']);
	const found: Invitation[] = [];
	if (user.email !== undefined) {
		found.push(...(await listByTarget(task, { type: 'email', value: user.email })));
	}
	if (user.phone !== undefined) {
		found.push(...(await listByTarget(task, { type: 'phone', value: user.phone })));
	}
	const isWanted = await scopeFilter(task, scope);
	const wanted = found.filter(
		(invitation) =>
			isOpen(invitation) &&
			isWanted(invitation.id) &&
			(more.flag('includeAutojoin') !== false || invitation.invitationType !== 'autojoin'),
	);
	return [...new Set(wanted.map(({ id }) => id))];
}

/** Compares ids, because an invitation does not always say which scope it belongs to. */
async function scopeFilter(
	task: Task,
	scope: { scopeType: string; scopeId: string } | undefined,
): Promise<(id: string) => boolean> {
	if (scope === undefined) return () => true;
	const listed = await listByScope(task, scope.scopeType, scope.scopeId);
	const ids = new Set(listed.map(({ id }) => id));
	return (id) => ids.has(id);
}

/** Accepts what is still open, after the joint acceptance was refused because some were gone. */
async function acceptOneByOne(task: Task, ids: string[], user: Invitee): Promise<Invitation[]> {
	const stillOpen = new Set(await lookUp(task, user));
	const accepted: Invitation[] = [];
	let left = ids.filter((id) => !stillOpen.has(id)).length;
	for (const id of ids.filter((candidate) => stillOpen.has(candidate))) {
		const one = await acceptTogether(task, [id], user, true);
		if (one.isRefused) left += 1;
		else accepted.push(...(one.accepted ?? [{ id }]));
	}
	if (left > 0) {
		task.hint(
			`${left} of the ${ids.length} invitations of an item were accepted, revoked or expired meanwhile, and were left out.`,
		);
	}
	return accepted;
}
