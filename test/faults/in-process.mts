// The action node on n8n's real context, its requests handed to the sandbox within this process: nothing is
// waited for but the clock of the test.
import { ExecuteContext } from 'n8n-core';
import {
	createRunExecutionData,
	type IHttpRequestOptions,
	type INodeExecutionData,
	type IExecuteFunctions,
} from 'n8n-workflow';
import { vi } from 'vitest';
import { REAL_CLOCK } from '../../nodes/shared/client';
import { Vortex } from '../../nodes/Vortex/Vortex.node';
import { makeWorkflow, type Setup } from '../host/n8n.mts';
import type { Sandbox } from '../sandbox/server.mts';
import type { JumpingClock } from '../support/clock.mts';

/**
 * Runs the node on the clock, the sandbox's latency and limits included.
 *
 * @returns the items of its first output, or the error that it ended with
 */
export async function runInProcess(
	sandbox: Sandbox,
	clock: JumpingClock,
	setup: Setup,
): Promise<INodeExecutionData[] | Error> {
	vi.spyOn(REAL_CLOCK, 'now').mockImplementation(clock.now);
	vi.spyOn(REAL_CLOCK, 'sleep').mockImplementation(clock.sleep);
	vi.spyOn(REAL_CLOCK, 'moment').mockImplementation(clock.moment);
	vi.spyOn(REAL_CLOCK, 'random').mockImplementation(clock.random);
	sandbox.faults.clock = clock;
	const { workflow, node, additionalData } = makeWorkflow(setup);
	const input = (setup.items ?? [{}]).map((json) => ({ json: json as never }));
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'manual',
		createRunExecutionData(),
		0,
		input,
		{ main: [input] },
		{ node, data: { main: [input] }, source: null },
		[],
	);
	context.helpers.httpRequestWithAuthentication = async (
		_type: string,
		{ method = 'GET', url, headers, body }: IHttpRequestOptions,
	) => {
		const { pathname, search } = new URL(url);
		const response = await sandbox.app.inject({
			method: method as 'GET',
			url: pathname + search,
			headers: { ...headers, 'x-api-key': String(setup.credential?.apiKey) } as never,
			payload: body as string | undefined,
		});
		const { statusCode } = response;
		return { statusCode, headers: response.headers, body: response.body };
	};
	const run = new Vortex().execute.call(context as unknown as IExecuteFunctions);
	const outputs = await clock.during(run).catch((error: Error) => error);
	return outputs instanceof Error ? outputs : outputs[0];
}
