// Time and memory as the items grow more: our node in n8n-core, without a network.
import type { Contest } from '../contender.mts';
import { runScript } from '../workbench.mts';

const SIZES = [100, 1000, 10_000, 50_000];

/** Every size is measured over as many items in all. */
const ITEMS = 50_000;

/** Items at which the memory has to be within bounds. */
const BOUNDED = 10_000;

const NODE = ['--expose-gc'];

const name = (size: number) => `${size.toLocaleString('en')} items`;

export async function growth(): Promise<Contest[]> {
	return [
		{
			what: 'Time as items grow',
			unit: 'µs an item',
			explanation:
				'our node in n8n-core, in a process of its own; requests are answered on the next turn of the event loop, so that only our node and n8n-core take time. Every size is measured over 50,000 items in all.',
			contenders: SIZES.map((size) => ({
				name: name(size),
				target: { against: 'fastest', atMost: 1.2 },
				measure: async () => {
					const args = ['time', String(size), String(ITEMS)];
					return { value: await runScript<number>('growth.mts', args, { node: NODE }) };
				},
			})),
		},
		{
			what: 'Memory as items grow',
			unit: 'MB',
			explanation:
				'the most in use at once, above the input and the output themselves: garbage is collected 40 times on the way, and what is left is counted.',
			contenders: SIZES.map((size) => ({
				name: name(size),
				target: size === BOUNDED ? { atMost: 50 } : {},
				rounds: 2,
				measure: async () => {
					const args = ['memory', String(size)];
					const { peak, output } = await runScript<{ peak: number; output: number }>(
						'growth.mts',
						args,
						{ node: NODE },
					);
					return { value: peak, note: `the output takes ${output.toFixed(1)} MB` };
				},
			})),
		},
	];
}
