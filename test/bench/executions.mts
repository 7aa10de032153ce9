// What n8n has stored of its executions.
import { parse } from 'flatted';
import type { N8n } from '../n8n-host/n8n.mts';
import { waitFor } from '../support/say.mts';

/** A stored execution: how it ended, and how long its last step took. */
export interface Ended {
	status: string;
	/** As n8n measured it, in ms. */
	stepTime: number;
	/** Items that came out of the step. */
	items: number;
	/** Why it failed, if it did. */
	error?: string;
}

interface StoredRun {
	resultData: {
		runData: {
			[step: string]: Array<{
				executionTime: number;
				data?: { main?: Array<unknown[] | null> };
				error?: { message?: string };
			}>;
		};
	};
}

/**
 * @param step the step whose time is wanted
 * @param after id of the execution before the one that is meant
 */
export async function endedExecution(
	n8n: N8n,
	workflowId: string,
	step: string,
	after: number,
): Promise<Ended & { id: number }> {
	const id = await waitFor('The end of an execution', 60, async () => {
		const [newest] = await n8n.executions(workflowId);
		if (newest === undefined || Number(newest.id) <= after) return undefined;
		return ['success', 'error', 'crashed'].includes(newest.status) ? newest.id : undefined;
	});
	const stored = await n8n.call<{ status: string; data: string }>('GET', `/rest/executions/${id}`);
	const { resultData } = parse(stored.data) as unknown as StoredRun;
	const run = resultData.runData[step]?.at(-1);
	return {
		id: Number(id),
		status: stored.status,
		stepTime: run?.executionTime ?? NaN,
		items: run?.data?.main?.[0]?.length ?? 0,
		error: run?.error?.message,
	};
}

/** @returns how many executions of a workflow are stored, and how many of them have ended well */
export async function countExecutions(
	n8n: N8n,
	workflowId: string,
	status?: string,
): Promise<number> {
	const wanted = { workflowId, ...(status && { status: [status] }) };
	const filter = encodeURIComponent(JSON.stringify(wanted));
	const { count } = await n8n.call<{ count: number }>(
		'GET',
		`/rest/executions?limit=1&filter=${filter}`,
	);
	return count;
}
