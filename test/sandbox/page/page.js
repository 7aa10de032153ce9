// Shows what the sandbox knows, once a second, and passes on what a person does.
import { delivery } from '/deliveries.js';
import { clock, el, fill, plain } from '/dom.js';
import { prepareForm } from '/send.js';

const LABELS = {
	deliver: 'Deliver the mail',
	open: 'Open the mail',
	click: 'Click the link',
	accept: 'Accept',
	bounce: 'Bounce',
	complain: 'Mark as spam',
	remind: 'Remind',
	revoke: 'Revoke',
};

const FEW = 12;

const byId = (id) => document.getElementById(id);

let state;
let seen = '';
let showsAll = false;

async function refresh() {
	try {
		const text = await (await fetch('/sandbox/state')).text();
		byId('status').classList.remove('lost');
		if (byId('status').dataset.lost) say('');
		if (text !== seen) show(JSON.parse((seen = text)));
	} catch {
		say('The sandbox does not answer. Is the demo still running?');
		byId('status').classList.add('lost');
		byId('status').dataset.lost = 'yes';
	}
}

function say(text) {
	delete byId('status').dataset.lost;
	byId('status').textContent = text;
}

async function post(route, body) {
	const answer = await fetch(route, {
		method: 'POST',
		headers: body && { 'Content-Type': 'application/json' },
		body: body && JSON.stringify(body),
	}).catch(() => undefined);
	const problem = answer?.ok === false ? (await answer.json()).message : '';
	say(problem ? [problem].flat().join('. ') : '');
	await refresh();
}

function show(next) {
	state = next;
	const { links, invitations, contacts, messages, deliveries } = state;
	fill(byId('links'), links, ({ url }) => url, link);
	list('invitations', invitations, ({ id }) => id, invitation);
	list('contacts', contacts, ({ id }) => id, contact);
	list('messages', messages, ({ at, text }) => at + text, message);
	list('deliveries', showsAll ? deliveries : deliveries.slice(0, FEW), ({ id }) => id, delivery);
	byId('show-all').hidden = showsAll || deliveries.length <= FEW;
	byId('show-all').textContent = `Show all ${deliveries.length}`;
}

function list(id, items, key, render) {
	fill(byId(id), items, key, render);
	byId(id).parentElement.classList.toggle('is-empty', items.length === 0);
}

function link({ name, url }) {
	return el('a', { href: url, target: '_blank', rel: 'noopener' }, name);
}

function invitation({ id, who, name, group, state: word, moments, possible, shortLink }) {
	const buttons = state.actions.map((action) =>
		el(
			'button',
			{
				type: 'button',
				class: action === 'accept' ? 'primary' : undefined,
				'data-name': action,
				'aria-label': `${LABELS[action]}: ${who}`,
				disabled: !possible.includes(action),
				click: () => post(`/sandbox/invitations/${id}/${action}`),
			},
			LABELS[action],
		),
	);
	const tone = { Accepted: 'good', Bounced: 'bad', 'Marked as spam': 'bad', Revoked: 'off' }[word];
	return el(
		'li',
		{ 'aria-label': `${who}: ${word}` },
		el(
			'div',
			{ class: 'row' },
			el('span', { class: 'grow' }, el('b', {}, who), group ? ` to ${group}` : ''),
			el('span', { class: `badge ${tone ?? ''}` }, word),
		),
		name ? el('p', { class: 'hint' }, name) : '',
		el('div', { class: 'buttons' }, ...buttons),
		el(
			'details',
			{},
			el('summary', {}, 'What has happened'),
			el('ol', {}, ...moments.map(({ type, at }) => el('li', {}, clock(at), ` ${plain(type)}`))),
			el('p', {}, el('a', { href: shortLink, target: '_blank' }, 'The page behind the link')),
			el('p', { class: 'hint' }, 'Invitation ID ', el('code', {}, id)),
		),
	);
}

const KNOWN = ['id', 'timesSaved', 'name'];

function contact({ timesSaved, ...fields }) {
	const rows = Object.entries(fields).filter(([field, value]) => !KNOWN.includes(field) && value);
	return el(
		'li',
		{},
		el('b', {}, String(fields.name ?? fields.email)),
		el('span', { class: 'tag' }, timesSaved === 1 ? 'added once' : `saved ${timesSaved} times`),
		el(
			'dl',
			{},
			...rows.flatMap(([field, value]) => [
				el('dt', {}, field),
				el('dd', {}, typeof value === 'string' ? value : JSON.stringify(value)),
			]),
		),
	);
}

function message({ at, text }) {
	return el('li', {}, clock(at), ` ${text}`);
}

byId('show-all').addEventListener('click', () => {
	showsAll = true;
	show(state);
});
for (const button of document.querySelectorAll('[data-trial]')) {
	button.addEventListener('click', () => post(`/sandbox/trials/${button.dataset.trial}`));
}

await refresh();
await prepareForm(post, () => state?.invitations[0]);
setInterval(() => document.hidden || refresh(), 1000);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
