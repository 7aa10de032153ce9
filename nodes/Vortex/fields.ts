import type { INodeProperties } from 'n8n-workflow';

/** `options` of every operation that sends requests. */
export const REQUEST_OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Max Retries',
			name: 'maxRetries',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 3,
			description:
				'How many times a request is sent again when Vortex is busy or does not answer. What could then happen twice, such as sending an invitation, is not repeated.',
		},
		{
			displayName: 'Requests at Once',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 10,
			description: 'How many requests may be on their way to Vortex at the same time',
		},
		{
			displayName: 'Timeout',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 30000,
			description: 'How many milliseconds to wait for the answer to a request',
		},
	],
};

/** What an invitation operation returns of each invitation. */
export const SIMPLIFY: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const RETURN_ALL: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const LIMIT: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	displayOptions: { show: { returnAll: [false] } },
	default: 50,
	description: 'Max number of results to return',
};

export const INVITATION_ID: INodeProperties = {
	displayName: 'Invitation ID',
	name: 'invitationId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 7c2f9a1e-3b7d-4c55-9d0e-2f6a8b1c4d3e',
	description: 'The ID of the invitation, as Vortex gave it when the invitation was created',
};

export const SCOPE_TYPE: INodeProperties = {
	displayName: 'Scope Type',
	name: 'scopeType',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. team',
	description: 'What the scope is in your app, for example a team or a workspace',
};

export const SCOPE_ID: INodeProperties = {
	displayName: 'Scope ID',
	name: 'scopeId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. team-123',
	description: 'The ID that the scope, for example the team, has in your own app',
};

export const COMPONENT_ID: INodeProperties = {
	displayName: 'Component ID',
	name: 'componentId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 3f1b7c9e-5a2d-4e8f-9b6a-0c1d2e3f4a5b',
	description:
		'The ID of the invitation component in Vortex. It is not the widget configuration ID.',
};

/** Names that older Vortex SDKs use for a target type, and what they mean. */
export const TARGET_TYPE_ALIASES = { sms: 'phone', phoneNumber: 'phone' };

export const EMAIL_TARGET = { name: 'Email', value: 'email' };

export const INTERNAL_TARGET = {
	name: 'Internal User',
	value: 'internal',
	description: 'A person who already uses your app, by the ID that they have there',
};

export const PHONE_TARGET = {
	name: 'Phone',
	value: 'phone',
	description: 'A phone number with its country code',
};

export const SHARE_TARGET = {
	name: 'Share Link',
	value: 'share',
	description:
		"A link to share. It stands in the documentation of Vortex's SDKs but not in its API reference, so Vortex may refuse it.",
};

export const USERNAME_TARGET = {
	name: 'Username',
	value: 'username',
	description:
		"A user name. It stands in the documentation of Vortex's SDKs but not in its API reference, so Vortex may refuse it.",
};

export const USER_EMAIL: INodeProperties = {
	displayName: 'User Email',
	name: 'userEmail',
	type: 'string',
	default: '',
	placeholder: 'e.g. nathan@example.com',
	description:
		"The email address of the person who accepts. Needed, unless 'User Phone' is filled in.",
};

export const USER_PHONE: INodeProperties = {
	displayName: 'User Phone',
	name: 'userPhone',
	type: 'string',
	default: '',
	placeholder: 'e.g. +15551234567',
	hint: "At least one of 'User Email' and 'User Phone' is needed",
	description:
		"The phone number of the person who accepts, with the country code. Needed, unless 'User Email' is filled in.",
};

export const IS_EXISTING: INodeProperties = {
	displayName: 'Is Existing User',
	name: 'isExisting',
	type: 'boolean',
	default: false,
	description:
		'Whether the person used your app before. Vortex uses it in its statistics only; leave the field out if you do not know.',
};

export const USER_NAME: INodeProperties = {
	displayName: 'User Name',
	name: 'userName',
	type: 'string',
	default: '',
	placeholder: 'e.g. Nathan Barker',
	description: 'The name of the person who accepts',
};

/** The collection in which an operation offers what need not be filled in. */
export function additionalFields(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options,
	};
}
