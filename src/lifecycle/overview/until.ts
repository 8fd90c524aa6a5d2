import { BadInput } from '../../failures.ts';
import { expectedDeployments } from '../../seldon/expected-deployments.ts';
import { isAskedFor } from '../../seldon/scale-request.ts';
import { type Answer, waiting } from '../waits/answer.ts';
import type { Asked, Observation } from '../waits/observation.ts';
import { waitAvailable } from '../waits/wait-available.ts';
import { waitDeleted } from '../waits/wait-deleted.ts';

/** When to stop looking. */
export type Until = { kind: 'available' } | { kind: 'deleted' } | { kind: 'scaled'; replicas: number };

/** The value of --until. Throws BadInput. */
export function parseUntil(text: string): Until {
  if (text === 'available' || text === 'deleted') return { kind: text };
  const [, replicas] = /^scaled=(\d{1,9})$/.exec(text) ?? [];
  if (replicas !== undefined) return { kind: 'scaled', replicas: Number(replicas) };
  throw new BadInput(`invalid argument "${text}" for "--until": expected available, scaled=N or deleted`);
}

/** Whether it is time to stop, of the deployment as its spec is now: somebody else may be about to change it. */
export function untilMet(until: Until, seen: Observation): Answer {
  if (until.kind === 'deleted') return waitDeleted(seen);
  const { deployment } = seen;
  const { uid = '', generation = 0 } = deployment?.metadata ?? {};
  if (!deployment) {
    return seen.gone
      ? { state: 'failed', why: 'the seldondeployment was deleted' }
      : waiting('the API server to list it');
  }
  const asked: Asked = { uid, generation, deployment };
  if (until.kind === 'scaled') {
    const request = {
      replicas: until.replicas,
      includeSvcOrch: false,
      includeExplainer: false,
      through: 'spec' as const,
    };
    const others = expectedDeployments(deployment).filter(
      (one) =>
        isAskedFor(one, request) && !(one.replicas.governedBy === 'field' && one.replicas.count === until.replicas),
    );
    if (others[0]) return waiting(`deployment "${others[0].name}" to be asked for ${until.replicas} replicas`);
  }
  return waitAvailable(seen, asked);
}
