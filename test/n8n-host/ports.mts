// Free and busy ports of this machine.
import { createServer } from 'node:net';
import { Stop } from '../support/say.mts';

/** @returns the port, or 0's replacement. Refuses a port that is in use, naming the option. */
export async function claimPort(port: number, option: string): Promise<number> {
	try {
		return await tryPort(port);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EADDRINUSE' || code === 'EACCES') {
			throw new Stop(
				`Port ${port} is in use. Stop what uses it, or choose another port: ${option} ${port + 1}`,
			);
		}
		throw error;
	}
}

/** @returns a port that nobody uses at the moment */
export async function freePort(): Promise<number> {
	return await tryPort(0);
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
