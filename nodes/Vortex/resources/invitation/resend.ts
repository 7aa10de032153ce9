import { INVITATION_ID, REQUEST_OPTIONS, SIMPLIFY } from '../../fields';
import { readView, reinvite } from '../../invitations';
import type { Operation } from '../../operation';

export const resend: Operation = {
	option: {
		name: 'Resend',
		value: 'resend',
		action: 'Resend an invitation',
		description: 'Send an open invitation once more',
	},
	done: 'invitations had been resent',
	fields: [INVITATION_ID, SIMPLIFY, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const invitationId = task.parameters.pathPart('invitationId');
		const view = readView(task);
		const resent = await reinvite(task, invitationId);
		return [resent === undefined ? { success: true, invitationId } : view.one(resent)];
	},
};
