// The sandbox as a program of its own that can be told to be slow and to have limits:
// node test/bench/server.mts --port 8787, with the API key in VORTEX_API_KEY.
import { parseArgs } from 'node:util';
import type { Limits } from '../sandbox/faults.mts';
import { createSandbox } from '../sandbox/server.mts';

/** What the server was asked since it was last set. */
export interface Record {
	/** Requests that arrived. */
	arrived: number;
	/** Those answered 429. */
	refused: number;
	/** Invitations made, and how many different addresses they went to. */
	created: number;
	invitees: number;
	mostInFlight: number;
	/** From the first request to the last answer, in ms. */
	time: number;
}

export interface Manner {
	/** How long every answer takes, in ms. */
	latency: number;
	limits: Limits;
}

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const sandbox = createSandbox({ apiKey: process.env.VORTEX_API_KEY ?? '' });
const { app, faults, invitations } = sandbox;

let first: number | undefined;
let last = 0;
app.addHook('onRequest', async ({ url }) => {
	if (url.startsWith('/api/')) first ??= performance.now();
});
app.addHook('onResponse', async ({ url }) => {
	if (url.startsWith('/api/')) last = performance.now();
});

app.put<{ Body: Manner }>('/bench', async ({ body }) => {
	await app.inject({ method: 'POST', url: '/sandbox/reset' });
	faults.clear();
	faults.latency = body.latency;
	faults.limits = body.limits;
	first = undefined;
	last = 0;
	return { ok: true };
});
app.get('/bench', (): Record => {
	const targets = invitations.all().map(({ target }) => target[0].value);
	return {
		arrived: faults.encounters.length,
		refused: faults.encounters.filter(({ fault }) => fault !== undefined).length,
		created: targets.length,
		invitees: new Set(targets).size,
		mostInFlight: faults.mostInFlight,
		time: last - (first ?? last),
	};
});

await sandbox.listen(Number(values.port));
console.log(sandbox.url);
process.once('SIGTERM', () => void sandbox.close().then(() => process.exit(0)));
