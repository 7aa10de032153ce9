// What goes wrong between n8n and Vortex in a real run, and that nothing is done twice because of it.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionRecord } from '../n8n-host/n8n.mts';
import { freePort } from '../n8n-host/ports.mts';
import { createSandbox } from '../sandbox/server.mts';
import { Bench, ended, output, vortexStep, type Step } from './flows.mts';
import { useOwnSandbox, useStage } from './host.mts';

const stage = useStage();
const sandbox = useOwnSandbox(stage);

let bench: Bench;
let lateUrl = '';
let latePort = 0;

const CREATE = {
	widgetConfigurationId: 'wc-1',
	targetType: 'email',
	targetValue: '={{ $json.email }}',
	inviterUserId: 'user-17',
};
const ONE_BY_ONE = { ...CREATE, options: { concurrency: 1 } };
const HURRIED = { ...CREATE, options: { timeout: 700 } };

const GUESTS = ['ann@example.com', 'bob@example.com', 'carl@example.com'];
const ITEMS = GUESTS.map((email) => ({ email }));

beforeAll(async () => {
	latePort = await freePort();
	lateUrl = `http://127.0.0.1:${latePort}`;
	const good = await stage.addCredential('Own sandbox', { baseUrl: sandbox.url });
	const late = await stage.addCredential('Not yet there', { baseUrl: lateUrl });
	const nameless = await stage.addCredential('No such name', { baseUrl: 'http://vortex.invalid' });
	const retry: Partial<Step> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
	const create = (name: string, parameters: object, settings: Partial<Step> = {}, at = good) =>
		vortexStep('invitation/create', at, parameters, { name, ...settings });
	bench = await Bench.publish(stage.n8n, 'Failures', [
		create('Create', ONE_BY_ONE),
		create('Create with Retry On Fail', ONE_BY_ONE, retry),
		create('Create in a hurry', HURRIED),
		create('Create late', CREATE, {}, late),
		create('Create nowhere', { ...CREATE, options: { maxRetries: 1 } }, {}, nameless),
		create('Create and go on', ONE_BY_ONE, { onError: 'continueRegularOutput' }),
		vortexStep('invitation/get', good, { invitationId: '={{ $json.id }}' }),
		vortexStep('invitation/acceptAll', good, { userEmail: '={{ $json.email }}' }),
	]);
});

beforeEach(() => {
	sandbox.invitations.clear();
	sandbox.faults.clear();
});

const invited = () => sandbox.invitations.all().map(({ target }) => target[0].value);
const askedFor = () =>
	sandbox.faults.encounters.map(({ body }) => (body as { target: { value: string } }).target.value);

/** Refuses the second request of the test. */
function refuseSecond(): void {
	sandbox.faults.plan = ({ index }) =>
		index === 1 ? { kind: 'answer', status: 400, body: '{"message":"Not today"}' } : undefined;
}

function expectFailed({ status, error }: ExecutionRecord, message: RegExp, description: RegExp) {
	expect(status).toBe('error');
	expect(error?.message).toMatch(message);
	expect(error?.description).toMatch(description);
}

describe('what has finished is not done again', () => {
	it('by Retry On Fail', async () => {
		refuseSecond();
		const execution = await bench.run('Create with Retry On Fail', ITEMS);
		expect(execution.status).toBe('success');
		expect(askedFor()).toEqual([GUESTS[0], GUESTS[1], GUESTS[1], GUESTS[2]]);
		expect(invited()).toEqual(GUESTS);
		const ids = sandbox.invitations.all().map(({ id }) => id);
		expect(output(execution, 'Create with Retry On Fail')).toMatchObject(
			ids.map((id, item) => ({ json: { id }, pairedItem: { item } })),
		);
	});

	it('by Executions → Retry, which returns its results', async () => {
		refuseSecond();
		const failed = await bench.run('Create', ITEMS);
		expectFailed(failed, /Not today/, /1 of 3 invitations had been created before this\./);
		const { id } = bench.published;
		const before = (await stage.n8n.executions(id)).length;
		await stage.n8n.retry(failed.id);
		const [last] = await ended(stage.n8n, id, before + 1);
		const again = await stage.n8n.execution(last.id);
		expect(again).toMatchObject({ status: 'success', mode: 'retry', retryOf: failed.id });
		expect(askedFor()).toEqual([GUESTS[0], GUESTS[1], GUESTS[1], GUESTS[2]]);
		expect(invited()).toEqual(GUESTS);
		const ids = sandbox.invitations.all().map((invitation) => invitation.id);
		expect(output(again, 'Create').map(({ json }) => json.id)).toEqual(ids);
	});
});

