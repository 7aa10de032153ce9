import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { CreatedInvitation, Invitation, Target } from '../../../shared/types';
import {
	EMAIL_TARGET,
	INTERNAL_TARGET,
	PHONE_TARGET,
	REQUEST_OPTIONS,
	SHARE_TARGET,
	TARGET_TYPE_ALIASES,
	additionalFields,
} from '../../fields';
import { isOpen, listByScope, listByTarget, reinvite, withoutUndefined } from '../../invitations';
import type { Operation, Task } from '../../operation';
import type { Parameters } from '../../parameters';
import { OPTIONAL_SCOPE_ID, OPTIONAL_SCOPE_TYPE, readScope } from '../../scope';

const TARGET_FIELDS: INodeProperties[] = [
	{
		displayName: 'Widget Configuration ID',
		name: 'widgetConfigurationId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 9d1c6b2a-8f4e-4a37-b5c0-7e2d1f3a4b5c',
		description:
			'The ID of the widget configuration in Vortex: it holds the texts and rules of the invitation. It is not the component ID.',
	},
	{
		displayName: 'Target Type',
		name: 'targetType',
		type: 'options',
		required: true,
		options: [EMAIL_TARGET, INTERNAL_TARGET, PHONE_TARGET, SHARE_TARGET],
		default: 'email',
		description: 'How the person to invite is reached',
	},
	{
		displayName:
			"Vortex sends nothing for this target type. Send the 'shortLink' of the output to the person yourself, for example by text message or inside your app.",
		name: 'sendItYourselfNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { targetType: ['phone', 'internal'] } },
	},
	{
		displayName: 'Target Value',
		name: 'targetValue',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. nathan@example.com or +15551234567',
		description:
			"The email address, the phone number with its country code, or the user ID, depending on 'Target Type'",
	},
	{
		displayName: 'Inviter User ID',
		name: 'inviterUserId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. user-17',
		description: 'The ID that the person who invites has in your own app',
	},
];

const MORE_FIELDS: INodeProperties[] = [
	{
		displayName: 'If Already Invited',
		name: 'ifAlreadyInvited',
		type: 'options',
		options: [
			{
				name: 'Create Another',
				value: 'create',
				description: 'Invite the person again, without looking for an open invitation',
			},
			{
				name: 'Resend',
				value: 'resend',
				description: 'Send the open invitation again instead of creating one',
			},
			{
				name: 'Skip',
				value: 'skip',
				description: 'Return the open invitation, and send nothing',
			},
		],
		default: 'create',
		description:
			"What to do when this person has an open invitation already. With 'Scope ID', only invitations to that scope count.",
	},
	{
		displayName: 'Inviter Avatar URL',
		name: 'inviterAvatarUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/jane.png',
		description: 'The address of a picture of the person who invites',
	},
	{
		displayName: 'Inviter Email',
		name: 'inviterEmail',
		type: 'string',
		default: '',
		placeholder: 'e.g. jane@example.com',
		description: 'The email address of the person who invites',
	},
	{
		displayName: 'Inviter Name',
		name: 'inviterName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Jane Doe',
		description: 'The name of the person who invites, as the invitation shows it',
	},
	{
		displayName: 'Link Preview',
		name: 'linkPreview',
		type: 'fixedCollection',
		placeholder: 'Add Link Preview',
		default: {},
		description: 'How the invitation link looks when it is shared in a chat',
		options: [
			{
				displayName: 'Link Preview',
				name: 'value',
				values: [
					{
						displayName: 'Description',
						name: 'description',
						type: 'string',
						default: '',
						placeholder: 'e.g. Plan your work together',
						description: 'The text below the title',
					},
					{
						displayName: 'Image URL',
						name: 'image',
						type: 'string',
						default: '',
						placeholder: 'e.g. https://example.com/preview.png',
						description: 'The address of the picture. It must begin with https.',
					},
					{
						displayName: 'Site Name',
						name: 'siteName',
						type: 'string',
						default: '',
						placeholder: 'e.g. Acme',
						description: 'The name of the website that the link leads to',
					},
					{
						displayName: 'Title',
						name: 'title',
						type: 'string',
						default: '',
						placeholder: 'e.g. Jane invites you to Acme',
						description: 'The first line of the preview',
					},
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Article', value: 'article' },
							{ name: 'Book', value: 'book' },
							{ name: 'Music', value: 'music' },
							{ name: 'Product', value: 'product' },
							{ name: 'Profile', value: 'profile' },
							{ name: 'Video', value: 'video' },
							{ name: 'Website', value: 'website' },
						],
						default: 'website',
						description: 'What the link leads to',
					},
				],
			},
		],
	},
	{
		displayName: 'Metadata',
		name: 'metadata',
		type: 'json',
		default: '{}',
		description: 'Data of your own as a JSON object. Vortex passes it on in its webhooks.',
	},
	OPTIONAL_SCOPE_ID,
	{
		displayName: 'Scope Name',
		name: 'scopeName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Marketing',
		description: 'The name of the scope, as the invitation shows it',
	},
	OPTIONAL_SCOPE_TYPE,
	{
		displayName: 'Source',
		name: 'source',
		type: 'string',
		default: '',
		placeholder: 'e.g. n8n',
		description: "Where the invitation comes from, for Vortex's statistics",
	},
	{
		displayName: 'Subtype',
		name: 'subtype',
		type: 'string',
		default: '',
		placeholder: 'e.g. post-signup',
		description: "A finer source, for Vortex's statistics",
	},
	{
		displayName: 'Target Avatar URL',
		name: 'targetAvatarUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/nathan.png',
		description: 'The address of a picture of the person to invite',
	},
	{
		displayName: 'Target Name',
		name: 'targetName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Nathan Barker',
		description: 'The name of the person to invite',
	},
	{
		displayName: 'Template Variables',
		name: 'templateVariables',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Variable',
		default: {},
		description: "Values for the variables in the widget configuration's texts",
		options: [
			{
				displayName: 'Variable',
				name: 'variable',
				values: [
					{
						displayName: 'Name',
						name: 'key',
						type: 'string',
						default: '',
						placeholder: 'e.g. company_name',
						description: 'The name of the variable, as the text uses it',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. Acme',
						description: 'What to put in its place',
					},
				],
			},
		],
	},
];

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create an invitation',
		description: 'Invite somebody. To an email address Vortex sends the invitation itself.',
	},
	done: 'invitations had been created',
	fields: [...TARGET_FIELDS, additionalFields(MORE_FIELDS), REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const more = task.parameters.collection('additionalFields');
		const body = readRequest(task, more);
		const policy =
			more.optional('ifAlreadyInvited') === undefined ? 'create' : more.option('ifAlreadyInvited');
		if (policy === 'create') return [await send(task, body)];
		const { type, value } = body.target;
		return await task.inTurn(`${type} ${value.toLowerCase()}`, async () => {
			const open = await findOpen(task, body);
			if (open === undefined) {
				return [{ ...(await send(task, body)), created: true, resent: false }];
			}
			if (policy === 'skip') return [{ ...open, created: false, resent: false }];
			const resent = await reinvite(task, open.id);
			return [{ ...open, ...resent, created: false, resent: true }];
		});
	},
};

