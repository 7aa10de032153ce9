// What a program says while it works, and how it ends when something a person can mend is wrong.

/** Something that a person can mend: the message says what is wrong and what to do. */
export class Stop extends Error {}

const started = Date.now();

/** Prints one step with the seconds since the start. */
export function say(text: string): void {
	const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
	console.log(`${seconds} s  ${text}`);
}

/**
 * Asks again and again until there is an answer.
 *
 * @param what the step, for the message when its time is over
 * @param seconds how long it may take
 * @param ask gives undefined while there is no answer
 */
export async function waitFor<T>(
	what: string,
	seconds: number,
	ask: () => Promise<T | undefined>,
): Promise<T> {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > end) throw new Stop(`${what} did not happen within ${seconds} seconds.`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
