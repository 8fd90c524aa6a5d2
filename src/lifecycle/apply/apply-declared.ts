import { ApiFailure } from '../../cluster/api-failure.ts';
import type { Applied } from '../../cluster/seldon-cluster.ts';
import type { FieldPath } from '../../manifests/manifest.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { undeclaredFields, withoutField } from './undeclared-fields.ts';

/** Each round takes a request; whoever has more of them has another problem. */
const MOST_ROUNDS = 50;

/** How it ended, without the fields that the CRD does not declare. */
export type Attempt = { sent: SeldonDeployment; undeclared: FieldPath[] } & (
  | { state: 'applied'; applied: Applied }
  | { state: 'failed'; error: ApiFailure }
);

/**
 * Applies, and once the server names a field that it does not declare, tries again without that, until it takes the rest
 * or has another reason. The CRD itself would tell as well, in several megabytes; so it costs nothing where all is well.
 * Rejects with whatever is not an answer of the server.
 */
export async function applyDeclared(
  deployment: SeldonDeployment,
  tryToApply: (deployment: SeldonDeployment, isRetry: boolean) => Promise<Applied>,
): Promise<Attempt> {
  const undeclared: FieldPath[] = [];
  let sent = deployment;
  for (let round = 0; ; round += 1) {
    try {
      return { state: 'applied', applied: await tryToApply(sent, round > 0), sent, undeclared };
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const named = undeclaredFields(error, sent);
      if (named.length === 0 || round === MOST_ROUNDS) return { state: 'failed', error, sent, undeclared };
      undeclared.push(...named);
      sent = named.reduce(withoutField, sent);
    }
  }
}
