// Spreads deliveries over several processes of n8n, one after the other, as a load balancer does.
import replyFrom from '@fastify/reply-from';
import fastify, { type FastifyInstance } from 'fastify';
import type { N8nProcess } from '../n8n-host/process.mts';

/** One try to deliver, as the balancer saw it. */
export interface Passage {
	eventId: string;
	/** Address of the process of n8n that got it; none when none was ready. */
	receiver?: string;
	/** Its id, which is another one after a restart. */
	pid?: number;
	/** HTTP status that the sender was given. */
	status: number;
}

/** How often each receiver is asked whether it is ready, in ms. */
const CHECK_INTERVAL = 250;

export class Balancer {
	readonly passages: Passage[] = [];

	url = '';

	private readonly app: FastifyInstance = fastify({ forceCloseConnections: true });

	private readonly receivers: N8nProcess[];

	private readonly checksReadiness: boolean;

	private readonly down = new Set<N8nProcess>();

	private turn = 0;

	private timer: NodeJS.Timeout | undefined;

	/**
	 * @param checksReadiness whether a receiver gets nothing until n8n says that it is ready: while it
	 *   starts, n8n answers 200 to everything, and throws it away
	 */
	constructor(receivers: N8nProcess[], checksReadiness: boolean) {
		this.receivers = receivers;
		this.checksReadiness = checksReadiness;
	}

	async listen(): Promise<void> {
		const { app } = this;
		await app.register(replyFrom, { undici: { connections: 50, pipelining: 1 } });
		app.removeAllContentTypeParsers();
		// The bytes as they are: the signature is made over them.
		app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
			done(null, body),
		);
		app.post('*', (request, reply) => {
			const receiver = this.next();
			const body = request.body as Buffer;
			const { id: eventId } = JSON.parse(body.toString()) as { id: string };
			const seen = { eventId, receiver: receiver?.url, pid: receiver?.pid };
			reply.raw.once('close', () => this.passages.push({ ...seen, status: reply.statusCode }));
			if (receiver === undefined) return reply.status(503).send();
			return reply.from(receiver.url + request.url, {
				body,
				contentType: String(request.headers['content-type']),
				// The sender tries again, as Vortex does: it is not for the balancer to do so.
				retriesCount: 0,
				onError: (answer, { error }) => {
					if (this.checksReadiness) this.down.add(receiver);
					answer.status(502).send(error.message);
				},
			});
		});
		this.url = await app.listen({ host: '127.0.0.1', port: 0 });
		if (this.checksReadiness) this.timer = setInterval(() => void this.check(), CHECK_INTERVAL);
	}

	async close(): Promise<void> {
		clearInterval(this.timer);
		await this.app.close();
	}

	private next(): N8nProcess | undefined {
		const up = this.receivers.filter((receiver) => !this.down.has(receiver));
		this.turn += 1;
		return up[this.turn % up.length];
	}

	private async check(): Promise<void> {
		for (const receiver of this.receivers) {
			const health = await fetch(`${receiver.url}/healthz/readiness`).catch(() => undefined);
			if (health?.ok) this.down.delete(receiver);
			else this.down.add(receiver);
		}
	}
}
