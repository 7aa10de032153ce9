// The form that sends any event, with data to start from.
import { el, plain } from '/dom.js';

const form = document.querySelector('#send');
const event = document.querySelector('#event');
const data = document.querySelector('#data');
const problem = document.querySelector('#data-problem');

let sample = '';

/**
 * @param post sends a request to the sandbox
 * @param newest gives the newest invitation, if there is one
 */
export async function prepareForm(post, newest) {
	const { types, names } = await (await fetch('/sandbox/events')).json();
	const options = (kind, list) =>
		list.map((value) => el('option', { value: `${kind}:${value}` }, plain(value)));
	event.replaceChildren(
		el('optgroup', { label: 'Events' }, ...options('type', types)),
		el('optgroup', { label: 'Analytics' }, ...options('name', names)),
	);
	event.value = 'type:invitation.accepted';
	const offerSample = () => {
		if (data.value !== sample && data.value.trim() !== '') return;
		sample = JSON.stringify(sampleOf(event.value, newest()), null, 2);
		data.value = sample;
	};
	offerSample();
	event.addEventListener('change', offerSample);
	form.addEventListener('focusin', offerSample);
	data.addEventListener('input', () => complain(''));
	form.addEventListener('submit', async (submission) => {
		submission.preventDefault();
		const content = read();
		if (content === undefined) return;
		const [kind, ...value] = event.value.split(':');
		await post('/sandbox/events', { [kind]: value.join(':'), data: content });
	});
}

function read() {
	try {
		const content = JSON.parse(data.value || '{}');
		if (content !== null && typeof content === 'object' && !Array.isArray(content)) return content;
		complain('The data must be an object: it begins with { and ends with }.');
	} catch (error) {
		complain(`This is not JSON. ${error.message}`);
	}
	data.focus();
	return undefined;
}

function complain(text) {
	problem.textContent = text;
	if (text) data.setAttribute('aria-invalid', 'true');
	else data.removeAttribute('aria-invalid');
}

function sampleOf(choice, invitation) {
	const invitationId = invitation?.id ?? 'not an invitation of the sandbox';
	const targetEmail = invitation?.who ?? 'nathan@example.com';
	if (choice.startsWith('name:')) return { invitationId, place: 'settings page' };
	if (choice.includes('deployment')) return { deploymentId: 'deployment-1', name: 'Spring' };
	if (choice.includes('winner')) return { abtestId: 'abtest-1', winner: 'B' };
	if (choice.includes('abtest')) return { abtestId: 'abtest-1', variants: ['A', 'B'] };
	return { invitationId, targetEmail };
}
