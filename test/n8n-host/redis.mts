// A Redis of this run alone, on a free port of this machine. It keeps nothing.
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { waitFor } from '../support/say.mts';
import { freePort } from './ports.mts';
import { findPrograms, Service, tied } from './services.mts';

export class Redis {
	private port = 0;

	private readonly service: Service;

	private readonly folder: string;

	constructor(folder: string) {
		this.folder = folder;
		this.service = new Service('Redis', path.join(folder, 'redis.log'));
	}

	/** What n8n has to be told. */
	get env(): Record<string, string> {
		return { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(this.port) };
	}

	async start(): Promise<void> {
		const { 'redis-server': program } = await findPrograms(['redis-server']);
		await mkdir(this.folder, { recursive: true });
		this.port = await freePort();
		const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''];
		await this.service.start(tied([program, ...options, '--appendonly', 'no']), this.folder);
		await waitFor('The start of Redis', 20, async () => {
			await this.service.refuseWhenEnded();
			return (await answers(this.port)) || undefined;
		});
	}

	async stop(): Promise<void> {
		await this.service.stop();
	}
}

async function answers(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
		socket.setTimeout(1000, () => socket.destroy());
		socket.once('data', (data) => {
			resolve(data.toString().startsWith('+PONG'));
			socket.destroy();
		});
		socket.once('error', () => resolve(false));
		socket.once('close', () => resolve(false));
	});
}
