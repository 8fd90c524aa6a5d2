import type { Context } from '../context.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { Mistake } from '../manifests/mistakes.ts';
import { WrongManifests } from '../manifests/read-manifests.ts';
import { type ConnectionGiven, connect } from './connection.ts';

/** What is known to be wrong is not kept back for longer. */
const ASKING_MS = 5_000;

/**
 * Throws what went wrong with the reading of manifests. Of mistakes in them, those that the cluster's schema shows are told
 * too, so that nobody meets them one after the other; a cluster that cannot be asked is none of the mistakes.
 */
export async function withSchemaMistakes(error: unknown, given: ConnectionGiven, program: Context): Promise<never> {
  const isOfUse = error instanceof WrongManifests && !error.mistakes.some(({ isTemplate }) => isTemplate);
  if (!isOfUse || error.deployments.length === 0) throw error;
  const signal = AbortSignal.any([program.signal, AbortSignal.timeout(ASKING_MS)]);
  const found = await mistakesOf(error.deployments, given, { ...program, signal }).catch(() => []);
  program.signal.throwIfAborted();
  throw found.length === 0
    ? error
    : error.withMore(found.filter((one) => !error.mistakes.some((known) => isKnown(one, known))));
}

async function mistakesOf(
  deployments: readonly Manifest[],
  given: ConnectionGiven,
  program: Context,
): Promise<Mistake[]> {
  const { cluster } = await connect(given, program);
  const schema = await cluster.schema();
  if (!schema) return [];
  const { schemaMistakes } = await import('../lifecycle/apply/schema-mistakes.ts');
  return deployments.flatMap(({ deployment, positionOf }) =>
    schemaMistakes(deployment, schema).map(({ path, kind, problem, suggestion }) => ({
      position: positionOf(path, kind === 'unknown' ? 'key' : 'value'),
      problem: suggestion === undefined ? problem : `${problem}: ${suggestion}`,
      path,
    })),
  );
}

/** Our own words for it are better. */
function isKnown(found: Mistake, known: Mistake): boolean {
  const [a, b] = [found.position, known.position];
  if (a.file !== b.file || a.line !== b.line || a.column !== b.column) return false;
  return found.problem.endsWith(known.problem) || String(found.path) === String(known.path);
}
