// What Vortex knows: invitations, autojoin domains, and how both change.
import { randomUUID } from 'node:crypto';
import type {
	ConfigureAutojoinRequest,
	AutojoinDomainsResponse,
	CreateInvitationRequest,
	InvitationResult,
	SyncInternalInvitationRequest,
} from '@teamvortexsoftware/vortex-node-22-sdk';

/** An invitation on the wire: the SDK's type and the fields that only newer answers have. */
export type Invitation = Omit<InvitationResult, 'scopes'> & {
	scope?: string;
	scopeType?: string;
	metadata?: Record<string, unknown>;
};

export interface AcceptingUser {
	email?: string;
	phone?: string;
	name?: string;
	isExisting?: boolean;
}

/** A refusal in the service's error form: the status and the message of the answer. */
export class Refusal extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/** Something that happened, before it becomes a webhook. */
export interface Happening {
	type: string;
	sourceTable: string;
	operation: 'insert' | 'update' | 'delete';
	data: Record<string, unknown>;
}

interface AutojoinScope {
	domains: Array<{ id: string; domain: string }>;
	invitation: Invitation;
}

const ACCOUNT_ID = 'acc-sandbox';

/** In ms. */
const DAY = 86_400_000;

export class Invitations {
	private readonly byId = new Map<string, Invitation>();

	private readonly autojoin = new Map<string, AutojoinScope>();

	private readonly happened: (happening: Happening) => void;

	private readonly now: () => Date;

	constructor(happened: (happening: Happening) => void, now: () => Date = () => new Date()) {
		this.happened = happened;
		this.now = now;
	}

	all(): Invitation[] {
		return [...this.byId.values()];
	}

	get(id: string): Invitation {
		const invitation = this.byId.get(id);
		if (invitation === undefined) throw new Refusal(404, `Invitation ${id} not found`);
		return invitation;
	}

	create(request: CreateInvitationRequest & { linkBase: string }) {
		const { target, inviter } = request;
		const createdAt = this.now().toISOString();
		const groups = (request.groups ?? []).map((group) => ({
			id: randomUUID(),
			accountId: ACCOUNT_ID,
			groupId: String(group.groupId),
			scopeId: String(group.groupId),
			type: group.type,
			name: group.name,
			createdAt,
		}));
		const invitation = this.add({
			foreignCreatorId: inviter.userId,
			creatorName: inviter.name ?? inviter.userName ?? null,
			creatorAvatarUrl: inviter.avatarUrl ?? inviter.userAvatarUrl ?? null,
			createdAt,
			deliveryTypes: [target.type],
			target: [target],
			groups,
			scope: groups[0]?.groupId,
			scopeType: groups[0]?.type,
			widgetConfigurationId: request.widgetConfigurationId,
			source: request.source ?? 'api',
			subtype: request.subtype ?? null,
			metadata: request.metadata ?? {},
			formSubmissionData: submitted(request),
		});
		const shortLink = `${request.linkBase}/i/${invitation.id.slice(0, 8)}`;
		const answer = { id: invitation.id, shortLink, status: invitation.status, createdAt };
		if (target.type === 'email') this.mailed(invitation);
		this.tell('invitation.created', 'insert', invitation);
		return answer;
	}

	listByTarget(type: string, value: string): Invitation[] {
		const domain = type === 'email' ? value.split('@').at(-1)?.toLowerCase() : undefined;
		return this.all().filter(
			(invitation) =>
				isOpen(invitation) &&
				(invitation.target.some(
					(target) => target.type === type && target.value.toLowerCase() === value.toLowerCase(),
				) ||
					this.joinsByDomain(invitation, domain)),
		);
	}

	listByScope(type: string, id: string): Invitation[] {
		return this.inScope(type, id).filter(isOpen);
	}

	deleteByScope(type: string, id: string): void {
		for (const invitation of this.inScope(type, id).filter(isOpen)) this.deactivate(invitation);
		this.autojoin.delete(scopeKey(type, id));
	}

	/** Accepts all or none: the first id that cannot be accepted refuses the request. */
	accept(ids: string[], user: AcceptingUser): Invitation[] {
		const invitations = ids.map((id) => this.get(id));
		const taken = invitations.find((invitation) => !isOpen(invitation));
		if (taken) throw new Refusal(409, `Invitation ${taken.id} has already been processed`);
		for (const invitation of invitations) this.acceptOne(invitation, user);
		return invitations;
	}

	reinvite(id: string): Invitation {
		const invitation = this.openOne(id);
		this.mailed(invitation);
		this.tell('invitation.reminder.sent', 'update', invitation);
		return invitation;
	}

