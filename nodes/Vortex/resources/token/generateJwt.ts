import { generateJwt as signJwt } from '../../../shared/signing';
import type { Operation } from '../../operation';
import { EXPIRES_IN, USER, hintWithoutUser } from '../../token';

export const generateJwt: Operation = {
	option: {
		name: 'Generate JWT',
		value: 'generateJwt',
		action: 'Generate a token of the older form (JWT) for a user',
		description: 'Sign a token of the older form, for pages that still use it',
	},
	done: 'tokens had been generated',
	fields: [
		USER,
		{
			displayName: 'Claims',
			name: 'claims',
			type: 'json',
			default: '{}',
			description:
				"Further content of the token as a JSON object. It replaces what 'User' and 'Expires In' give.",
		},
		EXPIRES_IN,
	],
	async execute(task) {
		const { parameters } = task;
		const user = parameters.requiredJson('user');
		const claims = parameters.json('claims') ?? {};
		if (Object.hasOwn(claims, 'user')) {
			throw task.refuse(
				`'${parameters.label('claims')}' must not hold "user"`,
				`Put the user into '${parameters.label('user')}'.`,
			);
		}
		if (!Object.hasOwn(claims, 'userId')) hintWithoutUser(task, user);
		const key = await task.signingKey();
		return [{ ...signJwt(key, user, claims, parameters.raw('expiresIn'), Date.now()) }];
	},
};
