// The sandbox as a program of its own: node test/sandbox/main.mts --port 8787 --api-key VRTX.…
import { parseArgs } from 'node:util';
import { createSandbox } from './server.mts';

const { values } = parseArgs({
	options: { port: { type: 'string', default: '8787' }, 'api-key': { type: 'string' } },
});
const apiKey = values['api-key'] ?? process.env.VORTEX_API_KEY;
if (!apiKey) {
	console.error('Say which API key the sandbox takes: --api-key VRTX.… (or VORTEX_API_KEY).');
	process.exit(2);
}

const sandbox = createSandbox({ apiKey });
try {
	await sandbox.listen(Number(values.port));
} catch (error) {
	const isBusy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
	console.error(
		isBusy
			? `Port ${values.port} is in use. Choose another with --port.`
			: `The sandbox could not start: ${(error as Error).message}`,
	);
	process.exit(1);
}
console.log(`Sandbox ready: ${sandbox.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}