it('gives a failed item as an item when the step is told to continue', async () => {
	refuseSecond();
	const execution = await bench.run('Create and go on', ITEMS);
	expect(execution.status).toBe('success');
	expect(output(execution, 'Create and go on')).toMatchObject([
		{ json: { status: 'queued' }, pairedItem: { item: 0 } },
		{ json: { error: expect.stringContaining('Not today') as unknown }, pairedItem: { item: 1 } },
		{ json: { status: 'queued' }, pairedItem: { item: 2 } },
	]);
});

describe('a service that cannot be reached', () => {
	it('is asked again: nothing has been sent', async () => {
		const late = createSandbox({ apiKey: stage.apiKey });
		const opening = new Promise((done) => setTimeout(done, 250)).then(
			async () => await late.listen(latePort),
		);
		try {
			const execution = await bench.run('Create late', ITEMS.slice(0, 1));
			expect(execution.error?.message).toBeUndefined();
			expect(late.requests).toHaveLength(1);
		} finally {
			await opening;
			await late.close();
		}
	});

	it('is named with the reason in the end', async () => {
		const execution = await bench.run('Create late', ITEMS.slice(0, 1));
		expectFailed(
			execution,
			/^Vortex could not be reached \(ECONNREFUSED\)$/,
			/^Nothing was changed\. Check the network/,
		);
	});

	it('is named with the reason when its name is unknown', async () => {
		const execution = await bench.run('Create nowhere', ITEMS.slice(0, 1));
		expectFailed(
			execution,
			/^Vortex could not be reached \((ENOTFOUND|EAI_AGAIN)\)$/,
			/^Nothing was changed\./,
		);
	});
});

describe('a connection that breaks after something was sent', () => {
	const UNKNOWN = /^It may have been done all the same: look in Vortex/;

	it('leaves an invitation unknown, and it is sent once', async () => {
		sandbox.faults.plan = () => ({ kind: 'reset', when: 'after' });
		const execution = await bench.run('Create', ITEMS.slice(0, 1));
		expectFailed(execution, /^The connection to Vortex broke/, UNKNOWN);
		expect(invited()).toEqual([GUESTS[0]]);
		expect(askedFor()).toEqual([GUESTS[0]]);
	});

	it('by a timeout: the same', async () => {
		sandbox.faults.plan = () => ({ kind: 'silence', when: 'after' });
		const execution = await bench.run('Create in a hurry', ITEMS.slice(0, 1));
		expectFailed(execution, /^Vortex did not answer in time/, UNKNOWN);
		expect(askedFor()).toEqual([GUESTS[0]]);
	});

	it('by an answer of 502: the same', async () => {
		sandbox.faults.plan = () => ({ kind: 'answer', status: 502, when: 'after' });
		const execution = await bench.run('Create', ITEMS.slice(0, 1));
		expectFailed(execution, /^Vortex is not working normally.*502/, UNKNOWN);
		expect(askedFor()).toEqual([GUESTS[0]]);
	});

	it('does not matter when something is read: it is read again', async () => {
		const { id } = sandbox.invitations.create({
			widgetConfigurationId: 'wc-1',
			inviter: { userId: 'user-17' },
			target: { type: 'email', value: GUESTS[0] },
			linkBase: sandbox.url,
		});
		sandbox.faults.plan = ({ index }) => (index === 0 ? { kind: 'reset' } : undefined);
		const execution = await bench.run('invitation/get', [{ id }]);
		expect(output(execution, 'invitation/get')).toMatchObject([{ json: { id } }]);
		expect(sandbox.faults.encounters).toHaveLength(2);
	});
});

it('waits as long as Vortex asks when it is busy', async () => {
	sandbox.faults.plan = ({ index }) =>
		index === 0 ? { kind: 'answer', status: 429, headers: { 'retry-after': '1' } } : undefined;
	const execution = await bench.run('Create', ITEMS);
	expect(execution.status).toBe('success');
	expect(invited()).toEqual(GUESTS);
	expect(sandbox.faults.encounters).toHaveLength(4);
});

it('stores the hint that nothing was there to accept', async () => {
	const { runs, status } = await bench.run('invitation/acceptAll', ITEMS.slice(0, 1));
	expect(status).toBe('success');
	expect(runs['invitation/acceptAll'][0].hints).toMatchObject([
		{ message: expect.stringMatching(/no open invitation/i) as unknown },
	]);
});
