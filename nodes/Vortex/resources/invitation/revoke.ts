import { INVITATION_ID, REQUEST_OPTIONS } from '../../fields';
import type { Operation } from '../../operation';

export const revoke: Operation = {
	option: {
		name: 'Revoke',
		value: 'revoke',
		action: 'Revoke an invitation',
		description: 'Take an invitation back, so that it cannot be accepted and no reminder is sent',
	},
	done: 'invitations had been revoked',
	fields: [INVITATION_ID, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const invitationId = task.parameters.pathPart('invitationId');
		await task.send({ method: 'DELETE', path: ['invitations', invitationId] });
		return [{ success: true, invitationId }];
	},
};
