import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import type { Compared } from '../execution/compare-all.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { connect, connectionFlags, remarkOf } from './connection.ts';
import * as flags from './flags.ts';
import { say } from './say.ts';

/** Of the commands that ask the server what an apply of files would come to. */
export const comparingFlags = {
  ...connectionFlags,
  filename: flags.filenames('the SeldonDeployments and other objects that they need'),
  recursive: flags.recursive(),
  override: flags.override(),
  forceConflicts: flags.forceConflicts(),
  fieldManager: flags.fieldManager(),
  dropUnknownFields: flags.dropUnknownFields(),
};

export interface ComparedFiles {
  cluster: SeldonCluster;
  manifests: Manifests;
  compared: readonly Compared[];
  /** Warns on standard error, as kubectl does. */
  warn(message: string): void;
}

/** Each object of the files as it is, and as the server says that it would be. `isTold`: of which warnings of the server. */
export async function compareFiles(
  given: typeof comparingFlags,
  program: Context,
  isTold: (warning: string) => boolean = () => true,
): Promise<ComparedFiles> {
  const { stdin, env, signal } = program;
  const { filename, recursive, fieldManager, forceConflicts: force, dropUnknownFields } = given;
  const { withSchemaMistakes } = await import('./wrong-manifests.ts');
  const { readManifests } = await import('../manifests/read-manifests.ts');
  const { inNamespaces } = await import('../manifests/choose-namespace.ts');
  const { compareAll } = await import('../execution/compare-all.ts');
  const remark = remarkOf(given, program);
  const read = await readManifests(filename, { recursive, stdin, env, remark }).catch((error) =>
    withSchemaMistakes(error, given, program),
  );
  const { cluster, namespace } = await connect(given, program);
  const warn = (message: string) => say(program, `Warning: ${message}`);
  cluster.onWarning((text) => {
    if (isTold(text)) warn(text);
  });
  const manifests = inNamespaces(read, { flag: given.namespace, override: given.override, ofContext: namespace });
  const applying = { fieldManager, force, dropUnknownFields };
  return { cluster, manifests, compared: await compareAll(manifests, applying, { cluster, signal, warn }), warn };
}
