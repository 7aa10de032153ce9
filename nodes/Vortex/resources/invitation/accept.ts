import {
	IS_EXISTING,
	REQUEST_OPTIONS,
	SIMPLIFY,
	USER_EMAIL,
	USER_NAME,
	USER_PHONE,
	additionalFields,
} from '../../fields';
import { acceptTogether, readInvitee, readView } from '../../invitations';
import type { Operation } from '../../operation';

export const accept: Operation = {
	option: {
		name: 'Accept',
		value: 'accept',
		action: 'Accept invitations by their IDs',
		description: 'Accept one or more invitations in the name of the person who was invited',
	},
	done: 'people had accepted their invitations',
	fields: [
		{
			displayName: 'Invitation IDs',
			name: 'invitationIds',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 7c2f9a1e-3b7d-4c55-9d0e-2f6a8b1c4d3e',
			description: 'The IDs of the invitations, separated by commas, or a list from an expression',
		},
		USER_EMAIL,
		USER_PHONE,
		SIMPLIFY,
		additionalFields([IS_EXISTING, USER_NAME]),
		REQUEST_OPTIONS,
	],
	changes: true,
	async execute(task) {
		const invitationIds = task.parameters.list('invitationIds');
		const view = readView(task);
		const { accepted } = await acceptTogether(task, invitationIds, readInvitee(task));
		if (accepted === undefined) return [{ success: true, invitationIds }];
		if (accepted.length < invitationIds.length) {
			task.hint(
				`Vortex accepted ${accepted.length} of the ${invitationIds.length} invitations of an item. The others may have been accepted, revoked or expired before.`,
				'accepted fewer',
			);
		}
		return accepted.map((invitation) => view.one(invitation));
	},
};
