import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

/** The base address as the user gave it, without what the paths bring themselves. */
const TOLERANT_BASE_URL =
	'={{ (($credentials.baseUrl || "").trim() || "https://api.vortexsoftware.com").replace(/\\/+$/, "").replace(/\\/api\\/v1$/, "") }}';

export class VortexApi implements ICredentialType {
	name = 'vortexApi';

	displayName = 'Vortex API';

	icon: Icon = { light: 'file:../icons/vortex.svg', dark: 'file:../icons/vortex.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-vortex/n8n-nodes-vortex#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. VRTX.…',
			description:
				'Copy it from Vortex when you create it there: it is shown only once. It belongs to one environment, for example development or production.',
		},
		{
			displayName: 'Webhook Signing Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			hint: 'Only needed for the Vortex Trigger and for verifying webhooks',
			description:
				'Copy it from the webhook in Vortex (Integrations > Webhooks). Several secrets, for example the old and the new one while you change it, are separated by commas.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.vortexsoftware.com',
			description: 'Change it only if Vortex gave you another address',
		},
	];

	/**
	 * Adds the API key to a request, as Vortex expects it. A function and not an expression: n8n would
	 * evaluate the expression anew for every single request.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, 'x-api-key': String(credentials.apiKey ?? '').trim() },
		};
	}

	/**
	 * Vortex has no request made for trying a key, so this looks up the invitations of an address that
	 * cannot exist: an answer with a list of invitations means that the key works.
	 */
	test: ICredentialTestRequest = {
		request: {
			baseURL: TOLERANT_BASE_URL,
			url: '/api/v1/invitations',
			qs: { targetType: 'email', targetValue: 'credential-test@n8n.invalid' },
			disableFollowRedirect: true,
			timeout: 30_000,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						"Vortex does not know this API key. Copy the whole key, from 'VRTX.' to its end, or create a new one in Vortex.",
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'Vortex knows this API key but does not allow it to look up invitations. Create a key with that permission in Vortex.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						"There is no Vortex API at the 'Base URL'. Set it to https://api.vortexsoftware.com, unless Vortex gave you another address.",
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'invitations',
					value: undefined,
					message:
						"What answers at the 'Base URL' is not the Vortex API. Set it to https://api.vortexsoftware.com, unless Vortex gave you another address.",
				},
			},
		] as ICredentialTestRequest['rules'],
	};
}
