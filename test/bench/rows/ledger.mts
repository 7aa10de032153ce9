// The ledger of seen events: it stays small and as fast as it was.
import type { Contest, Round } from '../contender.mts';
import { runScript } from '../workbench.mts';

const EVENTS = 100_000;

interface Figures {
	/** µs an event, once the ledger is full and at the end. */
	early: number;
	late: number;
	/** MB */
	memory: number;
	/** Events that are remembered. */
	size: number;
}

export async function ledger(): Promise<Contest[]> {
	const measure = async (pick: (figures: Figures) => number): Promise<Round> => {
		const figures = await runScript<Figures>('ledger.mts', [String(EVENTS)], {
			node: ['--expose-gc'],
		});
		return {
			value: pick(figures),
			note: `${figures.size.toLocaleString('en')} events are remembered`,
		};
	};
	const first = 'event 20,000 to 40,000';
	return [
		{
			what: 'Ledger after 100,000 events',
			unit: 'MB',
			contenders: [
				{
					name: 'memory',
					target: { atMost: 10 },
					measure: async () => await measure(({ memory }) => memory),
				},
			],
		},
		{
			what: 'Ledger, time of an event',
			unit: 'µs',
			contenders: [
				{ name: first, measure: async () => await measure(({ early }) => early) },
				{
					name: 'event 80,000 to 100,000',
					target: { against: first, atMost: 1.2 },
					measure: async () => await measure(({ late }) => late),
				},
			],
		},
	];
}
