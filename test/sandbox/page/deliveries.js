// One webhook in the list: what was sent, and what n8n answered.
import { clock, copyButton, el, plain } from '/dom.js';

export function delivery(one) {
	const { event, to, trial, attempts, state, body, signature } = one;
	const last = attempts.at(-1);
	return el(
		'li',
		{},
		el(
			'details',
			{},
			el(
				'summary',
				{},
				el('span', { class: `badge ${tone(state, last)}` }, answer(last)),
				el('span', { class: 'grow' }, el('b', {}, plain(event)), trial ? tag(trial) : ''),
				last ? clock(last.at) : '',
			),
			el('p', {}, meaning(one, last)),
			el('p', { class: 'hint' }, el('code', {}, event), to ? ` to “${to}”` : ''),
			attempts.length > 1 ? el('h3', {}, `${attempts.length} tries`) : '',
			attempts.length > 1 ? el('ol', {}, ...attempts.map(attempt)) : '',
			last?.body ? el('h3', {}, 'Answer') : '',
			last?.body ? el('pre', { tabindex: 0 }, last.body) : '',
			el('h3', {}, 'Body'),
			el('pre', { tabindex: 0 }, pretty(body)),
			el('h3', {}, 'X-Vortex-Signature'),
			el('pre', { tabindex: 0, class: 'wrap' }, signature),
			el(
				'div',
				{ class: 'buttons' },
				copyButton('Copy body', body),
				copyButton('Copy signature', signature),
			),
		),
	);
}

function attempt({ at, answer: status }) {
	return el('li', {}, clock(at), ` ${status || 'waiting for the answer'}`);
}

function tag(trial) {
	return el('span', { class: 'tag' }, trial);
}

function answer(last) {
	if (!last || last.answer === '') return '…';
	return typeof last.answer === 'number' ? String(last.answer) : 'no answer';
}

function tone(state, last) {
	if (state === 'delivered') return 'good';
	return state === 'given up' || last?.answer ? 'bad' : '';
}

function meaning({ trial, state }, last) {
	const status = last?.answer;
	if (!status) return 'On its way to n8n.';
	if (trial === 'repeated' && status === 200) {
		return 'n8n answered politely and started nothing: it has had this event before.';
	}
	if (status === 401) {
		return trial
			? 'n8n refused it and started nothing: the signature does not fit the body.'
			: 'n8n refused it: the signature does not fit. Is the signing secret in the credential right?';
	}
	if (state === 'delivered') {
		return 'n8n took it. It starts the workflow if the workflow’s trigger has chosen this event.';
	}
	const next = state === 'pending' ? ' It will be tried again.' : ' It was given up.';
	if (status === 404) return `Nobody listens there: the workflow is not published.${next}`;
	if (typeof status === 'number') return `n8n answered ${status}.${next}`;
	return `n8n did not answer (${status}).${next}`;
}

function pretty(body) {
	try {
		return JSON.stringify(JSON.parse(body), null, 2);
	} catch {
		return body;
	}
}
