// Whom every contender invites, and with what.

export interface Person {
	email: string;
}

/** @returns so many people, no two with the same address */
export function people(count: number): Person[] {
	return Array.from({ length: count }, (_, index) => ({ email: `person-${index}@example.com` }));
}

/** The body that invites one of them. */
export function inviteRequest(email: string) {
	return {
		widgetConfigurationId: 'wc-1',
		target: { type: 'email' as const, value: email },
		inviter: { userId: 'user-17' },
	};
}

/** The parameters with which our node does the same for every item. */
export const INVITING = {
	resource: 'invitation',
	operation: 'create',
	widgetConfigurationId: 'wc-1',
	targetType: 'email',
	targetValue: '={{ $json.email }}',
	inviterUserId: 'user-17',
};
