// Says what happens in the sandbox while a person plays with it, one line each.
import type { Stage } from '../n8n-host/stage.mts';
import { say } from '../support/say.mts';

interface Entry {
	number: number;
	text: string;
}

/** @returns a function that says what is new since it was called last, or since now at first */
export async function newsOf(stage: Stage): Promise<() => Promise<void>> {
	const fetchAfter = async (number: number) =>
		(await stage.ask<{ entries: Entry[] }>(`/sandbox/journal?after=${number}`)).entries;
	let last = (await fetchAfter(0)).at(-1)?.number ?? 0;
	return async () => {
		for (const { number, text } of await fetchAfter(last)) {
			// Names come from a form that anybody can fill in: nothing in them may steer the terminal.
			say(text.replace(/\p{Cc}/gu, ' '));
			last = number;
		}
	};
}

/** Goes on until the demo ends. */
export async function watch(sayNews: () => Promise<void>): Promise<never> {
	for (;;) {
		// A sandbox that has ended is noticed elsewhere.
		await sayNews().catch(() => {});
		await new Promise((resolve) => setTimeout(resolve, 300));
	}
}
