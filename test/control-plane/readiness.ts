import { setTimeout as sleep } from 'node:timers/promises';
import { apiRequest } from './api-request.ts';
import type { RunFiles } from './folders.ts';
import { node } from './settings.ts';

/** Waits until the API server says that it is ready. @throws what `signal` is aborted with */
export async function apiServerReady(files: RunFiles, url: string, signal: AbortSignal): Promise<void> {
  await until(signal, async () => (await apiRequest(files, `${url}/readyz`)).status === 200);
}

/**
 * Adds the node to a ready API server, and waits until pods can run: the node is Ready (kwok plays it), and the namespace
 * "default" has its ServiceAccount (the controllers run), without which no pod is admitted.
 */
export async function podsCanRun(files: RunFiles, url: string, signal: AbortSignal): Promise<void> {
  const nodes = `${url}/api/v1/nodes`;
  const alreadyThere = 409;
  await until(signal, async () => [201, alreadyThere].includes((await apiRequest(files, nodes, 'POST', node)).status));
  await until(signal, async () => isTrue('Ready', (await apiRequest(files, `${nodes}/${node.metadata.name}`)).body));
  const serviceAccount = `${url}/api/v1/namespaces/default/serviceaccounts/default`;
  await until(signal, async () => (await apiRequest(files, serviceAccount)).status === 200);
}

/** Installs CustomResourceDefinitions and waits until objects of their kinds can be created. */
export async function definitionsEstablished(
  files: RunFiles,
  url: string,
  definitions: readonly { metadata: { name: string } }[],
  signal: AbortSignal,
): Promise<void> {
  const path = `${url}/apis/apiextensions.k8s.io/v1/customresourcedefinitions`;
  for (const definition of definitions) {
    const { status, body } = await apiRequest(files, path, 'POST', definition);
    if (status !== 201) throw new Error(`${definition.metadata.name} was refused: ${JSON.stringify(body)}`);
    const one = `${path}/${definition.metadata.name}`;
    await until(signal, async () => isTrue('Established', (await apiRequest(files, one)).body));
  }
}

/** Waits until the controllers and the scheduler, at their own ports, say that they are healthy. */
export async function healthy(files: RunFiles, urls: string[], signal: AbortSignal): Promise<void> {
  const check = async (url: string) => (await apiRequest(files, `${url}/healthz`)).status === 200;
  await Promise.all(urls.map((url) => until(signal, () => check(url))));
}

function isTrue(condition: string, body: unknown): boolean {
  const conditions = (body as { status?: { conditions?: { type: string; status: string }[] } })?.status?.conditions;
  return conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false;
}

async function until(signal: AbortSignal, check: () => Promise<boolean>): Promise<void> {
  signal.throwIfAborted();
  while (!(await check())) {
    signal.throwIfAborted();
    await sleep(50);
  }
}
