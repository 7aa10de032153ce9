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
	isGone,
	isOpen,
	listByScope,
	listByTarget,
	readInvitee,
	readView,
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
	done: 'people had accepted all their invitations',
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
	changes: true,
	async execute(task) {
		const user = readInvitee(task);
		const view = readView(task);
		const wanted = readWanted(task);
		const ids = await lookUp(task, user, wanted);
		if (ids.length === 0) {
			task.hint('Some people have no open invitations, so nothing was accepted for them.');
			return [];
		}
		const together = await acceptTogether(task, ids, user, { isExpected: isGone });
		const accepted = together.isRefused
			? await acceptOneByOne(task, ids, user, wanted)
			: together.accepted;
		if (accepted === undefined) return [{ success: true, invitationIds: ids }];
		return accepted.map((invitation) => view.one(invitation));
	},
};

/** Which of a person's open invitations are meant. */
interface Wanted {
	includeAutojoin: boolean;
	scope: { scopeType: string; scopeId: string } | undefined;
}

function readWanted(task: Task): Wanted {
	const more = task.parameters.collection('additionalFields');
	return {
		includeAutojoin: more.flag('includeAutojoin') !== false,
		scope: readScope(task, more, ['scopeType', 'scopeId']),
	};
}

/** @returns the ids of the open invitations of the email and of the phone, each once */
async function lookUp(task: Task, user: Invitee, wanted: Wanted): Promise<string[]> {
	const found: Invitation[] = [];
	if (user.email !== undefined) {
		found.push(...(await listByTarget(task, { type: 'email', value: user.email })));
	}
	if (user.phone !== undefined) {
		found.push(...(await listByTarget(task, { type: 'phone', value: user.phone })));
	}
	const isInScope = await scopeFilter(task, wanted);
	const chosen = found.filter(
		(invitation) =>
			isOpen(invitation) &&
			isInScope(invitation.id) &&
			(wanted.includeAutojoin || invitation.invitationType !== 'autojoin'),
	);
	return [...new Set(chosen.map(({ id }) => id).filter((id) => typeof id === 'string'))];
}

/** Compares ids, because an invitation does not always say which scope it belongs to. */
async function scopeFilter(task: Task, { scope }: Wanted): Promise<(id: string) => boolean> {
	if (scope === undefined) return () => true;
	const listed = await listByScope(task, scope.scopeType, scope.scopeId);
	const ids = new Set(listed.map(({ id }) => id));
	return (id) => ids.has(id);
}

/** Accepts what is still open, after the joint acceptance was refused because some were gone. */
async function acceptOneByOne(
	task: Task,
	ids: string[],
	user: Invitee,
	wanted: Wanted,
): Promise<Invitation[]> {
	const stillOpen = new Set(await lookUp(task, user, wanted));
	const accepted: Invitation[] = [];
	let left = ids.filter((id) => !stillOpen.has(id)).length;
	for (const id of ids.filter((candidate) => stillOpen.has(candidate))) {
		const one = await acceptTogether(task, [id], user, {
			isExpected: isGone,
			doneBefore: progress(accepted, ids),
		});
		if (one.isRefused) left += 1;
		else accepted.push(...(one.accepted ?? [{ id }]));
	}
	if (left > 0) {
		task.hint(
			`${left} of the ${ids.length} invitations of an item were accepted, revoked or expired meanwhile, and were left out.`,
			'left out',
		);
	}
	return accepted;
}

function progress(accepted: Invitation[], ids: string[]): string | undefined {
	if (accepted.length === 0) return undefined;
	const done = accepted.map(({ id }) => id).join(', ');
	return `${accepted.length} of the ${ids.length} invitations of this item had been accepted before this: ${done}.`;
}
