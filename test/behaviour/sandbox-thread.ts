import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { startServedSandbox } from './served-sandbox.ts';

/** What sandbox-server.ts runs beside the test: a sandbox, whose kubeconfig is told, until any message comes. */
const port = parentPort;
if (!port) throw new Error('this is a thread of sandbox-server.ts');
const sandbox = await startServedSandbox(workerData);
port.postMessage(sandbox.kubeconfig);
await once(port, 'message');
await sandbox.stop();
port.close();
