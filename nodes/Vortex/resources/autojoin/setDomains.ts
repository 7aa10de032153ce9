import {
	DOMAINS,
	MORE,
	changeInTurn,
	readAutojoinScope,
	readDomains,
	readPost,
} from '../../autojoin';
import { COMPONENT_ID, REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const setDomains: Operation = {
	option: {
		name: 'Set Domains',
		value: 'setDomains',
		action: 'Set the autojoin domains of a scope',
		description:
			"Replace the email domains whose people may join a scope: those not in 'Domains' are removed",
	},
	done: 'lists of domains had been set',
	fields: [SCOPE_TYPE, SCOPE_ID, DOMAINS, COMPONENT_ID, MORE, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const scope = readAutojoinScope(task.parameters);
		const domains = readDomains(task);
		const post = readPost(task, scope);
		return await changeInTurn(task, scope, async () => await post(domains));
	},
};
