import type { INodeProperties } from 'n8n-workflow';

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
		'The user as a JSON object: ID, and if you like email, name, avatarUrl, adminScopes, allowedEmailDomains',
};
