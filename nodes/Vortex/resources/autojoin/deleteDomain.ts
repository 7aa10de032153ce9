import type { IDataObject } from 'n8n-workflow';

import { DOMAIN_ID, undocumented } from '../../autojoin';
import { REQUEST_OPTIONS } from '../../fields';
import type { Operation } from '../../operation';

export const deleteDomain: Operation = {
	option: {
		name: 'Delete Domain',
		value: 'deleteDomain',
		action: 'Delete an autojoin domain by its ID',
		description: 'Delete one autojoin domain by its ID, and leave the others of its scope',
	},
	done: 'domains had been deleted',
	fields: [DOMAIN_ID, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const domainId = task.parameters.pathPart('domainId');
		const { body } = await task.send<IDataObject | IDataObject[]>({
			method: 'DELETE',
			path: ['invitations', 'autojoin', domainId],
		});
		return undocumented(body, { domainId });
	},
};
