import type { INodeTypeDescription } from 'n8n-workflow';

const STEPS = [
	'Copy the URL above: the <b>Test URL</b> while you build, the <b>Production URL</b> for the published workflow.',
	'In Vortex, open <b>Integrations</b> &gt; <b>Webhooks</b> and add a webhook.',
	'Paste the URL there and choose the events.',
	'Copy the <b>signing secret</b> that Vortex shows.',
	"Paste it into <b>Webhook Signing Secret</b> of this step's Vortex credential.",
];

const SET_UP = `<ol>${STEPS.map((step) => `<li>${step}</li>`).join('')}</ol>`;

/** What the trigger's panel says around the two URLs. */
export const TRIGGER_PANEL: INodeTypeDescription['triggerPanel'] = {
	header: 'Pull in an event from Vortex',
	executionsHelp: {
		inactive: `To connect Vortex:${SET_UP}<b>While you build</b>, click 'Execute step', then let the event happen in Vortex, for example accept an invitation: one event is taken from the Test URL and shown here.<br /><br /><b>When you are ready</b>, publish the workflow and put the Production URL into Vortex: from then on every event starts it.`,
		active: `To connect Vortex:${SET_UP}<b>While you build</b>, click 'Execute step', then let the event happen in Vortex, for example accept an invitation: one event is taken from the Test URL and shown here.<br /><br /><b>This workflow is published</b>: every event that Vortex sends to the Production URL starts it. Those executions are in the <a data-key="executions">executions list</a>.`,
	},
	activationHint:
		'Once you have finished building, publish the workflow and put the Production URL into Vortex.',
};

export const EVENT_TRIGGER_DESCRIPTION =
	'Waiting for Vortex to send an event to the Test URL. Let one happen now, for example accept an invitation.';

export const ACTIVATION_MESSAGE =
	'Vortex starts this workflow with every chosen event that it sends to the Production URL. Make sure that the Production URL, and not the Test URL, is in Vortex under Integrations > Webhooks.';
