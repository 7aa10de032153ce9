import {
	COMPONENT_ID,
	DOMAINS,
	MORE,
	NOT_ATOMIC,
	changeInTurn,
	getScopeDomains,
	postScopeDomains,
	readAutojoinScope,
	readDomains,
} from '../../autojoin';
import { REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const addDomains: Operation = {
	option: {
		name: 'Add Domains',
		value: 'addDomains',
		action: 'Add autojoin domains to a scope',
		description: `Let the people of further email domains join a scope. ${NOT_ATOMIC}.`,
	},
	fields: [SCOPE_TYPE, SCOPE_ID, DOMAINS, COMPONENT_ID, MORE, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const scope = readAutojoinScope(task.parameters);
		const wanted = readDomains(task);
		task.parameters.required('componentId');
		return await changeInTurn(task, scope, async () => {
			const present = await getScopeDomains(task, scope);
			const domains = [...new Set([...present.domains, ...wanted])];
			if (domains.length === present.domains.length) return present;
			return await postScopeDomains(task, scope, domains);
		});
	},
};
