import type { Resource } from '../../operation';
import { accept } from './accept';
import { acceptAll } from './acceptAll';
import { create } from './create';
import { deleteByScope } from './deleteByScope';
import { get } from './get';
import { getManyByScope } from './getManyByScope';
import { getManyByTarget } from './getManyByTarget';
import { resend } from './resend';
import { revoke } from './revoke';
import { syncInternal } from './syncInternal';

export const invitation: Resource = {
	option: { name: 'Invitation', value: 'invitation' },
	operations: [
		accept,
		acceptAll,
		create,
		deleteByScope,
		get,
		getManyByScope,
		getManyByTarget,
		resend,
		revoke,
		syncInternal,
	],
	firstChoice: create,
};
