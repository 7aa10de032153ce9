import { LIMIT, REQUEST_OPTIONS, RETURN_ALL, SCOPE_ID, SCOPE_TYPE, SIMPLIFY } from '../../fields';
import { listByScope, readView } from '../../invitations';
import type { Operation } from '../../operation';

export const getManyByScope: Operation = {
	option: {
		name: 'Get Many by Scope',
		value: 'getManyByScope',
		action: 'Get many open invitations of a scope',
		description: 'Get the open invitations of a scope, for example of a team',
	},
	fields: [SCOPE_TYPE, SCOPE_ID, RETURN_ALL, LIMIT, SIMPLIFY, REQUEST_OPTIONS],
	async execute(task) {
		const scopeType = task.parameters.pathPart('scopeType');
		const scopeId = task.parameters.pathPart('scopeId');
		const view = readView(task);
		return view.many(await listByScope(task, scopeType, scopeId));
	},
};
