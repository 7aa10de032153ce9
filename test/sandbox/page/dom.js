// Small helpers for the page. Texts of the service become text nodes, never HTML.

/** Makes an element; functions become listeners of what their name says. */
export function el(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (typeof value === 'function') element.addEventListener(name, value);
		else if (value === true) element.setAttribute(name, '');
		else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
	}
	element.append(...children.filter((child) => child !== undefined && child !== ''));
	return element;
}

/** Brings a list up to date. What has not changed stays as it is, with its focus and its scroll. */
export function fill(list, items, key, render) {
	const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
	const after = items.map((item) => {
		const text = JSON.stringify(item);
		const old = before.get(key(item));
		if (old?.seen === text) return old;
		const made = render(item);
		made.dataset.key = key(item);
		made.seen = text;
		if (old) takeOver(old, made);
		return made;
	});
	for (const child of [...list.children]) if (!after.includes(child)) child.remove();
	let place = list.firstElementChild;
	for (const child of after) {
		if (child === place) place = place.nextElementSibling;
		else list.insertBefore(child, place);
	}
	list.querySelector('[data-focus]')?.focus({ preventScroll: true });
	for (const child of list.querySelectorAll('[data-focus]')) delete child.dataset.focus;
}

/** What was open stays open, and the focus stays where it was or goes to the next thing to do. */
function takeOver(old, made) {
	const isOpen = old.querySelector('details')?.open;
	if (isOpen) made.querySelector('details').open = true;
	if (!old.contains(document.activeElement)) return;
	const { name } = document.activeElement.dataset;
	const target =
		[...made.querySelectorAll('[data-name]:not(:disabled)')].find(
			(child) => child.dataset.name === name,
		) ??
		made.querySelector('button:not(:disabled)') ??
		made;
	if (target === made) made.tabIndex = -1;
	target.dataset.focus = '';
}

/** A button that puts a text into the clipboard. */
export function copyButton(label, text) {
	const button = el('button', { type: 'button', 'data-name': label }, label);
	button.addEventListener('click', async () => {
		await navigator.clipboard.writeText(text).then(
			() => (button.textContent = 'Copied'),
			() => (button.textContent = 'Not allowed'),
		);
		setTimeout(() => (button.textContent = label), 1500);
	});
	return button;
}

export function clock(time) {
	return el('time', { datetime: time }, new Date(time).toLocaleTimeString([], { hour12: false }));
}

/** "invitation.email.bounced" → "Invitation email bounced" */
export function plain(type) {
	const text = type.replace(/[._]/g, ' ').replace('abtest', 'A/B test');
	return text[0].toUpperCase() + text.slice(1);
}
