import type { Invitation } from '../../../shared/types';
import { INVITATION_ID, REQUEST_OPTIONS, SIMPLIFY } from '../../fields';
import { readView } from '../../invitations';
import type { Operation } from '../../operation';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get an invitation',
		description: 'Get one invitation by its ID',
	},
	done: 'invitations had been fetched',
	fields: [INVITATION_ID, SIMPLIFY, REQUEST_OPTIONS],
	async execute(task) {
		const invitationId = task.parameters.pathPart('invitationId');
		const view = readView(task);
		const { body } = await task.send<Invitation>({
			method: 'GET',
			path: ['invitations', invitationId],
		});
		return [body === undefined ? { success: true, invitationId } : view.one(body)];
	},
};
