// A form that anybody can fill in; each answer is invited by email.
import { canvas, form, vortex, type Setting } from './canvas.mts';

const NOTE = `## Invite a person
Open the form, fill it in, and Vortex invites that person to the team "Marketing". Somebody who has an open invitation already is not invited twice.

**Try it:** open the sandbox's page beside the form, and send the form.`;

const FIELDS = [
	{ fieldLabel: 'Email', fieldType: 'email', requiredField: true },
	{ fieldLabel: 'Name', requiredField: true },
];

export function inviteAPerson(setting: Setting) {
	return canvas(
		'Invite a person',
		[
			form('Invitation form', setting.webhookId, FIELDS, {
				title: 'Invite a person',
				description: 'Vortex sends an invitation to the email address.',
				done: 'Invited.',
			}),
			vortex('Create an invitation', setting, {
				resource: 'invitation',
				operation: 'create',
				widgetConfigurationId: 'demo-widget-configuration',
				targetType: 'email',
				targetValue: '={{ $json.Email }}',
				inviterUserId: 'user-17',
				additionalFields: {
					ifAlreadyInvited: 'skip',
					inviterName: 'Jane Doe',
					targetName: '={{ $json.Name }}',
					scopeType: 'team',
					scopeId: 'team-123',
					scopeName: 'Marketing',
				},
			}),
		],
		NOTE,
	);
}
