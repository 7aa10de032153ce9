// Our node with a number of items, in a process of its own:
//   node --expose-gc test/bench/growth.mts time 1000 50000    µs for each item, over 50,000 items
//   node --expose-gc test/bench/growth.mts memory 1000        MB at the peak, above input and output
import type { INodeExecutionData } from 'n8n-workflow';
import { prepareExecution } from './core.mts';
import { people } from './people.mts';

/** How often the memory is looked at while the items are worked through. */
const SAMPLES = 40;

const [mode, ...numbers] = process.argv.slice(2);
const [size, total = size] = numbers.map(Number);

const makeItems = (count: number): INodeExecutionData[] =>
	people(count).map(({ email }, item) => ({ json: { email }, pairedItem: { item } }));

function check(outputs: INodeExecutionData[][], count: number): INodeExecutionData[] {
	const [items] = outputs;
	if (items.length !== count) throw new Error(`${items.length} of ${count} items came out`);
	return items;
}

async function warmUp(): Promise<void> {
	for (let round = 0; round < 10; round += 1) check(await prepareExecution(makeItems(300))(), 300);
}

async function time(): Promise<number> {
	await warmUp();
	const runs = Array.from({ length: Math.round(total / size) }, () =>
		prepareExecution(makeItems(size)),
	);
	globalThis.gc?.();
	const started = performance.now();
	for (const run of runs) check(await run(), size);
	return ((performance.now() - started) * 1000) / (runs.length * size);
}

/** MB in use: what nobody needs any more is thrown away first. */
function inUse(): number {
	globalThis.gc?.();
	const { heapUsed, external } = process.memoryUsage();
	return (heapUsed + external) / 2 ** 20;
}

async function memory(): Promise<{ peak: number; output: number }> {
	await warmUp();
	const items = makeItems(size);
	let sent = 0;
	const used: Array<{ share: number; memory: number }> = [];
	const step = Math.max(1, Math.floor(size / SAMPLES));
	const sample = () => {
		if ((sent += 1) % step === 0) used.push({ share: sent / size, memory: inUse() });
	};
	const held: { output?: INodeExecutionData[] } = {};
	const run = prepareExecution(items, sample);
	const before = inUse();
	// In a function of its own, so that nothing else holds on to the output.
	await (async () => void (held.output = check(await run(), size)))();
	const after = inUse();
	delete held.output;
	const output = after - inUse();
	// On the way there is only so much of the output yet.
	const above = used.map(({ share, memory }) => memory - before - output * share);
	return { peak: Math.max(0, after - before - output, ...above), output };
}

console.log(JSON.stringify(mode === 'time' ? await time() : await memory()));
