import { Readable } from 'node:stream';
import { BadInput } from '../../src/failures.ts';
import { inNamespaces } from '../../src/manifests/choose-namespace.ts';
import { readManifests } from '../../src/manifests/read-manifests.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { expectedDeployments } from '../../src/seldon/expected-deployments.ts';
import type { Language } from './corpus-case.ts';

/** Reads a text as the commands do, short of asking a cluster: what is wrong with it; undefined where nothing is. */
export async function problemOf(language: Language, text: string | Uint8Array): Promise<BadInput | undefined> {
  const stdin = Readable.from([Buffer.from(text)]);
  try {
    if (language === 'plan') await readPlan('-', { set: [], env: {} }, stdin);
    else {
      const manifests = await readManifests(['-'], { recursive: false, stdin, env: {} });
      for (const { deployment } of inNamespaces(manifests, undefined, 'default').deployments) {
        expectedDeployments(deployment);
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
}
