// What the tested versions of n8n do otherwise than the newest, each with its reason. All else is the same.
import { prepared } from './folder.mts';

type Version = [major: number, minor: number];

interface Quirk {
	/** The oldest of the tested versions that does it; all from the beginning when left out. */
	from?: Version;
	/** The oldest of the tested versions that no longer does it. */
	until: Version;
	what: string;
}

const QUIRKS = {
	answersPublishing: {
		until: [2, 41],
		what: 'The order to publish is answered with the refusal, and the workflow is not active. There is no publication status to ask for later.',
	},
	hidesTokens: {
		from: [2, 20],
		until: [2, 30],
		what: 'Stored executions never show the output fields that a node calls sensitive. Later versions hide them only where the licence has data redaction. The next step gets them all the same.',
	},
	saysStatusItself: {
		until: [2, 41],
		what: "The credential test says 401, 403 and 404 in n8n's own words instead of in ours: n8n loses the cause of the error on the way.",
	},
	wantsWholeVersion: {
		until: [2, 41],
		what: 'Output previews are served under the whole version only, 1.0.0, which is what the editor asks for.',
	},
} satisfies Record<string, Quirk>;

/** @returns whether the n8n under test does that */
export function has(quirk: keyof typeof QUIRKS): boolean {
	const [major, minor] = prepared().version.split('.').map(Number);
	const { from = [0, 0], until }: Quirk = QUIRKS[quirk];
	const number = ([one, two]: Version) => one * 1000 + two;
	return number([major, minor]) >= number(from) && number([major, minor]) < number(until);
}
