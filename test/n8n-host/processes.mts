// Programs that run to their end, and that end with us whatever happens to us.
import { execa, type Options, type ResultPromise } from 'execa';
import { Stop } from '../support/say.mts';
import { remedy } from './remedies.mts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program in a process group of its own: helpers that it starts end with it.
 *
 * @param watch is given the running program, for example to show what it prints
 * @returns what it printed. Refuses when it fails.
 */
export async function runToEnd(
	command: string,
	args: string[],
	options: Options,
	watch: (running: ResultPromise) => void = () => {},
): Promise<string> {
	const running = execa(command, args, { ...options, all: true, detached: true, stdin: 'ignore' });
	const endGroup = () => {
		try {
			if (running.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
		} catch {
			// It has ended meanwhile.
		}
	};
	// Somebody else who listens has things to end as well, and lets us exit after that.
	const onSignal = (signal: NodeJS.Signals) => {
		endGroup();
		if (process.listenerCount(signal) === 1) process.exit(130);
	};
	process.once('exit', endGroup);
	for (const signal of SIGNALS) process.on(signal, onSignal);
	watch(running);
	try {
		return String((await running).stdout);
	} catch (error) {
		const { command: line, all, shortMessage } = error as Record<string, string | undefined>;
		const text = all || (shortMessage ?? String(error));
		const last = text.trim().split('\n').slice(-15).join('\n');
		throw new Stop(
			[`This did not work: ${line}\n${last}`, remedy(text)].filter(Boolean).join('\n\n'),
		);
	} finally {
		process.off('exit', endGroup);
		for (const signal of SIGNALS) process.off(signal, onSignal);
	}
}
