// A web page asks n8n for a token: with it, Vortex's invitation form on the page knows the user.
import { canvas, vortex, type Setting } from './canvas.mts';

const NOTE = `## A token for a page
Your page calls the webhook and gets a token for its user, good for an hour. Vortex's invitation form on the page takes it. The API key stays in n8n.

**Before you use it:** let the webhook in only who is logged in to your app (**Authentication** of the first step), and take the user ID from there: whoever can call this as it is can be anybody.`;

export function tokenForAPage(setting: Setting) {
	return canvas(
		'A token for a page',
		[
			{
				name: 'Page asks',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: setting.webhookId,
				parameters: {
					httpMethod: 'GET',
					path: setting.webhookId,
					responseMode: 'responseNode',
					options: {},
				},
			},
			vortex('Generate a token', setting, {
				resource: 'token',
				operation: 'generate',
				userId: '={{ $json.query.user }}',
				userFields: { email: '={{ $json.query.email }}' },
				expiresIn: '1h',
			}),
			{
				name: 'Answer the page',
				type: 'n8n-nodes-base.respondToWebhook',
				typeVersion: 1.1,
				parameters: { respondWith: 'firstIncomingItem', options: {} },
			},
		],
		NOTE,
	);
}
