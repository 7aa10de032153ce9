import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	INode,
} from 'n8n-workflow';

import {
	BAD_BASE_URL,
	BROKEN_API_KEY,
	CONNECTION_BROKE,
	EMPTY_API_KEY,
	NOT_VORTEX,
	TIMEOUT,
	hostFault,
	statusFault,
	unreachableFault,
	untrustedFault,
	withOutcome,
} from './faults';
import type { FaultText, Outcome } from './faults';
import { Throttle } from './throttle';
import type { Clock, Slot } from './throttle';

export const DEFAULT_BASE_URL = 'https://api.vortexsoftware.com';

/** The credential type of both nodes. */
export const CREDENTIAL = 'vortexApi';

const USER_AGENT = 'n8n-nodes-vortex';

/** The request has not left this machine. */
const NEVER_SENT = new Set([
	'EAI_AGAIN',
	'ECONNREFUSED',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'UND_ERR_CONNECT_TIMEOUT',
]);

/** No trusted connection: the request was not sent, and will not be however often it is tried. */
const UNTRUSTED =
	/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|^EPROTO$/;

/** Encryption broke down, perhaps after the request had arrived. */
const BROKEN_ENCRYPTION = /^ERR_SSL/;

/** n8n itself would not send the request: it names no code then. */
const HOST_REFUSAL = /not allowed|not permitted|blocked|credential|must not be empty/i;

const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);

/** The service answered, but may or may not have done what was asked. */
const UNCERTAIN_STATUS = new Set([408, 500, 502, 503, 504]);

/**
 * How often in a row a request may be told "too many" like all the others. After that it is the one
 * request that is refused, say because one person was invited too often: it waits by itself, so that it
 * does not hold up the others, however long they last.
 */
const SHARED_REFUSALS = 2;

/** A request that waits by itself waits no longer than this repetition would, which is 8 seconds. */
const LONGEST_OWN_WAIT = 5;

/** The time and chance of every client that is not given its own. */
export const REAL_CLOCK: Clock = {
	now: Date.now,
	sleep,
	moment: sleep,
	deadline: (ms) => AbortSignal.timeout(ms),
	random: Math.random,
};

export interface ClientSettings {
	/** Requests in flight at most, a whole number from 1. */
	concurrency: number;
	/** Longest wait for the answer to one request, in ms. */
	timeout: number;
	/** How often a request is repeated at most, where repeating is safe. */
	maxRetries: number;
}

export interface ApiRequest {
	method: Extract<IHttpRequestMethods, 'GET' | 'POST' | 'DELETE'>;
	/** The parts of the path after `/api/v1`, not encoded. */
	path: readonly string[];
	query?: Record<string, string>;
	body?: IDataObject;
	/** For a POST that sets a state: sending it twice is the same as sending it once. */
	repeatable?: boolean;
	/** What the same item has done already, for the message when this request does not go well. */
	doneBefore?: string;
	/** Picks, by status and message, the refusals that the caller wants to see as an answer. */
	isExpected?: (status: number, message: string) => boolean;
	/**
	 * Reads the JSON of a success, undefined for an empty body. What it throws fails the request, so that
	 * nothing further is sent when that ends the run.
	 */
	read?: (body: unknown) => unknown;
}

export interface ApiAnswer<T> {
	/** The HTTP status: a success, or one of those expected. */
	status: number;
	/** The JSON that was sent; undefined when the body was empty. */
	body: T | undefined;
	/** The service's own message in an answer with an error status, else empty. */
	message: string;
}

/** What became of one sending of a request. */
type Attempt =
	| { kind: 'answer'; answer: ApiAnswer<unknown> }
	| { kind: 'throttled'; retryAfter: number | undefined; fault: Fault }
	| { kind: 'repeatable'; fault: Fault }
	| { kind: 'final'; fault: Fault };

/** How the sending of one request has gone so far. */
interface Course {
	/** Those that count against 'Max Retries'. */
	repetitions: number;
	/** Answers "too many" in a row. */
	refusals: number;
	/** Successes of the whole run when the request last failed. */
	successes: number;
	/** Whether an earlier sending may have done what is asked. */
	mayBeDone: boolean;
}

interface Fault extends FaultText {
	outcome: Outcome;
	status?: number;
}

/** The request cannot be sent again without the risk of doing something twice. */
function isOneShot(request: ApiRequest): boolean {
	return request.method === 'POST' && request.repeatable !== true;
}

/**
 * Vortex's API as one run of a node sees it. The only place that sends a request, and the only one
 * that knows what may be sent again.
 */
export class VortexClient {
	private readonly throttle: Throttle;

