// Free and busy ports of this machine.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Stop } from '../support/say.mts';

/**
 * @param text what was given as port
 * @param option how it was given, for the message
 * @returns the port. Refuses what is no port number, and a port that is in use.
 */
export async function claimPort(text: string, option: string): Promise<number> {
	const port = Number(text);
	if (!Number.isInteger(port) || port < 1 || port > 65_535) {
		throw new Stop(`${option} needs a number from 1 to 65535, not "${text}".`);
	}
	try {
		return await tryPort(port);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const other = `choose another port: ${option} ${port < 65_535 ? port + 1 : port - 1}`;
		if (code === 'EADDRINUSE') {
			throw new Stop(`Port ${port} is in use. Stop what uses it, or ${other}`);
		}
		if (code === 'EACCES') {
			throw new Stop(
				`Port ${port} is not for everybody: please choose one above 1023 with ${option}.`,
			);
		}
		throw error;
	}
}

/**
 * @returns a port that nobody uses at the moment. From a range out of which no system takes the ports
 * of outgoing connections, which would come in between before it is used.
 */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = randomInt(20_000, 32_000);
		const free = await tryPort(port).catch(() => undefined);
		if (free !== undefined) return free;
	}
}

async function tryPort(port: number): Promise<number> {
	const server = createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
		});
	});
}
