// Nobody notices by themselves that a mail never arrived: the team is told.
import { canvas, postJson, vortexTrigger, type Setting } from './canvas.mts';

const NOTE = `## On bounced → tell the team
A mail could not be delivered: often the address has a typing error. The team gets a message (here: the stand-in in the sandbox; put your chat's step in its place).

**Try it:** press "Bounce" on the sandbox's page.`;

const MESSAGE = `{ text: 'The invitation to ' + $json.data.targetEmail + ' bounced. Is the address right?' }`;

export function onBouncedTellTheTeam(setting: Setting) {
	return canvas(
		'On bounced → tell the team',
		[
			vortexTrigger(setting, ['invitation.email.bounced']),
			postJson('Tell the team', `${setting.sandboxUrl}/team/messages`, MESSAGE),
		],
		NOTE,
	);
}
