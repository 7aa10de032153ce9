import type { IDataObject } from 'n8n-workflow';

import { isMissing } from '../../../shared/client';
import { COMPONENT_ID, REQUEST_OPTIONS } from '../../fields';
import type { Operation } from '../../operation';

export const syncInternal: Operation = {
	option: {
		name: 'Sync Internal',
		value: 'syncInternal',
		action: 'Sync the decision on an internal invitation',
		description: 'Tell Vortex that a user accepted or declined an invitation inside your app',
	},
	done: 'decisions had been passed on',
	fields: [
		{
			displayName: 'Inviter User ID',
			name: 'inviterUserId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. user-17',
			description: 'The ID that the person who invited has in your own app',
		},
		{
			displayName: 'Invitee User ID',
			name: 'inviteeUserId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. user-42',
			description: 'The ID that the person who was invited has in your own app',
		},
		{
			displayName: 'Decision',
			name: 'decision',
			type: 'options',
			required: true,
			options: [
				{ name: 'Accepted', value: 'accepted' },
				{ name: 'Declined', value: 'declined' },
			],
			default: 'accepted',
			description: 'What the invited person decided',
		},
		COMPONENT_ID,
		REQUEST_OPTIONS,
	],
	changes: true,
	async execute(task) {
		const { parameters } = task;
		const creatorId = parameters.required('inviterUserId');
		const targetValue = parameters.required('inviteeUserId');
		const action = parameters.option('decision');
		const componentId = parameters.required('componentId');
		const { status, body } = await task.send<IDataObject>({
			method: 'POST',
			path: ['invitations', 'sync-internal-invitation'],
			body: { creatorId, targetValue, action, componentId },
			isExpected: isMissing,
		});
		if (status === 404 || body?.processed === 0) {
			task.hint(
				"For at least one item there was no invitation to sync: no open internal invitation fits its 'Inviter User ID', 'Invitee User ID' and 'Component ID'.",
			);
		}
		if (status === 404) return [{ processed: 0, invitationIds: [] }];
		return [body ?? { success: true, inviterUserId: creatorId, inviteeUserId: targetValue }];
	},
};
