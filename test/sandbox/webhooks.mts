// Vortex's side of a webhook: signs, sends, and tries again with a growing pause.
import { createHmac, randomUUID } from 'node:crypto';
import pRetry from 'p-retry';

export interface Destination {
	id: string;
	url: string;
	secret: string;
	/** What a person calls it. */
	name?: string;
	/** Event types and analytics names that are sent there; everything when left out. */
	events?: string[];
}

export interface Attempt {
	at: string;
	/** HTTP status of the answer, or what went wrong. */
	answer: number | string;
	body: string;
}

export interface Delivery {
	id: string;
	destinationId: string;
	url: string;
	/** The event's type, or an analytics event's name. */
	event: string;
	eventId: string;
	body: string;
	signature: string;
	/** What is wrong with it on purpose. Such a delivery is tried once. */
	trial?: string;
	state: 'pending' | 'delivered' | 'given up';
	attempts: Attempt[];
}

export interface WebhookSettings {
	/** Further tries after the first. */
	retries: number;
	/** Pause before the first further try, in ms; each pause is twice the one before. */
	firstPause: number;
	/** Longest pause, in ms. */
	longestPause: number;
	/** How long the receiver may take to answer, in ms. */
	timeout: number;
}

const SETTINGS: WebhookSettings = {
	retries: 8,
	firstPause: 500,
	longestPause: 60_000,
	timeout: 15_000,
};

export class Webhooks {
	readonly deliveries: Delivery[] = [];

	private readonly destinations = new Map<string, Destination>();

	private readonly settings: WebhookSettings;

	private readonly stopping = new AbortController();

	private readonly underWay = new Set<Promise<void>>();

	private readonly attempted: (delivery: Delivery, attempt: Attempt) => void;

	constructor(
		settings: Partial<WebhookSettings> = {},
		attempted: (delivery: Delivery, attempt: Attempt) => void = () => {},
	) {
		this.settings = { ...SETTINGS, ...settings };
		this.attempted = attempted;
	}

	register(destination: Omit<Destination, 'id'>): Destination {
		const registered = { id: randomUUID(), ...destination };
		this.destinations.set(registered.id, registered);
		return registered;
	}

	unregister(id: string): boolean {
		return this.destinations.delete(id);
	}

	list(): Destination[] {
		return [...this.destinations.values()];
	}

	/** Sends an event to every destination that wants it; the deliveries go on by themselves. */
	publish(event: { id: string; type?: string; name?: string }): Delivery[] {
		const name = String(event.type ?? event.name);
		return this.list()
			.filter(({ events }) => events === undefined || events.includes(name))
			.map((destination) => this.deliver(destination, name, event.id, JSON.stringify(event)));
	}

	/** Sends a body as it is, with a signature of the caller's choice: to try what n8n refuses. */
	deliver(
		destination: Destination,
		event: string,
		eventId: string,
		body: string,
		special: { signature?: string; trial?: string } = {},
	): Delivery {
		const delivery: Delivery = {
			id: randomUUID(),
			destinationId: destination.id,
			url: destination.url,
			event,
			eventId,
			body,
			signature: special.signature ?? sign(body, destination.secret),
			trial: special.trial,
			state: 'pending',
			attempts: [],
		};
		this.deliveries.push(delivery);
		const sending = this.send(delivery).finally(() => this.underWay.delete(sending));
		this.underWay.add(sending);
		return delivery;
	}

	/** Resolves when no delivery is under way any more. */
	async settled(): Promise<void> {
		while (this.underWay.size > 0) await Promise.all(this.underWay);
	}

	async stop(): Promise<void> {
		this.stopping.abort();
		await this.settled();
	}

	clear(): void {
		this.deliveries.length = 0;
		this.destinations.clear();
	}

	private async send(delivery: Delivery): Promise<void> {
		const { retries, firstPause, longestPause } = this.settings;
		try {
			await pRetry(async () => await this.attempt(delivery), {
				retries: delivery.trial === undefined ? retries : 0,
				minTimeout: firstPause,
				maxTimeout: longestPause,
				factor: 2,
				signal: this.stopping.signal,
			});
			delivery.state = 'delivered';
		} catch {
			delivery.state = 'given up';
		}
	}

	private async attempt(delivery: Delivery): Promise<void> {
		const attempt: Attempt = { at: new Date().toISOString(), answer: '', body: '' };
		delivery.attempts.push(attempt);
		try {
			const response = await fetch(delivery.url, {
				method: 'POST',
				headers: {
					'Content-Type': 'application/json',
					'X-Vortex-Signature': delivery.signature,
				},
				body: delivery.body,
				redirect: 'manual',
				signal: AbortSignal.any([AbortSignal.timeout(this.settings.timeout), this.stopping.signal]),
			});
			attempt.answer = response.status;
			attempt.body = await response.text();
		} catch (error) {
			attempt.answer = reason(error);
		}
		if (!this.stopping.signal.aborted) this.attempted(delivery, attempt);
		if (typeof attempt.answer !== 'number' || attempt.answer < 200 || attempt.answer > 299) {
			throw new Error(`The receiver answered ${attempt.answer}`);
		}
	}
}

/** `X-Vortex-Signature` of a body. */
export function sign(body: string, secret: string): string {
	return createHmac('sha256', secret).update(body, 'utf8').digest('hex');
}

function reason(error: unknown): string {
	const { message, cause } = error as Error;
	return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
