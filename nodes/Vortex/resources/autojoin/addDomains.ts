import { DOMAINS, MORE, NOT_ATOMIC, changeDomains } from '../../autojoin';
import { COMPONENT_ID, REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const addDomains: Operation = {
	option: {
		name: 'Add Domains',
		value: 'addDomains',
		action: 'Add autojoin domains to a scope',
		description: `Let the people of further email domains join a scope. ${NOT_ATOMIC}.`,
	},
	done: 'lists of domains had been extended',
	fields: [SCOPE_TYPE, SCOPE_ID, DOMAINS, COMPONENT_ID, MORE, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		return await changeDomains(task, (present, given) => {
			const known = new Set(present.map((domain) => domain.toLowerCase()));
			return [...present, ...given.filter((domain) => !known.has(domain))];
		});
	},
};