	private constructor(
		private readonly host: IExecuteFunctions,
		private readonly credential: ICredentialDataDecryptedObject,
		private readonly baseUrl: string,
		private readonly apiKey: string,
		private readonly settings: ClientSettings,
		private readonly clock: Clock,
	) {
		this.throttle = new Throttle(settings.concurrency, clock, host.getExecutionCancelSignal());
	}

	/**
	 * Reads the credential, once for all requests, and makes a client for this run.
	 *
	 * Refuses an API key that is empty or has white space or invisible characters inside, and a base
	 * URL that is no web address.
	 */
	static async open(
		host: IExecuteFunctions,
		settings: ClientSettings,
		clock: Clock = REAL_CLOCK,
	): Promise<VortexClient> {
		const credential = await host.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
		const apiKey = String(credential.apiKey ?? '').trim();
		if (apiKey === '') throw refusal(host.getNode(), EMPTY_API_KEY);
		if (/[^\x21-\x7e]/.test(apiKey)) throw refusal(host.getNode(), BROKEN_API_KEY);
		const baseUrl = normaliseBaseUrl(credential.baseUrl);
		if (baseUrl === undefined) throw refusal(host.getNode(), BAD_BASE_URL);
		return new VortexClient(host, credential, baseUrl, apiKey, settings, clock);
	}

	/** Lets no further request begin; what is on its way is awaited by whoever sent it. */
	stop(): void {
		this.throttle.stop();
	}

	/** Lets go of the execution: the run is over. */
	close(): void {
		this.throttle.close();
	}

	/**
	 * Sends one request, and again where that is safe. When it fails for good, nothing further is sent
	 * in this run, unless n8n is to continue on fail.
	 *
	 * @param itemIndex the input item that it belongs to, for the message
	 * @returns the answer with a success status, or one that `request.isExpected` picks
	 * @throws NodeApiError with `httpCode`, `context.itemIndex` and `context.outcome`
	 */
	async send<T>(request: ApiRequest, itemIndex: number): Promise<ApiAnswer<T>> {
		const course: Course = {
			repetitions: 0,
			refusals: 0,
			successes: this.throttle.successes,
			mayBeDone: false,
		};
		for (;;) {
			const slot = await this.unlessStopped(this.throttle.enter(), course, itemIndex);
			let attempt: Attempt;
			let isFailed = true;
			try {
				attempt = await this.attempt(request, slot, course, itemIndex);
				if (attempt.kind === 'answer') readBody(request, attempt.answer);
				else this.note(course, attempt, request, itemIndex);
				isFailed = false;
			} finally {
				// Before the next in line can take the place.
				if (isFailed && !this.host.continueOnFail()) this.stop();
				this.throttle.leave();
			}
			if (attempt.kind === 'answer') {
				await this.throttle.giveWay();
				return attempt.answer as ApiAnswer<T>;
			}
			const { refusals, repetitions } = course;
			const ownWaits = attempt.kind === 'throttled' ? refusals - SHARED_REFUSALS : repetitions;
			if (ownWaits > 0) {
				const pause = this.throttle.wait(
					this.throttle.backoff(Math.min(ownWaits, LONGEST_OWN_WAIT)),
				);
				await this.unlessStopped(pause, course, itemIndex);
			}
		}
	}

	/** Notes what went wrong. Throws when the request may not be sent again. */
	private note(
		course: Course,
		{ kind, fault }: Exclude<Attempt, { kind: 'answer' }>,
		request: ApiRequest,
		itemIndex: number,
	): void {
		course.mayBeDone ||= fault.outcome === 'unknown';
		const isThrottled = kind === 'throttled';
		const othersSucceed = isThrottled && this.throttle.successes > course.successes;
		course.successes = this.throttle.successes;
		course.refusals = isThrottled ? course.refusals + 1 : 0;
		if (!othersSucceed) course.repetitions += 1;
		if (kind === 'final' || course.repetitions > this.settings.maxRetries) {
			const outcome = course.mayBeDone ? 'unknown' : 'not done';
			throw this.apiError(request, fault, outcome, itemIndex);
		}
	}

	private async attempt(
		request: ApiRequest,
		slot: Slot,
		{ refusals, mayBeDone }: Course,
		itemIndex: number,
	): Promise<Attempt> {
		const isItsOwn = refusals >= SHARED_REFUSALS;
		try {
			const response = await this.exchange(request);
			const attempt = this.judge(request, mayBeDone, response);
			if (attempt.kind === 'answer') this.throttle.succeeded(slot);
			if (attempt.kind === 'throttled') this.throttle.pause(slot, attempt.retryAfter, isItsOwn);
			return attempt;
		} catch (error) {
			if (this.host.getExecutionCancelSignal()?.aborted) {
				throw this.stopped(outcomeOf(request), itemIndex);
			}
			return this.judgeNetworkError(request, error);
		}
	}

