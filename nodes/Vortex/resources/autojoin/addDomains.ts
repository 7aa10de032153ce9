import {
	DOMAINS,
	MORE,
	NOT_ATOMIC,
	changeInTurn,
	getDomainsToChange,
	postScopeDomains,
	readAutojoinScope,
	readDomains,
} from '../../autojoin';
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
		const scope = readAutojoinScope(task.parameters);
		const wanted = readDomains(task);
		task.parameters.required('componentId');
		return await changeInTurn(task, scope, async () => {
			const present = await getDomainsToChange(task, scope);
			const known = new Set(present.domains.map((domain) => domain.toLowerCase()));
			const added = wanted.filter((domain) => !known.has(domain));
			if (added.length === 0) return present;
			return await postScopeDomains(task, scope, [...present.domains, ...added]);
		});
	},
};
