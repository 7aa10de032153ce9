// Every comparison, in the order in which they are made.
import type { Contest } from '../contender.mts';
import type { Workbench } from '../workbench.mts';
import { creates, limits } from './creates.mts';
import { deliveries } from './deliveries.mts';
import { growth } from './growth.mts';
import { ledger } from './ledger.mts';
import { loading } from './loading.mts';
import { signing } from './signing.mts';

export interface Group {
	about: string;
	/** How many rounds are taken, unless fewer are asked for. */
	rounds: number;
	/** Starts what the comparison needs. */
	prepare: (bench: Workbench) => Promise<Contest[]>;
}

export const GROUPS = {
	signing: { about: 'tokens signed and deliveries verified', rounds: 60, prepare: signing },
	ledger: { about: 'the ledger of seen events at 100,000', rounds: 9, prepare: ledger },
	loading: { about: 'loading the package', rounds: 9, prepare: loading },
	growth: { about: 'time and memory as items grow', rounds: 9, prepare: growth },
	creates: { about: '200 and 2,000 invitations, answers after 50 ms', rounds: 9, prepare: creates },
	limits: { about: 'the same against servers that answer 429', rounds: 9, prepare: limits },
	deliveries: {
		about: 'forged and good webhooks, in each expression engine',
		rounds: 15,
		prepare: deliveries,
	},
} satisfies { [name: string]: Group };

export type GroupName = keyof typeof GROUPS;
