import type { IDataObject } from 'n8n-workflow';

import { NOT_DOCUMENTED, toDomain, undocumented } from '../../autojoin';
import { REQUEST_OPTIONS } from '../../fields';
import type { Operation } from '../../operation';

export const findByDomain: Operation = {
	option: {
		name: 'Find by Domain',
		value: 'findByDomain',
		action: 'Find autojoin invitations by email domain',
		description: 'Find what the people of an email domain may join without being invited',
	},
	done: 'domains had been looked up',
	fields: [
		{
			displayName: 'Domain',
			name: 'domain',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. acme.com',
			description: `The email domain. ${NOT_DOCUMENTED}.`,
		},
		REQUEST_OPTIONS,
	],
	async execute(task) {
		const label = task.parameters.label('domain');
		const domain = toDomain(task, label, task.parameters.required('domain'));
		const { body } = await task.send<IDataObject | IDataObject[]>({
			method: 'GET',
			path: ['invitations', 'autojoin', 'by-domain', domain],
		});
		const found = undocumented(body, { domain });
		if (found.length === 0) {
			task.hint(
				"Nothing was found for at least one 'Domain': its people cannot join by themselves.",
			);
		}
		return found;
	},
};
