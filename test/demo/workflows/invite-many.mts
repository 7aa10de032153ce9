// A whole list is invited; what fails goes another way, and the rest is not held up.
import { forkedCanvas, form, postJson, vortex, type Setting } from './canvas.mts';

const NOTE = `## Invite a list of people
One line for each person: email address, comma, name. All of them are invited at once. Under **Settings** of the Vortex step, **On Error** is "Continue (using error output)": who cannot be invited takes the second branch, and the team is told.

**Try it:** open the form, and leave the address of one line out.`;

const LIST = 'ann@example.com, Ann Archer\nbob@example.com, Bob Baker\n, Carl without an address';

const PEOPLE = `={{ $json.People.split('\\n').filter((line) => line.trim() !== '').map((line) => ({
	email: line.split(',')[0].trim(),
	name: line.split(',').slice(1).join(',').trim() || line.trim(),
})) }}`;

/** What fails keeps its place in the list, so the name can be looked up. */
const FAILURE = `{ text: 'Not invited: ' + $('One item each').item.json.name + '. ' + ($json.error.message ?? $json.error) }`;

export function inviteMany(setting: Setting) {
	const create = vortex('Invite everybody', setting, {
		resource: 'invitation',
		operation: 'create',
		widgetConfigurationId: 'demo-widget-configuration',
		targetType: 'email',
		targetValue: '={{ $json.email }}',
		inviterUserId: 'user-17',
		additionalFields: {
			ifAlreadyInvited: 'skip',
			inviterName: 'Jane Doe',
			targetName: '={{ $json.name }}',
			scopeType: 'team',
			scopeId: 'team-123',
			scopeName: 'Marketing',
		},
	});
	return forkedCanvas(
		'Invite a list of people',
		[
			form(
				'List of people',
				setting.webhookId,
				[
					{
						fieldLabel: 'People',
						fieldType: 'textarea',
						requiredField: true,
						defaultValue: LIST,
						placeholder: LIST,
					},
				],
				{
					title: 'Invite a list of people',
					description: 'One line for each: email address, comma, name.',
					done: 'The list is being worked through. Look at the page of the sandbox.',
				},
			),
			{
				name: 'Lines to people',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: {
					assignments: {
						assignments: [{ id: 'people', name: 'people', type: 'array', value: PEOPLE }],
					},
					options: {},
				},
			},
			{
				name: 'One item each',
				type: 'n8n-nodes-base.splitOut',
				typeVersion: 1,
				parameters: { fieldToSplitOut: 'people', options: {} },
			},
			{ ...create, onError: 'continueErrorOutput' },
			{ name: 'Invited', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		],
		postJson('Tell the team', `${setting.sandboxUrl}/team/messages`, FAILURE),
		NOTE,
	);
}
