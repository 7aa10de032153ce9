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
	hasAnotherEditor: {
		until: [2, 41],
		what: 'Menus and panels of the editor are laid out and worded otherwise. Files that walk through the editor and prove nothing else of our package run on the newest only.',
	},
	hidesTokens: {
		from: [2, 20],
		until: [2, 30],
		what: 'Stored executions never show the output fields that a node calls sensitive. Later versions hide them only where the licence has data redaction. The next step gets them all the same.',
	},
	logsRefusedTests: {
		until: [2, 41],
		what: 'At log level debug, n8n logs what the service has answered to a credential test, of any credential. A service that sends the key back gets it into that line. The newest has the cause of the error and does not come to that line.',
	},
	refusesLargeFormsAsBroken: {
		until: [2, 30],
		what: 'Form data that is too large is answered with 500 instead of 413, by n8n itself and before our trigger is asked.',
	},
	saysStatusItself: {
		until: [2, 41],
		what: "The credential test says 401, 403 and 404 in n8n's own words instead of in ours: n8n loses the cause of the error on the way.",
	},
	showsExecutionsInAFrame: {
		until: [2, 30],
		what: "Below Executions, the editor shows an execution's canvas in a frame of its own.",
	},
	stopsAtRefusingTool: {
		until: [2, 30],
		what: 'A tool that refuses stops the whole execution with its message. Later versions tell the model, which can try something else.',
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