interface CreateRequest extends IDataObject {
	target: Target & IDataObject;
	groups?: Array<{ type: string; groupId: string; name: string }>;
}

function readRequest(task: Task, more: Parameters): CreateRequest {
	const { parameters } = task;
	const scope = readScope(task, more, ['scopeType', 'scopeId', 'scopeName']);
	return withoutUndefined<CreateRequest>({
		widgetConfigurationId: parameters.required('widgetConfigurationId'),
		target: withoutUndefined({
			type: parameters.option('targetType', TARGET_TYPE_ALIASES),
			value: parameters.required('targetValue'),
			name: more.optional('targetName'),
			avatarUrl: more.optional('targetAvatarUrl'),
		}),
		inviter: withoutUndefined({
			userId: parameters.required('inviterUserId'),
			userEmail: more.optional('inviterEmail'),
			name: more.optional('inviterName'),
			avatarUrl: more.optional('inviterAvatarUrl'),
		}),
		groups: scope && [{ type: scope.scopeType, groupId: scope.scopeId, name: scope.scopeName }],
		source: more.optional('source'),
		subtype: more.optional('subtype'),
		templateVariables: readTemplateVariables(more),
		metadata: more.json('metadata'),
		unfurlConfig: readLinkPreview(more),
	});
}

function readTemplateVariables(more: Parameters): IDataObject | undefined {
	const rows = more.rows('templateVariables', 'variable');
	if (rows.length === 0) return undefined;
	return Object.fromEntries(rows.map((row) => [row.required('key'), row.optional('value') ?? '']));
}

function readLinkPreview(more: Parameters): IDataObject | undefined {
	const [preview] = more.rows('linkPreview', 'value');
	if (preview === undefined) return undefined;
	const type = preview.optional('type');
	const look = withoutUndefined({
		title: preview.optional('title'),
		description: preview.optional('description'),
		image: preview.optional('image'),
		type: type && preview.option('type'),
		siteName: preview.optional('siteName'),
	});
	return Object.keys(look).length === 0 ? undefined : look;
}

async function send(task: Task, body: IDataObject): Promise<IDataObject> {
	const answer = await task.send<CreatedInvitation>({
		method: 'POST',
		path: ['invitations'],
		body,
	});
	return answer.body ?? { success: true };
}

/** The first open invitation of the target, in the request's scope if it has one. */
async function findOpen(task: Task, body: CreateRequest): Promise<Invitation | undefined> {
	const found = (await listByTarget(task, body.target)).filter(
		(invitation) => isOpen(invitation) && invitation.invitationType !== 'autojoin',
	);
	const scope = body.groups?.[0];
	if (scope === undefined || found.length === 0) return found[0];
	const listed = await listByScope(task, scope.type, scope.groupId);
	const ids = new Set(listed.map(({ id }) => id));
	return found.find(({ id }) => ids.has(id));
}
