import type { IDataObject } from 'n8n-workflow';

import { DOMAIN_ID, undocumented } from '../../autojoin';
import { REQUEST_OPTIONS } from '../../fields';
import type { Operation } from '../../operation';

export const getDomain: Operation = {
	option: {
		name: 'Get Domain',
		value: 'getDomain',
		action: 'Get an autojoin domain by its ID',
		description: 'Get one autojoin domain by its ID',
	},
	done: 'domains had been fetched',
	fields: [DOMAIN_ID, REQUEST_OPTIONS],
	async execute(task) {
		const domainId = task.parameters.pathPart('domainId');
		const { body } = await task.send<IDataObject | IDataObject[]>({
			method: 'GET',
			path: ['invitations', 'autojoin', domainId],
		});
		return undocumented(body, { domainId });
	},
};
