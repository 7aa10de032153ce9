import { REQUEST_OPTIONS, SCOPE_ID, SCOPE_TYPE } from '../../fields';
import type { Operation } from '../../operation';

export const deleteByScope: Operation = {
	option: {
		name: 'Delete by Scope',
		value: 'deleteByScope',
		action: 'Delete all invitations of a scope',
		description: 'Delete every invitation of a scope, for example after a team was closed',
	},
	done: 'scopes had been cleared of their invitations',
	fields: [SCOPE_TYPE, SCOPE_ID, REQUEST_OPTIONS],
	changes: true,
	async execute(task) {
		const scopeType = task.parameters.pathPart('scopeType');
		const scopeId = task.parameters.pathPart('scopeId');
		await task.send({ method: 'DELETE', path: ['invitations', 'by-scope', scopeType, scopeId] });
		return [{ deleted: true, scopeType, scopeId }];
	},
};
