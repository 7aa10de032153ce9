import type { IDataObject } from 'n8n-workflow';

/** A person, phone number, user id or link that an invitation is for. */
export interface Target {
	type: string;
	value: string;
	name?: string | null;
	avatarUrl?: string | null;
}

/** The team, workspace or other unit that an invitation leads to, as older answers list it. */
export interface Group extends IDataObject {
	id?: string;
	groupId?: string;
	type?: string;
	name?: string;
}

/**
 * An invitation as Vortex sends it. Only `id` is certain: Vortex's own sources disagree about the
 * rest, so every reader treats the other fields as optional and keeps the ones it does not know.
 */
export interface Invitation extends IDataObject {
	id: string;
	status?: string;
	invitationType?: string;
	createdAt?: string;
	expires?: string;
	expired?: boolean;
	deactivated?: boolean;
	foreignCreatorId?: string;
	target?: Target[] & IDataObject[];
	groups?: Group[];
	scope?: string;
	scopeType?: string;
}

/** What Vortex answers to a new invitation: not a whole invitation. */
export interface CreatedInvitation extends IDataObject {
	id: string;
	shortLink?: string;
	status?: string;
	createdAt?: string;
}

/** The answer of every endpoint that lists invitations, and of accept. */
export interface InvitationList extends IDataObject {
	invitations?: Invitation[];
}

/** One delivery's content: a webhook event has `type`, an analytics event has `name`. */
export interface VortexEvent extends IDataObject {
	id?: string;
	type?: string;
	name?: string;
	timestamp?: string;
	data?: IDataObject;
}
