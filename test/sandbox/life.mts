// What has become of each invitation, and what an invitee or a mail server could do next.
import type { Happening, Invitation } from './invitations.mts';

export interface Moment {
	type: string;
	at: string;
}

export const ACTIONS = [
	'deliver',
	'open',
	'click',
	'accept',
	'bounce',
	'complain',
	'remind',
	'revoke',
] as const;

export type Action = (typeof ACTIONS)[number];

const STATES: Record<string, string> = {
	'invitation.email.delivered': 'Delivered',
	'invitation.email.opened': 'Opened',
	'invitation.link.clicked': 'Clicked',
	'invitation.email.bounced': 'Bounced',
	'email.complained': 'Marked as spam',
	'invitation.reminder.sent': 'Reminded',
};

export class Lives {
	private readonly byInvitation = new Map<string, Moment[]>();

	record({ type, data }: Happening): void {
		const id = String(data.invitationId);
		this.byInvitation.set(id, [...this.of(id), { type, at: new Date().toISOString() }]);
	}

	of(invitationId: string): Moment[] {
		return this.byInvitation.get(invitationId) ?? [];
	}

	clear(): void {
		this.byInvitation.clear();
	}

	state(invitation: Invitation): string {
		if (invitation.status === 'accepted') return 'Accepted';
		if (invitation.expired) return 'Expired';
		if (invitation.deactivated) return 'Revoked';
		const last = this.of(invitation.id).findLast(({ type }) => type in STATES);
		if (last) return STATES[last.type];
		return isMailed(invitation) ? 'Sent' : 'Created';
	}

	/** @returns what can happen now: no mail is opened that never arrived */
	possible(invitation: Invitation): Action[] {
		if (['Accepted', 'Expired', 'Revoked'].includes(this.state(invitation))) return [];
		if (invitation.target.length === 0) return ['revoke'];
		const mail = isMailed(invitation) ? this.mail(invitation.id) : 'none';
		return ACTIONS.filter((action) => {
			if (action === 'deliver' || action === 'bounce') return mail === 'under way';
			if (action === 'open' || action === 'complain') return mail === 'arrived';
			if (action === 'click') return mail === 'arrived' || mail === 'none';
			return true;
		});
	}

	/** Where the latest mail is. */
	private mail(id: string): 'under way' | 'arrived' | 'bounced' {
		for (const { type } of this.of(id).toReversed()) {
			if (type === 'invitation.email.delivered') return 'arrived';
			if (type === 'invitation.email.bounced') return 'bounced';
			if (type === 'invitation.reminder.sent') return 'under way';
		}
		return 'under way';
	}
}

function isMailed({ target }: Invitation): boolean {
	return target[0]?.type === 'email';
}
