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
	done: 'scopes had been looked up',
	fields: [SCOPE_TYPE, SCOPE_ID, RETURN_ALL, LIMIT, SIMPLIFY, REQUEST_OPTIONS],
	async execute(task) {
		const scopeType = task.parameters.pathPart('scopeType');
		const scopeId = task.parameters.pathPart('scopeId');
		const view = readView(task);
		const found = await listByScope(task, scopeType, scopeId);
		if (found.length === 0) {
			task.hint(
				"Nothing was found for at least one 'Scope ID'. Only open invitations are found: those that were accepted or revoked, or have expired, are not. If there should be some, check 'Scope Type' too.",
			);
		}
		return view.many(found);
	},
};