	revoke(id: string): void {
		if (this.get(id).deactivated) throw new Refusal(404, `Invitation ${id} not found`);
		this.deactivate(this.openOne(id));
	}

	sync(request: SyncInternalInvitationRequest) {
		const pending = this.all().filter(
			(invitation) =>
				isOpen(invitation) &&
				invitation.foreignCreatorId === request.creatorId &&
				invitation.target.some(
					(target) => target.type === 'internal' && target.value === request.targetValue,
				),
		);
		if (pending.length === 0) throw new Refusal(404, 'No pending internal invitation found');
		for (const invitation of pending) {
			if (request.action === 'accepted') this.acceptOne(invitation, {});
			else this.deactivate(invitation);
		}
		return { processed: pending.length, invitationIds: pending.map(({ id }) => id) };
	}

	/** The mail was delivered, opened and so on, as an invitee or a mail server would report it. */
	play(id: string, action: string): Invitation {
		const invitation = this.openOne(id);
		switch (action) {
			case 'deliver':
				invitation.status = 'delivered';
				this.tell('invitation.email.delivered', 'update', invitation);
				break;
			case 'open':
				invitation.views += 1;
				this.tell('invitation.email.opened', 'update', invitation);
				break;
			case 'click':
				invitation.clickThroughs += 1;
				this.tell('invitation.link.clicked', 'update', invitation);
				break;
			case 'accept':
				this.acceptOne(invitation, firstTargetAsUser(invitation));
				break;
			case 'bounce':
				this.tell('invitation.email.bounced', 'update', invitation);
				break;
			case 'complain':
				this.tell('email.complained', 'update', invitation);
				break;
			case 'remind':
				this.reinvite(id);
				break;
			case 'expire':
				invitation.expired = true;
				this.deactivate(invitation);
				break;
			case 'revoke':
				this.revoke(id);
				break;
			default:
				throw new Refusal(400, `Unknown action ${action}`);
		}
		return invitation;
	}

	/** Lets an invitation grow older, as if its time had passed. */
	age(id: string, days: number): Invitation {
		const invitation = this.get(id);
		const earlier = (time: string) => new Date(Date.parse(time) - days * DAY).toISOString();
		invitation.createdAt = earlier(invitation.createdAt);
		if (invitation.modifiedAt) invitation.modifiedAt = earlier(invitation.modifiedAt);
		return invitation;
	}

	getAutojoin(type: string, id: string): AutojoinDomainsResponse {
		const scope = this.autojoin.get(scopeKey(type, id));
		if (scope === undefined) return { autojoinDomains: [], invitation: null };
		return {
			autojoinDomains: scope.domains,
			invitation: scope.invitation as AutojoinDomainsResponse['invitation'],
		};
	}

	setAutojoin(request: ConfigureAutojoinRequest): AutojoinDomainsResponse {
		const key = scopeKey(request.scopeType, request.scope);
		const before = this.autojoin.get(key);
		const domains = [...new Set(request.domains.map((domain) => domain.toLowerCase()))].map(
			(domain) =>
				before?.domains.find((known) => known.domain === domain) ?? { id: randomUUID(), domain },
		);
		if (domains.length === 0) {
			if (before) this.byId.delete(before.invitation.id);
			this.autojoin.delete(key);
		} else {
			const invitation = before?.invitation ?? this.addAutojoin(request);
			this.autojoin.set(key, { domains, invitation });
		}
		return this.getAutojoin(request.scopeType, request.scope);
	}

	getDomain(id: string) {
		for (const { domains, invitation } of this.autojoin.values()) {
			const found = domains.find((domain) => domain.id === id);
			if (found) return { ...found, scope: invitation.scope, scopeType: invitation.scopeType };
		}
		throw new Refusal(404, `Autojoin domain ${id} not found`);
	}

	deleteDomain(id: string): void {
		this.getDomain(id);
		for (const scope of this.autojoin.values()) {
			scope.domains = scope.domains.filter((domain) => domain.id !== id);
		}
	}

	findByDomain(domain: string): Invitation[] {
		return this.all().filter((invitation) => this.joinsByDomain(invitation, domain.toLowerCase()));
	}

	clear(): void {
		this.byId.clear();
		this.autojoin.clear();
	}

