// Loads a package with n8n's own loader, in a process that has n8n-core already:
// node test/bench/loading.mts <folder>. Prints how long it took, in ms.
import { require } from './built.mts';

const { PackageDirectoryLoader } = require('n8n-core') as typeof import('n8n-core');

const [folder] = process.argv.slice(2);

const started = performance.now();
const loader = new PackageDirectoryLoader(folder);
await loader.loadAll();
const time = performance.now() - started;
console.log(JSON.stringify({ time, nodes: Object.keys(loader.known.nodes).length }));
