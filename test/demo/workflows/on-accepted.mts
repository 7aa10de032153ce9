// Every accepted invitation becomes a contact in the CRM.
import { canvas, postJson, vortex, vortexTrigger, type Setting } from './canvas.mts';

const NOTE = `## On accepted → add to CRM
Vortex reports that somebody accepted. The whole invitation is looked up for the name and the inviter, and a contact is added to the CRM (here: the stand-in in the sandbox).

**Try it:** press "Accept" on the sandbox's page, then look at **Executions** above.`;

const CONTACT = `{
	email: $('Vortex Trigger').item.json.data.targetEmail,
	name: $json.formSubmissionData.name?.value,
	team: $json.groups[0]?.name,
	invitedBy: $json.creatorName,
	invitationId: $json.id,
}`;

export function onAcceptedAddToCrm(setting: Setting) {
	return canvas(
		'On accepted → add to CRM',
		[
			vortexTrigger(setting, ['invitation.accepted']),
			vortex('Get the whole invitation', setting, {
				resource: 'invitation',
				operation: 'get',
				invitationId: '={{ $json.data.invitationId }}',
				simplify: false,
			}),
			postJson('Add to CRM', `${setting.sandboxUrl}/crm/contacts`, CONTACT),
		],
		NOTE,
	);
}
