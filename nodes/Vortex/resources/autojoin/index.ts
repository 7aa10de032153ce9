import type { Resource } from '../../operation';
import { addDomains } from './addDomains';
import { deleteDomain } from './deleteDomain';
import { disable } from './disable';
import { findByDomain } from './findByDomain';
import { getDomain } from './getDomain';
import { getDomains } from './getDomains';
import { removeDomains } from './removeDomains';
import { setDomains } from './setDomains';

export const autojoin: Resource = {
	option: { name: 'Autojoin', value: 'autojoin' },
	operations: [
		addDomains,
		deleteDomain,
		disable,
		findByDomain,
		getDomain,
		getDomains,
		removeDomains,
		setDomains,
	],
	firstChoice: getDomains,
};
