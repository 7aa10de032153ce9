import { DOMAINS, MORE, NOT_ATOMIC, changeDomains } from '../../autojoin';
import { COMPONENT_ID, REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const removeDomains: Operation = {
	option: {
		name: 'Remove Domains',
		value: 'removeDomains',
		action: 'Remove autojoin domains from a scope',
		description: `Stop the people of some email domains from joining a scope. When no domain is left, autojoin is off. ${NOT_ATOMIC}.`,
	},
	done: 'lists of domains had been shortened',
	fields: [SCOPE_TYPE, SCOPE_ID, DOMAINS, COMPONENT_ID, MORE, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		return await changeDomains(task, (present, given) => {
			const left = present.filter((domain) => !given.includes(domain.toLowerCase()));
			if (present.length - left.length < given.length) {
				task.hint("Some of 'Domains' were no domains of their scope, so they needed no removing.");
			}
			if (left.length === 0 && present.length > 0) {
				task.hint(
					'At least one scope has no autojoin domain left, so nobody can join it by domain any more.',
				);
			}
			return left;
		});
	},
};
