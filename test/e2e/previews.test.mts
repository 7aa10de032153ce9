// Output previews: served by a real n8n, and seen in its editor before anything has run.
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { resources } from '../../nodes/Vortex/resources';
import { picture, useEditor } from './editor.mts';
import { useStage } from './host.mts';
import { has } from './quirks.mts';

const stage = useStage();
const editor = useEditor(stage);

const [NODE_VERSION, TRIGGER_VERSION] = has('wantsWholeVersion')
	? ['1.0.0', '1.0.0']
	: ['1.0', '1'];

const PATHS = [
	`vortexTrigger/${TRIGGER_VERSION}`,
	...resources.flatMap((resource) =>
		resource.operations.map(
			({ option }) => `vortex/${NODE_VERSION}/${resource.option.value}/${option.value}`,
		),
	),
];

it.each(PATHS)('n8n serves the preview of %s', async (path) => {
	const answer = await fetch(`${stage.n8n.url}/schemas/n8n-nodes-vortex.${path}.json`);
	expect(answer.status).toBe(200);
	expect(await answer.json()).toMatchObject({ type: 'object', properties: expect.anything() });
});

/** Trigger → Get → a step that shows what reaches it. */
async function saveFlow(): Promise<string> {
	const vortexApi = await stage.addCredential();
	const step = (name: string, type: string, x: number, parameters: object, more = {}) => ({
		id: randomUUID(),
		name,
		type,
		typeVersion: 1,
		position: [x, 0],
		parameters,
		...more,
	});
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const { id } = await stage.n8n.call<{ id: string }>('POST', '/rest/workflows', {
		name: 'Previews',
		active: false,
		settings: {},
		nodes: [
			step(
				'Vortex Trigger',
				'n8n-nodes-vortex.vortexTrigger',
				0,
				{},
				{
					credentials: { vortexApi },
					webhookId: randomUUID(),
				},
			),
			step(
				'Get an invitation',
				'n8n-nodes-vortex.vortex',
				240,
				{ resource: 'invitation', operation: 'get', invitationId: 'x' },
				{ credentials: { vortexApi } },
			),
			step('Nothing', 'n8n-nodes-base.noOp', 480, {}),
		],
		connections: { 'Vortex Trigger': to('Get an invitation'), 'Get an invitation': to('Nothing') },
	});
	return id;
}

// n8n 2.41's editor refuses previews of triggers ("Trigger nodes do not have schema previews"), so that
// of the Vortex Trigger is only served: to n8n's AI builder, and to editors that will show it.
it('shows the fields of Get an invitation in the editor before anything has run', async () => {
	await editor.open(await saveFlow());
	await editor.openStep('Nothing');
	const preview = editor.page.locator('[data-test-id="ndv-input-panel"]');
	await preview.getByText('Preview').first().waitFor();
	for (const field of ['id', 'status', 'targetValue', 'scopeId', 'inviterUserId']) {
		await preview.getByText(field, { exact: true }).first().waitFor();
	}
	await editor.page.screenshot({ path: picture('output-preview') });
});
