import { getScopeDomains, readAutojoinScope } from '../../autojoin';
import { REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const getDomains: Operation = {
	option: {
		name: 'Get Domains of Scope',
		value: 'getDomains',
		action: 'Get the autojoin domains of a scope',
		description: 'Get the email domains whose people may join a scope without being invited',
	},
	done: 'scopes had been looked up',
	fields: [SCOPE_TYPE, SCOPE_ID, REQUEST_OPTIONS],
	async execute(task) {
		const found = await getScopeDomains(task, readAutojoinScope(task.parameters));
		if (found.domains.length === 0) {
			task.hint('At least one scope has no autojoin domains, so nobody can join it by domain.');
		}
		return [found];
	},
};
