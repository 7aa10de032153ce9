import type { INodeTypeDescription } from 'n8n-workflow';

const STEPS = [
	"Open 'Webhook URLs' above. Copy the Test URL while you build, the Production URL for the published workflow.",
	'In Vortex, open Integrations > Webhooks and add a webhook.',
	'Paste the URL there and choose the events to send.',
	'Copy the signing secret that Vortex shows.',
	"Paste it into 'Webhook Signing Secret' of this step's credential.",
];

/**
 * How to connect Vortex, which n8n cannot do by itself: shown above the parameters. The only tags that
 * n8n keeps in a notice are a, ul and li.
 */
export const SET_UP_NOTICE = `Connect Vortex once, in these steps:<ul>${STEPS.map((step) => `<li>${step}</li>`).join('')}</ul>`;

const WHILE_BUILDING =
	"<b>While you build</b>, put the Test URL into Vortex and click 'Execute step'. Then let the event happen, for example accept an invitation: one event is taken and shown here.";

/** What the trigger's panel says around the button that waits for a test event. */
export const TRIGGER_PANEL: INodeTypeDescription['triggerPanel'] = {
	header: 'Pull in an event from Vortex',
	executionsHelp: {
		inactive: `${WHILE_BUILDING}<br /><br /><b>When you are ready</b>, publish the workflow and put the Production URL into Vortex: from then on every chosen event starts it. You will find those runs in the executions list, not here.`,
		active: `${WHILE_BUILDING}<br /><br /><b>This workflow is published</b>: every chosen event that Vortex sends to the Production URL starts it. You will find those runs in the <a data-key="executions">executions list</a>.`,
	},
	activationHint:
		'Once you have finished building, publish the workflow and put the Production URL into Vortex.',
};

export const EVENT_TRIGGER_DESCRIPTION =
	'Waiting for Vortex to send an event to the Test URL. Let one happen now, for example accept an invitation.';

export const ACTIVATION_MESSAGE =
	'Vortex starts this workflow with every chosen event that it sends to the Production URL. Make sure that the Production URL, not the Test URL, is in Vortex under Integrations > Webhooks.';
