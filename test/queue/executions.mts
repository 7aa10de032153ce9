// The executions that n8n has stored, with the event that started each.
import { DatabaseSync } from 'node:sqlite';
import type { N8n } from '../n8n-host/n8n.mts';
import type { Postgres } from '../n8n-host/postgres.mts';

export interface Execution {
	id: string;
	/** n8n's own word: new, running, success, error, crashed … */
	status: string;
	/** `webhook`, or `retry` for one that was started from the list of executions. */
	mode: string;
	/** The event in the trigger's data, as it is stored; null when n8n has thrown the data away. */
	eventId: string | null;
}

interface Row extends Omit<Execution, 'eventId'> {
	data: string | null;
}

const SELECT = `
	select cast(e.id as text) as id, e.status, e.mode, d.data
	from execution_entity e left join execution_data d on d."executionId" = e.id
	order by e.id`;

const UNFINISHED = `select count(*) as n from execution_entity where status in ('new', 'running')`;

/** How to look into a database of n8n. */
export interface Store {
	executions(): Promise<Execution[]>;
	/** How many wait or run. */
	unfinished(): Promise<number>;
}

export function inPostgres(postgres: Postgres): Store {
	return {
		executions: async () => (await postgres.query<Row>(SELECT)).map(toExecution),
		unfinished: async () => (await postgres.query<{ n: number }>(UNFINISHED))[0].n,
	};
}

/** @param file n8n's SQLite database */
export function inSqlite(file: string): Store {
	const query = (select: string) => {
		const database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
		try {
			return database.prepare(select).all() as unknown[];
		} finally {
			database.close();
		}
	};
	return {
		executions: async () => (query(SELECT) as Row[]).map(toExecution),
		unfinished: async () => (query(UNFINISHED) as Array<{ n: number }>)[0].n,
	};
}

function toExecution({ data, ...row }: Row): Execution {
	return { ...row, eventId: data?.match(/evt_[0-9a-f-]{36}/)?.[0] ?? null };
}

/** What came of retrying every execution with a status, each through n8n's own API. */
export interface Retried {
	listed: number;
	succeeded: number;
}

/** Presses "Retry" for every execution that n8n lists with a status. */
export async function retryAll(n8n: N8n, status: 'crashed' | 'error'): Promise<Retried> {
	const filter = encodeURIComponent(JSON.stringify({ status: [status] }));
	const { results } = await n8n.call<{ results: Array<{ id: string }> }>(
		'GET',
		`/rest/executions?limit=100&filter=${filter}`,
	);
	let succeeded = 0;
	for (const { id } of results) {
		const retried = await n8n.call<{ status: string }>('POST', `/rest/executions/${id}/retry`, {
			loadWorkflow: false,
		});
		if (retried.status === 'success') succeeded += 1;
	}
	return { listed: results.length, succeeded };
}
