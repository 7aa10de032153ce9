/**
 * Whether a request that was not answered with success has changed anything in Vortex. `unknown`
 * means that it may have: sending it again could, for example, invite somebody twice.
 */
export type Outcome = 'not done' | 'unknown';

/** What a person reads about a request that did not go well. */
export interface FaultText {
	message: string;
	description: string;
}

const CHECK_BASE_URL =
	"Check the 'Base URL' in your Vortex credential. It should be https://api.vortexsoftware.com, unless Vortex gave you another address.";

const MAY_HAVE_BEEN_DONE =
	'It may have been done all the same: look in Vortex before you run this item again, so that nothing happens twice.';

const BY_STATUS: Record<number, FaultText> = {
	400: {
		message: 'Vortex did not accept these values',
		description: 'Correct the fields that the message names, then run the workflow again.',
	},
	401: {
		message: 'Vortex does not know the API key',
		description:
			"Open your Vortex credential and paste the whole 'API Key', from 'VRTX.' to its end. A key works only in its own environment, for example development or production.",
	},
	403: {
		message: 'Vortex does not allow this with the API key',
		description:
			'Use a key that has this permission, or ask whoever manages your Vortex account. Check also that the key belongs to the right environment.',
	},
	404: {
		message: 'Vortex did not find what these values name',
		description:
			'Check the IDs. What they name may have been deleted since, or belong to another environment than the API key.',
	},
	409: {
		message: 'Vortex refused this, because the invitation has changed meanwhile',
		description:
			'It may have been accepted or revoked already. Look it up with the operation Get, then decide.',
	},
	422: {
		message: 'Vortex could not work with these values',
		description: 'Correct the fields that the message names, then run the workflow again.',
	},
	429: {
		message: 'Vortex is receiving too many requests',
		description: "Try again later, or lower 'Requests at Once' in 'Options'.",
	},
};

/**
 * Says what an answer with an error status means.
 *
 * @param status the HTTP status
 * @param said the service's own message, empty if there is none
 */
export function statusFault(status: number, said: string): FaultText {
	const { message, description } = BY_STATUS[status] ?? otherStatus(status);
	return { message: said === '' ? message : `${message}: ${said}`, description };
}

function otherStatus(status: number): FaultText {
	if (status >= 500 || status === 408) {
		return {
			message: `Vortex is not working normally at the moment (HTTP ${status})`,
			description: 'Try again later.',
		};
	}
	if (status >= 300 && status < 400) {
		return {
			message: "The 'Base URL' leads to another address instead of to the Vortex API",
			description: `${CHECK_BASE_URL} The redirect was not followed, so that your API key does not reach a stranger.`,
		};
	}
	return {
		message: `Vortex did not accept the request (HTTP ${status})`,
		description: CHECK_BASE_URL,
	};
}

/**
 * Puts in front of the advice what is known about the outcome.
 *
 * @param request what was asked: only reading changes nothing anyway
 */
export function withOutcome(
	advice: string,
	outcome: Outcome,
	request: { method: string; doneBefore?: string },
): string {
	const { method, doneBefore } = request;
	const nothing = doneBefore === undefined && method !== 'GET' ? 'Nothing was changed.' : undefined;
	const known = outcome === 'unknown' ? MAY_HAVE_BEEN_DONE : nothing;
	return [doneBefore, known, advice].filter((part) => part !== undefined).join(' ');
}

/** The answer has a success status, but is no JSON. */
export const NOT_VORTEX: FaultText = {
	message: "What answered at the 'Base URL' is not the Vortex API",
	description: CHECK_BASE_URL,
};

/** The answer is JSON, but lacks the list that this endpoint always sends. */
export const NO_LIST: FaultText = {
	message: 'The answer of Vortex has no list of invitations',
	description: CHECK_BASE_URL,
};

/** The same for the domains of a scope. */
export const NO_DOMAIN_LIST: FaultText = {
	message: 'The answer of Vortex has no list of domains',
	description: CHECK_BASE_URL,
};

export const BAD_BASE_URL: FaultText = {
	message: "The 'Base URL' in your Vortex credential is not a web address",
	description: CHECK_BASE_URL,
};

export const NO_SECRET: FaultText = {
	message: "The 'Webhook Signing Secret' in your Vortex credential is empty",
	description:
		'In Vortex, open Integrations > Webhooks and copy the signing secret of the webhook. Paste it into the credential.',
};

export const EMPTY_API_KEY: FaultText = {
	message: "The 'API Key' in your Vortex credential is empty",
	description:
		"Open the credential and paste the whole key, from 'VRTX.' to its end. If it comes from an expression, check what the expression gives.",
};

export const BROKEN_API_KEY: FaultText = {
	message:
		"The 'API Key' in your Vortex credential has a space, a line break or an invisible character inside",
	description: 'Open the credential and paste the key once more, in one piece.',
};

/** The service's name or port could not be reached: the request has not left this machine. */
export function unreachableFault(code: string): FaultText {
	return {
		message: `Vortex could not be reached (${code})`,
		description: `Check the network of this n8n. ${CHECK_BASE_URL}`,
	};
}

/** No trusted, encrypted connection could be made. */
export function untrustedFault(code: string): FaultText {
	return {
		message: `No secure connection to Vortex could be made (${code})`,
		description: `${CHECK_BASE_URL} If a proxy of your company stands between, n8n must trust its certificate.`,
	};
}

export const TIMEOUT: FaultText = {
	message: 'Vortex did not answer in time',
	description: "If Vortex is only slow, raise 'Timeout' in 'Options'. Otherwise try again later.",
};

export const CONNECTION_BROKE: FaultText = {
	message: 'The connection to Vortex broke before the answer had arrived',
	description: 'Try again later.',
};

/**
 * Says that n8n itself stopped the request, for example because the credential does not allow the
 * domain.
 *
 * @param said n8n's own message
 */
export function hostFault(said: string): FaultText {
	return {
		message: `The request did not get through: ${said}`,
		description: CHECK_BASE_URL,
	};
}
