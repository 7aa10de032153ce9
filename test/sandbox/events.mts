// The two envelopes in which Vortex reports what happened.
import { randomUUID } from 'node:crypto';
import {
	ALL_WEBHOOK_EVENT_TYPES,
	AnalyticsEventTypes,
	type VortexAnalyticsEvent,
	type VortexWebhookEvent,
} from '@teamvortexsoftware/vortex-node-22-sdk';
import type { Happening } from './invitations.mts';

export const WEBHOOK_TYPES: readonly string[] = ALL_WEBHOOK_EVENT_TYPES;

export const ANALYTICS_NAMES: readonly string[] = Object.values(AnalyticsEventTypes);

const ACCOUNT = { accountId: 'acc-sandbox', environmentId: 'env-sandbox' };

export function webhookEvent({ type, sourceTable, operation, data }: Happening) {
	return {
		id: `evt_${randomUUID()}`,
		type: type as VortexWebhookEvent['type'],
		timestamp: new Date().toISOString(),
		...ACCOUNT,
		sourceTable,
		operation,
		data,
	} satisfies VortexWebhookEvent;
}

export function analyticsEvent(name: string, payload: Record<string, unknown>) {
	return {
		id: `evt_${randomUUID()}`,
		name,
		...ACCOUNT,
		organizationId: 'org-sandbox',
		projectId: 'project-sandbox',
		deploymentId: 'deployment-sandbox',
		widgetConfigurationId: 'widget-configuration-sandbox',
		foreignUserId: 'user-17',
		sessionId: randomUUID(),
		payload,
		platform: 'web',
		segmentation: null,
		timestamp: new Date().toISOString(),
	} satisfies VortexAnalyticsEvent;
}
