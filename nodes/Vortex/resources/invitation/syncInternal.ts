import type { IDataObject } from 'n8n-workflow';

import { isMissing } from '../../../shared/client';
import { REQUEST_OPTIONS } from '../../fields';
import type { Operation } from '../../operation';

export const syncInternal: Operation = {
	option: {
		name: 'Sync Internal',
		value: 'syncInternal',
		action: 'Sync the decision on an internal invitation',
		description: 'Tell Vortex that a user accepted or declined an invitation inside your app',
	},
	fields: [
		{
			displayName: 'Inviter User ID',
			name: 'inviterUserId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. user-17',
			description: "Your own app's ID of the person who invited",
		},
		{
			displayName: 'Invitee User ID',
			name: 'inviteeUserId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. user-42',
			description: "Your own app's ID of the person who was invited",
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
		{
			displayName: 'Component ID',
			name: 'componentId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 3f1b7c9e-5a2d-4e8f-9b6a-0c1d2e3f4a5b',
			description: 'The ID of the Vortex component that the invitation belongs to',
		},
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
		if (status === 404) return [{ processed: 0, invitationIds: [] }];
		return [body ?? { success: true, inviterUserId: creatorId, inviteeUserId: targetValue }];
	},
};
