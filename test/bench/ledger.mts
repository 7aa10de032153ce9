// The trigger's ledger with many events, in a process of its own: node --expose-gc test/bench/ledger.mts 100000
import { EventEmitter } from 'node:events';
import type { Answer, Ledger as LedgerClass } from '../../nodes/VortexTrigger/ledger';
import { loadBuilt } from './built.mts';

const { Ledger } = loadBuilt<{ Ledger: typeof LedgerClass }>('nodes/VortexTrigger/ledger.js');

const total = Number(process.argv[2]);

/** Events measured at once: the second such stretch, when the ledger is full, and the last. */
const STRETCH = 20_000;

/** The host's answer, which comes after the claim. */
class HostAnswer extends EventEmitter implements Answer {
	statusCode = 200;

	writableEnded = false;

	end(): void {
		this.writableEnded = true;
		this.emit('finish');
		this.emit('close');
	}
}

const ledger = new Ledger();

async function feed(from: number, to: number): Promise<void> {
	for (let index = from; index < to; index += 1) {
		const answer = new HostAnswer();
		const claim = await ledger.claim(['workflow-1', 'node-1', `event-${index}`], answer);
		if (claim !== 'first') throw new Error(`A new event was taken for ${claim}`);
		answer.end();
	}
}

async function timed(from: number): Promise<number> {
	globalThis.gc?.();
	const started = performance.now();
	await feed(from, from + STRETCH);
	return ((performance.now() - started) * 1000) / STRETCH;
}

function inUse(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / 2 ** 20;
}

const warm = new Ledger();
for (let index = 0; index < STRETCH; index += 1) {
	const answer = new HostAnswer();
	await warm.claim(['warm', '', String(index)], answer);
	answer.end();
}
const before = inUse();
await feed(0, STRETCH);
const early = await timed(STRETCH);
await feed(2 * STRETCH, total - STRETCH);
const late = await timed(total - STRETCH);
const memory = inUse() - before;
console.log(JSON.stringify({ early, late, memory, size: ledger.size }));