	private async unlessStopped<T>(
		wait: Promise<T>,
		{ mayBeDone }: Course,
		itemIndex: number,
	): Promise<T> {
		try {
			return await wait;
		} catch {
			throw this.stopped(mayBeDone ? 'unknown' : 'not done', itemIndex);
		}
	}

	private async exchange(request: ApiRequest): Promise<IN8nHttpFullResponse> {
		const query = request.query === undefined ? '' : `?${new URLSearchParams(request.query)}`;
		const options: IHttpRequestOptions = {
			method: request.method,
			url: `${this.baseUrl}/api/v1/${request.path.map(encodeSegment).join('/')}${query}`,
			headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
			timeout: this.settings.timeout,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		};
		if (request.body !== undefined) {
			options.headers = { ...options.headers, 'Content-Type': 'application/json' };
			options.body = JSON.stringify(request.body);
		}
		return await this.beforeDeadline(options);
	}

	/**
	 * The host's timeout only notices silence: an answer that drips, or a 101, would be waited for
	 * without end. The host takes no signal of ours, but asks its context for the one of the execution.
	 */
	private async beforeDeadline(options: IHttpRequestOptions): Promise<IN8nHttpFullResponse> {
		const cancel = this.host.getExecutionCancelSignal();
		const deadline = this.clock.deadline(this.settings.timeout);
		const ending = new AbortController();
		const end = () => ending.abort();
		const context = Object.create(this.host, {
			getExecutionCancelSignal: { value: () => ending.signal },
		}) as IExecuteFunctions;
		cancel?.addEventListener('abort', end);
		deadline.addEventListener('abort', end);
		if (cancel?.aborted) end();
		try {
			return (await this.host.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				options,
				// Without it n8n reads the database and decrypts anew for every request.
				{ credentialsDecrypted: { id: '', name: '', type: CREDENTIAL, data: this.credential } },
			)) as IN8nHttpFullResponse;
		} catch (error) {
			throw deadline.aborted ? Object.assign(new Error(), { code: 'ETIMEDOUT' }) : error;
		} finally {
			cancel?.removeEventListener('abort', end);
			deadline.removeEventListener('abort', end);
		}
	}

	private judge(request: ApiRequest, mayBeDone: boolean, response: IN8nHttpFullResponse): Attempt {
		const status = response.statusCode;
		const text = bodyText(response.body);
		const json = parseJson(text);
		if (status >= 200 && status < 300) {
			if (text.trim() === '') return answer(status, undefined);
			if (isContainer(json)) return answer(status, json);
			return { kind: 'final', fault: { ...NOT_VORTEX, outcome: outcomeOf(request), status } };
		}
		const message = this.redact(serviceMessage(json));
		if (request.isExpected?.(status, message)) return answer(status, undefined, message);
		if (request.method === 'DELETE' && mayBeDone && isMissing(status, message)) {
			return answer(status, undefined);
		}
		const explained = statusFault(status, message);
		const retryAfter = readRetryAfter(response.headers['retry-after'], this.clock.now());
		if (status === 429 || (status === 503 && retryAfter !== undefined)) {
			const fault: Fault = { ...explained, outcome: 'not done', status };
			return { kind: 'throttled', retryAfter, fault };
		}
		if (UNCERTAIN_STATUS.has(status) || status > 504) {
			const fault: Fault = { ...explained, outcome: outcomeOf(request), status };
			return { kind: isOneShot(request) ? 'final' : 'repeatable', fault };
		}
		return { kind: 'final', fault: { ...explained, outcome: 'not done', status } };
	}

	private judgeNetworkError(request: ApiRequest, error: unknown): Attempt {
		const code = errorCode(error);
		if (code === undefined) {
			const said = this.redact(error instanceof Error ? error.message : String(error));
			const outcome = HOST_REFUSAL.test(said) ? 'not done' : outcomeOf(request);
			return { kind: 'final', fault: { ...hostFault(said), outcome } };
		}
		if (NEVER_SENT.has(code)) {
			return { kind: 'repeatable', fault: { ...unreachableFault(code), outcome: 'not done' } };
		}
		if (UNTRUSTED.test(code)) {
			return { kind: 'final', fault: { ...untrustedFault(code), outcome: 'not done' } };
		}
		if (BROKEN_ENCRYPTION.test(code)) {
			return { kind: 'final', fault: { ...untrustedFault(code), outcome: outcomeOf(request) } };
		}
		const text = TIMED_OUT.has(code) ? TIMEOUT : CONNECTION_BROKE;
		return {
			kind: isOneShot(request) ? 'final' : 'repeatable',
			fault: { ...text, outcome: outcomeOf(request) },
		};
	}

	/** Takes the API key out of a text that the service sent. */
	private redact(text: string): string {
		const secret = this.apiKey.split('.').slice(2).join('.');
		const withoutKey = text.split(this.apiKey).join('[API key]');
		return secret.length < 8 ? withoutKey : withoutKey.split(secret).join('[API key]');
	}

	private apiError(
		request: ApiRequest,
		fault: Fault,
		outcome: Outcome,
		itemIndex: number,
	): NodeApiError {
		const { message, status } = fault;
		const description = withOutcome(fault.description, outcome, request);
		const httpCode = status?.toString();
		const error = new NodeApiError(
			this.host.getNode(),
			{ message },
			{ message, description, httpCode, itemIndex },
		);
		// n8n replaces a message that contains, anywhere, a code such as EPERM ("superpermissions").
		error.message = message;
		error.context.outcome = outcome;
		return error;
	}

	private stopped(outcome: Outcome, itemIndex: number): NodeOperationError {
		const isCancelled = this.host.getExecutionCancelSignal()?.aborted === true;
		const message = isCancelled
			? 'The execution was cancelled'
			: 'Another item was refused before this one was done';
		const description = withOutcome('No further request was sent.', outcome, { method: 'GET' });
		const error = new NodeOperationError(this.host.getNode(), message, { description, itemIndex });
		error.context.outcome = outcome;
		error.context.isStopped = true;
		return error;
	}
}

