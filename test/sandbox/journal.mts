// What happened, one line each, for a person who watches.
import type { Contact } from './crm.mts';
import type { Happening, Invitation } from './invitations.mts';
import type { Attempt, Delivery } from './webhooks.mts';

export interface Entry {
	number: number;
	at: string;
	text: string;
}

/** How many lines are kept. */
const KEPT = 1000;

const SENTENCES: Record<string, (who: string) => string> = {
	'invitation.created': (who) => `Invited: ${who}`,
	'invitation.email.delivered': (who) => `Delivered: the mail reached the mailbox of ${who}`,
	'invitation.email.opened': (who) => `Opened: ${who} read the mail`,
	'invitation.link.clicked': (who) => `Clicked: ${who} followed the link of the invitation`,
	'invitation.accepted': (who) => `Accepted: ${who} is in`,
	'invitation.email.bounced': (who) => `Bounced: there is no mailbox ${who}`,
	'email.complained': (who) => `Complained: ${who} called the mail spam`,
	'invitation.reminder.sent': (who) => `Reminded: ${who} got the mail once more`,
	'invitation.deactivated': (who) => `Closed: the invitation of ${who} is no longer good`,
};

export class Journal {
	private entries: Entry[] = [];

	private count = 0;

	note(text: string): void {
		this.count += 1;
		this.entries.push({ number: this.count, at: new Date().toISOString(), text });
		if (this.entries.length > KEPT) this.entries.shift();
	}

	/** @returns the lines after the one with that number */
	after(number: number): Entry[] {
		return this.entries.filter((entry) => entry.number > number);
	}

	clear(): void {
		this.entries = [];
	}

	happened({ type }: Happening, invitation: Invitation): void {
		const sentence = SENTENCES[type];
		if (sentence) this.note(sentence(whom(invitation)));
	}

	/** Notes what was not taken, and every answer to a trial: the rest would only be noise. */
	attempted(delivery: Delivery, { answer }: Attempt): void {
		const what = [delivery.trial, delivery.event].filter(Boolean).join(' ');
		if (typeof answer === 'string') this.note(`Not reached: ${what}: ${answer}`);
		else if (answer > 299) this.note(`Refused: n8n answered ${answer} to the ${what}`);
		else if (delivery.trial) this.note(`Ignored: n8n answered ${answer} to the ${what}`);
	}

	contact({ email, name }: Contact): void {
		this.note(`In the CRM: ${typeof name === 'string' ? `${name}, ${email}` : email}`);
	}
}

/** @returns how a person would call the one who is invited */
export function whom({ target, groups }: Invitation): string {
	return target[0]?.value ?? `everybody of ${groups[0]?.name ?? 'a domain'}`;
}
