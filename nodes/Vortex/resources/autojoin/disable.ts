import { changeInTurn, readAutojoinScope, readPost } from '../../autojoin';
import { COMPONENT_ID, REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const disable: Operation = {
	option: {
		name: 'Disable',
		value: 'disable',
		action: 'Disable autojoin for a scope',
		description:
			'Remove every email domain of a scope, so that nobody can join without being invited',
	},
	done: 'scopes had been taken out of autojoin',
	fields: [SCOPE_TYPE, SCOPE_ID, COMPONENT_ID, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const scope = readAutojoinScope(task.parameters);
		const post = readPost(task, scope);
		return await changeInTurn(task, scope, async () => await post([]));
	},
};
