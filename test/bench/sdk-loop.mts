// The official SDK in a loop, as its documentation shows it: node test/bench/sdk-loop.mts 200, with
// the API key in VORTEX_API_KEY and the server in VORTEX_API_BASE_URL. Prints how long it took, in ms.
import { Vortex } from '@teamvortexsoftware/vortex-node-22-sdk';
import { inviteRequest, people } from './people.mts';

const vortex = new Vortex(process.env.VORTEX_API_KEY ?? '');
const list = people(Number(process.argv[2]));

const started = performance.now();
let failures = 0;
for (const { email } of list) {
	await vortex.createInvitation(inviteRequest(email)).catch(() => (failures += 1));
}
console.log(JSON.stringify({ time: performance.now() - started, failures }));
