import type { IDataObject } from 'n8n-workflow';

import { generateToken } from '../../../shared/signing';
import { COMPONENT_ID, additionalFields } from '../../fields';
import { withoutUndefined } from '../../invitations';
import type { Operation, Task } from '../../operation';
import type { Parameters } from '../../parameters';
import { OPTIONAL_SCOPE_ID, OPTIONAL_SCOPE_TYPE, readScope } from '../../scope';
import { EXPIRES_IN, hintWithoutUser } from '../../token';

export const generate: Operation = {
	option: {
		name: 'Generate',
		value: 'generate',
		action: 'Generate a token for a user',
		description: "Sign a token with which Vortex's invitation forms know who the user is",
	},
	done: 'tokens had been generated',
	fields: [
		{
			displayName: 'Token Content',
			name: 'payloadMode',
			type: 'options',
			options: [
				{
					name: 'Fields Below',
					value: 'fields',
					description: 'Fill in the parts of the token one by one',
				},
				{
					name: 'JSON',
					value: 'json',
					description: 'Give the whole content of the token as a JSON object',
				},
			],
			default: 'fields',
			description: 'How you say what the token holds',
		},
		{
			displayName: 'User ID',
			name: 'userId',
			type: 'string',
			displayOptions: { show: { payloadMode: ['fields'] } },
			default: '',
			placeholder: 'e.g. user-17',
			description:
				'The ID that the user has in your own app. Without it, Vortex cannot tell who invited.',
		},
		{
			displayName: 'User Fields',
			name: 'userFields',
			type: 'collection',
			placeholder: 'Add Field',
			displayOptions: { show: { payloadMode: ['fields'] } },
			default: {},
			options: [
				{
					displayName: 'Admin Scopes',
					name: 'adminScopes',
					type: 'string',
					default: '',
					placeholder: 'e.g. autojoin',
					description:
						'What the user may manage, separated by commas, or a list from an expression',
				},
				{
					displayName: 'Allowed Email Domains',
					name: 'allowedEmailDomains',
					type: 'string',
					default: '',
					placeholder: 'e.g. acme.com, acme.org',
					description:
						'The email domains that the user may invite, separated by commas, or a list from an expression',
				},
				{
					displayName: 'Avatar URL',
					name: 'avatarUrl',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://example.com/nathan.png',
					description: 'The address of a picture of the user',
				},
				{
					displayName: 'Email',
					name: 'email',
					type: 'string',
					default: '',
					placeholder: 'e.g. nathan@example.com',
					description: 'The email address of the user',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Nathan Barker',
					description: 'The name of the user',
				},
				{
					displayName: 'Phone',
					name: 'phone',
					type: 'string',
					default: '',
					placeholder: 'e.g. +15551234567',
					description: 'The phone number of the user, with the country code',
				},
			],
		},
		{
			displayName: 'Content',
			name: 'payload',
			type: 'json',
			required: true,
			displayOptions: { show: { payloadMode: ['json'] } },
			default: '{\n  "user": { "id": "user-17" }\n}',
			description:
				'The whole content of the token as a JSON object. When it was made and when it expires are added.',
		},
		EXPIRES_IN,
		{
			...additionalFields([
				{
					displayName: 'Claims',
					name: 'claims',
					type: 'json',
					default: '{}',
					description:
						'Further content of the token as a JSON object. It replaces fields of the same name.',
				},
				{ ...COMPONENT_ID, name: 'component', required: false },
				{
					displayName: 'Embed',
					name: 'embed',
					type: 'string',
					default: '',
					placeholder: 'e.g. #invite-form',
					description: 'Where in the page the form is shown',
				},
				{
					displayName: 'Scope',
					name: 'scope',
					type: 'string',
					default: '',
					placeholder: 'e.g. team:team-123',
					description:
						"The scope exactly as the token is to hold it. It is used instead of 'Scope ID' and 'Scope Type'.",
				},
				OPTIONAL_SCOPE_ID,
				OPTIONAL_SCOPE_TYPE,
				{
					displayName: 'Trigger',
					name: 'trigger',
					type: 'string',
					default: '',
					placeholder: 'e.g. #invite-button',
					description: 'What in the page opens the form',
				},
				{
					displayName: 'Variables',
					name: 'vars',
					type: 'json',
					default: '{}',
					description: "Values for the variables in the form's texts, as a JSON object",
				},
			]),
			displayOptions: { show: { payloadMode: ['fields'] } },
		},
	],
	async execute(task) {
		const { parameters } = task;
		const isJson = parameters.option('payloadMode') === 'json';
		const payload = isJson ? parameters.requiredJson('payload') : readFields(task);
		hintWithoutUser(task, payload.user as IDataObject | null | undefined);
		const key = await task.signingKey();
		return [{ ...generateToken(key, payload, parameters.raw('expiresIn'), Date.now()) }];
	},
};

function readFields(task: Task): IDataObject {
	const { parameters } = task;
	const details = parameters.collection('userFields');
	const more = parameters.collection('additionalFields');
	const user = withoutUndefined({
		id: parameters.optional('userId'),
		email: details.optional('email'),
		name: details.optional('name'),
		phone: details.optional('phone'),
		avatarUrl: details.optional('avatarUrl'),
		adminScopes: details.optionalList('adminScopes'),
		allowedEmailDomains: details.optionalList('allowedEmailDomains'),
	});
	return withoutUndefined({
		user: Object.keys(user).length === 0 ? undefined : user,
		component: more.optional('component'),
		scope: readTokenScope(task, more),
		vars: more.json('vars'),
		trigger: more.optional('trigger'),
		embed: more.optional('embed'),
		...more.json('claims'),
	});
}

/** As it is, or else type and ID joined as Vortex's newer SDKs document it. */
function readTokenScope(task: Task, more: Parameters): string | undefined {
	const scope = more.optional('scope');
	if (scope !== undefined) return scope;
	const parts = readScope(task, more, ['scopeType', 'scopeId']);
	return parts && `${parts.scopeType}:${parts.scopeId}`;
}
