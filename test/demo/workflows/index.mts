// Every workflow of the demo, under the name by which the demo remembers it.
import type { Setting } from './canvas.mts';
import { inviteMany } from './invite-many.mts';
import { inviteAPerson } from './invite.mts';
import { onAcceptedAddToCrm } from './on-accepted.mts';
import { onBouncedTellTheTeam } from './on-bounced.mts';
import { tokenForAPage } from './token.mts';

export const WORKFLOWS = {
	invite: inviteAPerson,
	onAccepted: onAcceptedAddToCrm,
	onBounced: onBouncedTellTheTeam,
	inviteMany,
	token: tokenForAPage,
} satisfies Record<string, (setting: Setting) => object>;

export type WorkflowKey = keyof typeof WORKFLOWS;
