// The 503 of the contract's table, with less patience than the 10 s that test/unit/ledger.test.mts counts.
import { expect, it, vi } from 'vitest';
import { newEvent, useWebhookHost } from './webhook-host.mts';

vi.mock('../../nodes/VortexTrigger/ledger', async (original) => {
	const { Ledger } = await original<typeof import('../../nodes/VortexTrigger/ledger')>();
	return {
		Ledger: class extends Ledger {
			constructor() {
				super({ patience: 100, interval: 5 });
			}
		},
	};
});

const host = useWebhookHost();

it('sends a repetition away when the first is not answered in time, and takes it later', async () => {
	const trigger = host.publish();
	const event = newEvent();
	const release = trigger.holdStoring();
	const first = trigger.deliver(event);
	await trigger.storing();

	const repetition = await trigger.deliver(event);
	expect(repetition).toMatchObject({ status: 503, type: 'application/json' });
	expect(JSON.parse(repetition.body)).toEqual({ message: expect.stringMatching(/again later/) });
	expect(Number(repetition.headers['retry-after'])).toBeGreaterThan(0);

	release();
	expect((await first).status).toBe(200);
	expect((await trigger.deliver(event)).status).toBe(200);
	expect(trigger.executions).toHaveLength(1);
});