	private add(fields: Partial<Invitation>): Invitation {
		const invitation: Invitation = {
			id: randomUUID(),
			accountId: ACCOUNT_ID,
			status: 'queued',
			invitationType: 'single_use',
			deliveryTypes: [],
			deliveryCount: 0,
			views: 0,
			clickThroughs: 0,
			deactivated: false,
			expired: false,
			createdAt: this.now().toISOString(),
			modifiedAt: null,
			foreignCreatorId: '',
			target: [],
			formSubmissionData: null,
			configurationAttributes: null,
			attributes: {},
			groups: [],
			accepts: [],
			widgetConfigurationId: '',
			...fields,
		};
		this.byId.set(invitation.id, invitation);
		return invitation;
	}

	private addAutojoin(request: ConfigureAutojoinRequest): Invitation {
		const createdAt = this.now().toISOString();
		const group = {
			id: randomUUID(),
			accountId: ACCOUNT_ID,
			groupId: request.scope,
			scopeId: request.scope,
			type: request.scopeType,
			name: request.scopeName ?? request.scope,
			createdAt,
		};
		return this.add({
			invitationType: 'autojoin',
			createdAt,
			scope: request.scope,
			scopeType: request.scopeType,
			groups: [group],
			metadata: request.metadata ?? {},
			widgetConfigurationId: request.componentId,
		});
	}

	private openOne(id: string): Invitation {
		const invitation = this.get(id);
		if (!isOpen(invitation)) {
			throw new Refusal(409, `Invitation ${id} has already been processed`);
		}
		return invitation;
	}

	private mailed(invitation: Invitation): void {
		invitation.status = 'sent';
		invitation.deliveryCount += 1;
		invitation.modifiedAt = this.now().toISOString();
	}

	private deactivate(invitation: Invitation): void {
		invitation.deactivated = true;
		invitation.modifiedAt = this.now().toISOString();
		this.tell('invitation.deactivated', 'update', invitation);
	}

	private acceptOne(invitation: Invitation, user: AcceptingUser): void {
		const acceptedAt = this.now().toISOString();
		const target = user.email
			? { type: 'email' as const, value: user.email, name: user.name }
			: user.phone
				? { type: 'phone' as const, value: user.phone, name: user.name }
				: invitation.target[0];
		invitation.accepts?.push({ id: randomUUID(), accountId: ACCOUNT_ID, acceptedAt, target });
		invitation.modifiedAt = acceptedAt;
		if (invitation.invitationType === 'single_use') invitation.status = 'accepted';
		this.tell('invitation.accepted', 'update', invitation, { user });
		this.tell('member.created', 'insert', invitation, { user });
		if (invitation.groups.length > 0) {
			this.tell('group.member.added', 'insert', invitation, { user });
		}
	}

	private inScope(type: string, id: string): Invitation[] {
		return this.all().filter(({ scopeType, scope }) => scopeType === type && scope === id);
	}

	private joinsByDomain(invitation: Invitation, domain: string | undefined): boolean {
		if (domain === undefined || invitation.invitationType !== 'autojoin') return false;
		const key = scopeKey(String(invitation.scopeType), String(invitation.scope));
		return this.autojoin.get(key)?.domains.some((known) => known.domain === domain) ?? false;
	}

	private tell(
		type: string,
		operation: Happening['operation'],
		invitation: Invitation,
		more: Record<string, unknown> = {},
	): void {
		const email = invitation.target.find((target) => target.type === 'email')?.value;
		const data = {
			invitationId: invitation.id,
			targetEmail: email,
			groups: invitation.groups,
			metadata: invitation.metadata,
			...more,
		};
		const sourceTable =
			type.startsWith('member') || type.startsWith('group') ? 'members' : 'invitations';
		this.happened({ type, sourceTable, operation, data });
	}
}

function isOpen(invitation: Invitation): boolean {
	return !invitation.deactivated && !invitation.expired && invitation.status !== 'accepted';
}

function scopeKey(type: string, id: string): string {
	return JSON.stringify([type, id]);
}

/** What the invitation form would have held, in the form of newer answers. */
function submitted({ target }: CreateInvitationRequest): Invitation['formSubmissionData'] {
	const fields: Record<string, string> = { [target.type]: target.value };
	if (target.name) fields.name = target.name;
	return Object.fromEntries(
		Object.entries(fields).map(([field, value]) => [field, { type: 'string', value }]),
	);
}

function firstTargetAsUser(invitation: Invitation): AcceptingUser {
	const email = invitation.target.find((target) => target.type === 'email');
	const phone = invitation.target.find((target) => target.type === 'phone');
	const name = (email ?? phone)?.name ?? undefined;
	return { email: email?.value, phone: phone?.value, name };
}
