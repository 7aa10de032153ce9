// What became of the deliveries: counted, checked, and printed as a table.
import type { Delivery } from '../sandbox/webhooks.mts';
import type { Passage } from './balancer.mts';
import type { Execution, Retried } from './executions.mts';

/** Everything that was seen of one run. */
export interface RunRecord {
	deliveries: Delivery[];
	passages: Passage[];
	executions: Execution[];
	crashed: Retried;
	failed: Retried;
	/** How many executions n8n believes to be waiting or running at the end. */
	unfinished: number;
	/** Most executions that could be running when n8n was killed. */
	mostCrashed: number;
	/** Event id of each call that the CRM got. */
	crmCalls: string[];
	/** How many contacts the CRM has. */
	contacts: number;
	/** From the first delivery to the last answer. */
	sendingSeconds: number;
	/** From the first delivery until n8n had nothing left to do. */
	seconds: number;
	/** Most memory that each process of n8n has had, in MB. */
	memory: Array<[name: string, megabytes: number]>;
}

export interface Check {
	what: string;
	isGood: boolean;
}

/** What the trigger answers. An n8n that is starting answers 200 too, with something else. */
const RECEIVED = '{"received":true}';

/** Why an event was executed more than once. */
const CAUSES = {
	other: 'a repeat reached another process',
	restarted: 'a repeat reached the process after its restart',
	unanswered: 'n8n was killed before its answer, so it was sent again',
	unknown: 'nobody knows why',
} as const;

type Cause = keyof typeof CAUSES;

export function judge(record: RunRecord): { lines: string[]; checks: Check[] } {
	const { deliveries, executions, crashed, failed, mostCrashed, crmCalls, contacts } = record;
	const events = new Set(deliveries.map(({ eventId }) => eventId));
	const answered = deliveries.filter(({ state }) => state === 'delivered');
	const answeredEvents = new Set(answered.map(({ eventId }) => eventId));
	const fromWebhook = executions.filter(({ mode }) => mode === 'webhook');
	const stored = new Set(fromWebhook.map(({ eventId }) => eventId));
	const lost = [...answeredEvents].filter((id) => !stored.has(id));
	const causes = causesOf(record);
	const repeated = Object.values(causes).reduce((sum, count) => sum + count, 0);
	const calls = countEach(crmCalls);
	const callsPerEvent = [...events].map((id) => calls.get(id) ?? 0);
	const early = answered.filter(({ attempts }) => attempts.at(-1)?.body !== RECEIVED).length;
	const again = [...events].filter((id) => (calls.get(id) ?? 0) > 1);
	const retried = new Set(
		executions.filter(({ mode }) => mode === 'retry').map(({ eventId }) => eventId),
	);
	const tries = deliveries.reduce((sum, { attempts }) => sum + attempts.length, 0);

	const rows: Array<[string, string | number]> = [
		['deliveries', deliveries.length],
		['  of them repeats of an earlier event', deliveries.length - events.size],
		['  answered 2xx', answered.length],
		['  answered 2xx by an n8n that was still starting', early],
		['  tries needed for that', tries],
		['events', events.size],
		['executions started by deliveries', fromWebhook.length],
		['  events answered 2xx without a stored execution', lost.length],
		['  listed as crashed', crashed.listed],
		['  crashed, and successful when retried from n8n', crashed.succeeded],
		['  failed', failed.listed],
		['  failed, and successful when retried from n8n', failed.succeeded],
		['  neither finished nor listed as interrupted', record.unfinished],
		['events executed more than once', repeated],
		...(Object.keys(CAUSES) as Cause[])
			.filter((cause) => causes[cause] > 0)
			.map((cause): [string, number] => [`  ${CAUSES[cause]}`, causes[cause]]),
		['events that reached the CRM', callsPerEvent.filter((count) => count > 0).length],
		['  with one call', callsPerEvent.filter((count) => count === 1).length],
		['  with more calls', again.length],
		['    of them after an interruption', again.filter((id) => retried.has(id)).length],
		['contacts in the CRM', contacts],
		['seconds of sending', record.sendingSeconds.toFixed(1)],
		['deliveries a second', (deliveries.length / record.sendingSeconds).toFixed(1)],
		['seconds until all was done', record.seconds.toFixed(1)],
		...record.memory.map(([name, size]): [string, string] => [`memory of ${name}`, `${size} MB`]),
	];
	const width = Math.max(...rows.map(([what]) => what.length));
	const checks = [
		['every delivery was answered 2xx in the end', answered.length === deliveries.length],
		['every delivery was answered by n8n once it was ready', early === 0],
		['every event answered 2xx has a stored execution', lost.length === 0],
		[`n8n lists 1 to ${mostCrashed} executions as crashed`, within(crashed.listed, mostCrashed)],
		['each crashed execution succeeds when it is retried', crashed.listed === crashed.succeeded],
		['each failed execution succeeds when it is retried', failed.listed === failed.succeeded],
		['no execution is left waiting or running', record.unfinished === 0],
		['it is known why an event was executed more than once', causes.unknown === 0],
		['every event has reached the CRM', callsPerEvent.every((count) => count > 0)],
		[
			'only an interrupted execution has called the CRM again',
			again.every((id) => retried.has(id)),
		],
		['each event is exactly one contact', contacts === events.size],
	].map(([what, isGood]) => ({ what, isGood }) as Check);
	return { lines: rows.map(([what, count]) => `${what.padEnd(width)}  ${count}`), checks };
}

function within(count: number, most: number): boolean {
	return count >= 1 && count <= most;
}

/** Counts the events with more than one execution by what has led to that. */
function causesOf({ executions, passages }: RunRecord): { [cause in Cause]: number } {
	const causes = { other: 0, restarted: 0, unanswered: 0, unknown: 0 };
	const fromWebhook = executions.filter(({ mode }) => mode === 'webhook');
	for (const [eventId, count] of countEach(fromWebhook.map(({ eventId }) => eventId))) {
		if (eventId === null || count < 2) continue;
		const own = passages.filter((passage) => passage.eventId === eventId);
		causes[causeOf(own, count)] += 1;
	}
	return causes;
}

function causeOf(passages: Passage[], executions: number): Cause {
	const taken = passages.filter(({ status }) => status >= 200 && status < 300);
	const processes = new Set(taken.map(({ pid }) => pid));
	if (processes.size < executions) return taken.length < passages.length ? 'unanswered' : 'unknown';
	return new Set(taken.map(({ receiver }) => receiver)).size > 1 ? 'other' : 'restarted';
}

function countEach<T>(all: T[]): Map<T, number> {
	const counts = new Map<T, number>();
	for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
	return counts;
}
