// HTTP as bytes on a socket, for senders that keep to no rule.
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
	status: number;
	/** The status line and the header lines. */
	head: string[];
	body: string;
}

/**
 * @param url where it goes
 * @param headers names and values as they are sent, byte for byte; `Host` is added
 * @returns the head of a POST request, up to and with the empty line
 */
export function requestHead(url: string, headers: Array<[name: string, value: string]>): Buffer {
	const { host, pathname } = new URL(url);
	const lines = [['Host', host], ...headers].map(([name, value]) => `${name}: ${value}`);
	return Buffer.from([`POST ${pathname} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1');
}

/** Opens a connection whose failures are for `answers` to tell. */
export function dial(url: string): Socket {
	const { hostname, port } = new URL(url);
	return connect({ host: hostname, port: Number(port), allowHalfOpen: true }).on('error', () => {});
}

/**
 * Sends everything and gives what is answered until the other side ends the connection.
 *
 * @param parts what is sent; should say `Connection: close`
 */
export async function exchange(url: string, ...parts: Buffer[]): Promise<RawAnswer[]> {
	const socket = dial(url);
	socket.write(Buffer.concat(parts));
	return await answers(socket);
}

/** Sends less than was promised and says that nothing more comes. For Node.js that is hanging up. */
export async function breakOff(url: string, ...parts: Buffer[]): Promise<RawAnswer[]> {
	const socket = dial(url);
	socket.end(Buffer.concat(parts));
	return await answers(socket);
}

/** How long the other side may be silent, in ms: more than that is hanging. */
const PATIENCE = 60_000;

/** Waits until the other side has ended the connection, and gives what it has answered. */
export async function answers(socket: Socket): Promise<RawAnswer[]> {
	const chunks: Buffer[] = [];
	socket.on('data', (chunk: Buffer) => chunks.push(chunk));
	socket.setTimeout(PATIENCE, () => socket.destroy(new Error('No answer')));
	await new Promise<void>((resolve) => socket.once('end', resolve).once('close', resolve));
	socket.destroy();
	return parse(Buffer.concat(chunks).toString('latin1'));
}

/** Takes apart answers whose length is declared: n8n and Node.js send no others here. */
function parse(text: string): RawAnswer[] {
	const end = text.indexOf('\r\n\r\n');
	if (end < 0) return [];
	const head = text.slice(0, end).split('\r\n');
	const declared = head.map((line) => /^content-length: (\d+)$/i.exec(line)?.[1]).find(Boolean);
	const next = end + 4 + Number(declared ?? 0);
	const answer = { status: Number(head[0].split(' ')[1]), head, body: text.slice(end + 4, next) };
	return [answer, ...parse(text.slice(next))];
}
