// The two workflows of the demo, as n8n's editor would save them.
import { randomUUID } from 'node:crypto';
import type { CredentialRef } from '../n8n-host/stage.mts';

interface NodeSketch {
	name: string;
	type: string;
	typeVersion: number;
	parameters: object;
	credentials?: object;
	webhookId?: string;
	notesInFlow?: boolean;
}

/** Puts nodes in a row, each feeding the next. */
function inARow(name: string, nodes: NodeSketch[], note: string) {
	const placed = nodes.map((node, index) => ({
		id: randomUUID(),
		position: [index * 240, 0],
		...node,
	}));
	const links = nodes
		.slice(0, -1)
		.map((node, index) => [
			node.name,
			{ main: [[{ node: nodes[index + 1].name, type: 'main', index: 0 }]] },
		]);
	const sticky = {
		id: randomUUID(),
		name: 'What this does',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [0, -260],
		parameters: { content: note, width: 560, height: 200 },
	};
	return {
		name,
		nodes: [sticky, ...placed],
		connections: Object.fromEntries(links),
		settings: { executionOrder: 'v1' },
		active: false,
	};
}

/** A form that anybody can fill in; each answer is invited by email. */
export function inviteAPerson(webhookId: string, vortexApi: CredentialRef) {
	return inARow(
		'Invite a person',
		[
			{
				name: 'Invitation form',
				type: 'n8n-nodes-base.formTrigger',
				typeVersion: 2.2,
				webhookId,
				parameters: {
					formTitle: 'Invite a person',
					formDescription: 'Vortex sends an invitation to the email address.',
					formFields: {
						values: [
							{ fieldLabel: 'Email', fieldType: 'email', requiredField: true },
							{ fieldLabel: 'Name', requiredField: true },
						],
					},
					options: { respondWithOptions: { values: { formSubmittedText: 'Invited.' } } },
				},
			},
			{
				name: 'Create an invitation',
				type: 'n8n-nodes-vortex.vortex',
				typeVersion: 1,
				credentials: { vortexApi },
				parameters: {
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
				},
			},
		],
		'## Invite a person\nOpen the form, fill it in, and Vortex invites that person to the team "Marketing". Somebody who has an open invitation already is not invited twice.',
	);
}

/** Every accepted invitation becomes a contact in the CRM. */
export function onAcceptedAddToCrm(webhookId: string, vortexApi: CredentialRef, crmUrl: string) {
	return inARow(
		'On accepted → add to CRM',
		[
			{
				name: 'Vortex Trigger',
				type: 'n8n-nodes-vortex.vortexTrigger',
				typeVersion: 1,
				webhookId,
				credentials: { vortexApi },
				parameters: { events: ['invitation.accepted'], options: {} },
			},
			{
				name: 'Get the whole invitation',
				type: 'n8n-nodes-vortex.vortex',
				typeVersion: 1,
				credentials: { vortexApi },
				parameters: {
					resource: 'invitation',
					operation: 'get',
					invitationId: '={{ $json.data.invitationId }}',
					simplify: false,
				},
			},
			{
				name: 'Add to CRM',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				parameters: {
					method: 'POST',
					url: crmUrl,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: `={{ ${JSON.stringify(CONTACT).replace(/"=([^"]*)"/g, '$1')} }}`,
					options: {},
				},
			},
		],
		'## On accepted → add to CRM\nVortex reports that somebody accepted. The whole invitation is looked up for the name and the inviter, and a contact is added to the CRM (here: the stand-in in the sandbox).',
	);
}

const CONTACT = {
	email: "=$('Vortex Trigger').item.json.data.targetEmail",
	name: '=$json.formSubmissionData.name.value',
	team: '=$json.groups[0].name',
	invitedBy: '=$json.creatorName',
	invitationId: '=$json.id',
};
