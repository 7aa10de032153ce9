import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/** A finished item: what it asked for, as a digest, and what it gave. */
type Finished = [fingerprint: string, outputs: IDataObject[]];

/** By run index, then by item index. */
type Memory = Record<string, Record<string, Finished>>;

const KEY = 'vortexFinished';

/** Most bytes of results kept: they become a part of the stored execution. */
const MOST_BYTES = 256 * 1024;

/** Earlier runs of the node, in a loop, whose results are kept: n8n does not go back further. */
const MOST_RUNS = 20;

/**
 * What earlier tries of one run of the node have finished, so that "Retry On Fail" and Executions →
 * Retry do not invite anybody a second time. n8n keeps a node's context across the tries and stores
 * it with the execution; it shares it between the runs of a loop, so everything is kept by run index.
 */
export class Memo {
	private readonly memory: Memory;

	/** The entries of this run. */
	private readonly finished: Record<string, Finished>;

	constructor(
		host: IExecuteFunctions,
		private readonly runIndex: number,
	) {
		const context = contextOf(host);
		context[KEY] ??= {};
		this.memory = context[KEY] as unknown as Memory;
		for (const run of Object.keys(this.memory)) {
			if (Number(run) <= runIndex - MOST_RUNS) delete this.memory[run];
		}
		this.finished = this.memory[runIndex] ?? {};
	}

	/** @returns what the item gave, if it has finished and asks for the same now as it did then */
	recall(index: number, fingerprint: () => string): IDataObject[] | undefined {
		const entry = this.finished[index];
		return entry !== undefined && entry[0] === fingerprint() ? entry[1] : undefined;
	}

	/**
	 * Keeps the results of a run that has not gone well as a whole. Results beyond what fits are cut
	 * down to their ids: that they are finished is never forgotten.
	 *
	 * @param results the finished items, by index
	 */
	keep(results: Iterable<[index: number, fingerprint: string, outputs: IDataObject[]]>): void {
		let bytes = 0;
		for (const [index, fingerprint, outputs] of results) {
			bytes += JSON.stringify(outputs).length;
			this.finished[index] = [fingerprint, bytes > MOST_BYTES ? outputs.map(idsOf) : outputs];
		}
		this.memory[this.runIndex] = this.finished;
	}

	/** Forgets this run: it has gone well, so n8n does not repeat it. */
	clear(): void {
		delete this.memory[this.runIndex];
	}
}

/** Where the host keeps no context, as in a step tried on its own, there is nothing to repeat. */
function contextOf(host: IExecuteFunctions): IDataObject {
	try {
		return host.getContext('node');
	} catch {
		return {};
	}
}

function idsOf(output: IDataObject): IDataObject {
	const ids = Object.entries(output).filter(([name]) => /^(id|success|deleted|.*Ids?)$/.test(name));
	return ids.length === 0 ? { success: true } : Object.fromEntries(ids);
}

/** @returns a digest of what an item asks for: equal only when every value is */
export function fingerprintOf(values: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(values)).digest('base64').slice(0, 22);
}
