import { signUser as sign } from '../../../shared/signing';
import type { Operation } from '../../operation';
import { USER } from '../../token';

export const signUser: Operation = {
	option: {
		name: 'Sign User',
		value: 'signUser',
		action: 'Sign the data of a user',
		description:
			'Sign the data of a user, so that a page can show it without being able to change it',
	},
	done: 'users had been signed',
	fields: [USER],
	async execute(task) {
		return [sign(await task.signingKey(), task.parameters.requiredJson('user'))];
	},
};
