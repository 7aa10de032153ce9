// What a person can say behind `pnpm demo`.
import { parseArgs } from 'node:util';
import { claimPort } from '../n8n-host/ports.mts';
import { Stop } from '../support/say.mts';

export const HELP = `pnpm demo [--once] [--reset] [--n8n-port 5690] [--sandbox-port 8790]

Runs an invitation through a real n8n: sent by our node, accepted, reported by a signed webhook, added
to a CRM. Vortex is played by a sandbox on this machine; no account is needed. Your own workflows in
this n8n are kept in .demo and are there again next time.

  --once          play the story once in a fresh n8n, print the contact, and end
  --reset         forget everything that was kept, and start afresh
  --n8n-port      where n8n listens
  --sandbox-port  where the sandbox and its page listen`;

const OPTIONS = {
	once: { type: 'boolean', default: false },
	reset: { type: 'boolean', default: false },
	help: { type: 'boolean', short: 'h', default: false },
	'n8n-port': { type: 'string', default: '5690' },
	'sandbox-port': { type: 'string', default: '8790' },
} as const;

export function readOptions() {
	try {
		return parseArgs({ options: OPTIONS }).values;
	} catch (error) {
		throw new Stop(`${(error as Error).message}\n\n${HELP}`);
	}
}

export interface Ports {
	n8nPort: number;
	sandboxPort: number;
}

export async function claimPorts(options: ReturnType<typeof readOptions>): Promise<Ports> {
	const n8nPort = await claimPort(options['n8n-port'], '--n8n-port');
	const sandboxPort = await claimPort(options['sandbox-port'], '--sandbox-port');
	if (n8nPort === sandboxPort) {
		throw new Stop(`n8n and the sandbox cannot both have port ${n8nPort}. Choose two.`);
	}
	return { n8nPort, sandboxPort };
}
