import type { Resource } from '../../operation';
import { generate } from './generate';
import { generateJwt } from './generateJwt';
import { signUser } from './signUser';

export const token: Resource = {
	option: { name: 'Token', value: 'token' },
	operations: [generate, generateJwt, signUser],
	firstChoice: generate,
};
