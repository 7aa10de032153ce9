import type { INodeProperties } from 'n8n-workflow';

import {
	EMAIL_TARGET,
	INTERNAL_TARGET,
	LIMIT,
	PHONE_TARGET,
	REQUEST_OPTIONS,
	RETURN_ALL,
	SHARE_TARGET,
	SIMPLIFY,
	TARGET_TYPE_ALIASES,
	USERNAME_TARGET,
} from '../../fields';
import { listByTarget, readView } from '../../invitations';
import type { Operation } from '../../operation';

const TARGET_TYPE: INodeProperties = {
	displayName: 'Target Type',
	name: 'targetType',
	type: 'options',
	required: true,
	options: [EMAIL_TARGET, INTERNAL_TARGET, PHONE_TARGET, SHARE_TARGET, USERNAME_TARGET],
	default: 'email',
	description: 'What is known of the invited person',
};

const TARGET_VALUE: INodeProperties = {
	displayName: 'Target Value',
	name: 'targetValue',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. nathan@example.com or +15551234567',
	description:
		"The email address, the phone number with its country code, the user ID or the user name, depending on 'Target Type'",
};

export const getManyByTarget: Operation = {
	option: {
		name: 'Get Many by Target',
		value: 'getManyByTarget',
		action: 'Get many open invitations for a person',
		description:
			'Get the open invitations for a person, and the scopes that their email domain may join',
	},
	done: 'targets had been looked up',
	fields: [TARGET_TYPE, TARGET_VALUE, RETURN_ALL, LIMIT, SIMPLIFY, REQUEST_OPTIONS],
	async execute(task) {
		const target = {
			type: task.parameters.option('targetType', TARGET_TYPE_ALIASES),
			value: task.parameters.required('targetValue'),
		};
		const view = readView(task);
		const found = await listByTarget(task, target);
		if (found.length === 0) {
			task.hint(
				"Nothing was found for at least one 'Target Value'. Only open invitations are found: those that were accepted or revoked, or have expired, are not.",
			);
		}
		return view.many(found, target);
	},
};
