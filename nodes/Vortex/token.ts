import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Task } from './operation';

export const EXPIRES_IN: INodeProperties = {
	displayName: 'Expires In',
	name: 'expiresIn',
	type: 'string',
	default: '30d',
	placeholder: 'e.g. 24h',
	description:
		'How long the token is good: minutes (5m), hours (24h), days (30d), or a number of seconds',
};

export const USER: INodeProperties = {
	displayName: 'User',
	name: 'user',
	type: 'json',
	required: true,
	default: '{\n  "id": "user-17",\n  "email": "nathan@example.com"\n}',
	description:
		'The user as a JSON object, made like the example. Further fields are name, avatarUrl, adminScopes and allowedEmailDomains.',
};

/** Says so when the user that a token is for has no `id`: such a token is signed all the same. */
export function hintWithoutUser(task: Task, user: IDataObject | null | undefined): void {
	if (user?.id === undefined || user.id === null || user.id === '') {
		task.hint(
			'A token has no user ID: Vortex cannot tell who made the invitations that are sent with it.',
		);
	}
}