function readBody({ read }: ApiRequest, answer: ApiAnswer<unknown>): void {
	if (read !== undefined && answer.status < 300) answer.body = read(answer.body);
}

/**
 * @param text what the user typed as base URL; empty means the default
 * @returns the address without a trailing `/` or `/api/v1`, or undefined for what is no web address, or
 * has a user and a password in it: n8n would send them along, and the service could repeat them
 */
export function normaliseBaseUrl(text: unknown): string | undefined {
	const typed = String(text ?? '').trim() || DEFAULT_BASE_URL;
	const address = typed.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
	if (!/^https?:\/\/[^\s?#/@]+(\/[^\s?#]*)?$/i.test(address)) return undefined;
	return URL.canParse(address) ? address : undefined;
}

/**
 * Encodes one part of a path. Refuses what no encoding saves: WHATWG URL parsing collapses `.` and
 * `..`, also when they are percent-encoded, and an empty part addresses another route.
 */
function encodeSegment(segment: string): string {
	if (segment === '' || segment === '.' || segment === '..') {
		throw new RangeError('An identifier must not be empty, "." or ".."');
	}
	return encodeURIComponent(segment);
}

function refusal(node: INode, text: FaultText): NodeOperationError {
	return new NodeOperationError(node, text.message, { description: text.description });
}

function outcomeOf(request: ApiRequest): Outcome {
	return request.method === 'GET' ? 'not done' : 'unknown';
}

function answer(status: number, body: object | undefined, message = ''): Attempt {
	return { kind: 'answer', answer: { status, body, message } };
}

/** How NestJS, on which Vortex is built, begins the message of a 404 for an unknown path. */
const UNKNOWN_ROUTE = /^Cannot (GET|POST|DELETE) /;

/** @returns whether a refusal says that there is no such thing, rather than no such part of the API */
export function isMissing(status: number, message: string): boolean {
	return status === 404 && !UNKNOWN_ROUTE.test(message);
}

/**
 * n8n wraps the network's error, so its code is somewhere along the causes. Before 2.41 the causes are
 * lost, and the wrapper has the code where it has a status otherwise.
 */
function errorCode(error: unknown): string | undefined {
	let cause = error as { code?: unknown; httpCode?: unknown; cause?: unknown } | undefined;
	for (let depth = 0; depth < 5 && cause !== undefined && cause !== null; depth += 1) {
		if (typeof cause.code === 'string') return cause.code;
		if (typeof cause.httpCode === 'string' && !/^\d+$/.test(cause.httpCode)) return cause.httpCode;
		cause = cause.cause as typeof cause;
	}
	return undefined;
}

/** n8n hands a body over as text, but an older host parses JSON on its own. */
function bodyText(body: unknown): string {
	if (typeof body === 'string') return body;
	return body === undefined || body === null ? '' : JSON.stringify(body);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function isContainer(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

/**
 * @param json the body of an answer with an error status, in NestJS's form: `message` is text or a
 * list of texts, `error` the name of the status
 */
function serviceMessage(json: unknown): string {
	if (!isContainer(json)) return '';
	const { message, error } = json as { message?: unknown; error?: unknown };
	if (Array.isArray(message)) return message.map(String).join('; ');
	if (typeof message === 'string') return message;
	if (typeof error === 'string') return error;
	return isContainer(error) ? serviceMessage(error) : '';
}

/**
 * @param header seconds, or a date
 * @param now ms since 1970
 * @returns ms to wait, at least 0; undefined when the header is missing or unreadable
 */
function readRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
