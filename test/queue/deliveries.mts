// What Vortex sends: accepted invitations, and some of them a second time.
import { setTimeout as pause } from 'node:timers/promises';
import { webhookEvent } from '../sandbox/events.mts';
import type { Delivery, Destination, Webhooks } from '../sandbox/webhooks.mts';

/** Every how many deliveries one is a repeat. */
const REPEAT_EVERY = 10;

/** How many deliveries back the repeated one was sent: some at once, some long after. */
const DISTANCES = [1, 2, 8, 41, 150];

/** Deliveries that wait for their answer at the same time. */
const WINDOW = 40;

/** What happens once a number of deliveries has been sent. */
export interface Incident {
	after: number;
	happen: () => Promise<void>;
}

type Event = ReturnType<typeof webhookEvent>;

/**
 * @param count how many deliveries
 * @param accept makes an accepted invitation
 * @returns the events in the order of sending; each tenth is one that was there before
 */
export function plan(count: number, accept: (number: number) => object): Event[] {
	const events: Event[] = [];
	for (let i = 0; i < count; i += 1) {
		const distance = DISTANCES[Math.floor(i / REPEAT_EVERY) % DISTANCES.length];
		const isRepeat = i % REPEAT_EVERY === REPEAT_EVERY - 1;
		events.push(isRepeat ? events[Math.max(0, i - distance)] : accepted(accept(i)));
	}
	return events;
}

/** Sends events, each as soon as there is room, and goes on until each is answered or given up. */
export async function send(
	webhooks: Webhooks,
	destination: Destination,
	events: Event[],
	incidents: Incident[],
): Promise<{ deliveries: Delivery[]; sendingSeconds: number }> {
	const start = performance.now();
	const deliveries: Delivery[] = [];
	const happening: Array<Promise<void>> = [];
	for (const event of events) {
		while (deliveries.filter(({ state }) => state === 'pending').length >= WINDOW) await pause(10);
		deliveries.push(webhooks.deliver(destination, event.type, event.id, JSON.stringify(event)));
		const incident = incidents.find(({ after }) => after === deliveries.length);
		if (incident) happening.push(begun(incident));
	}
	await webhooks.settled();
	const sendingSeconds = (performance.now() - start) / 1000;
	await Promise.all(happening);
	return { deliveries, sendingSeconds };
}

/** What goes wrong in it is reported once everything is sent. */
function begun({ happen }: Incident): Promise<void> {
	const incident = happen();
	incident.catch(() => {});
	return incident;
}

function accepted(data: object): Event {
	const what = { type: 'invitation.accepted', sourceTable: 'invitations' };
	return webhookEvent({ ...what, operation: 'update', data: { ...data } });
}
