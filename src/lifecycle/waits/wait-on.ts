import type { Picture } from '../../cluster/picture.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { FailFast } from '../failing/fail-fast.ts';
import type { Answer } from './answer.ts';
import type { Observation } from './observation.ts';
import { type WaitEnd, type WaitOptions, wait } from './wait.ts';

/** A deployment, and what is asked of it. */
export interface WaitedOn {
  picture: Picture;
  uid: string;
  verdict(seen: Observation): Answer;
  /** Ends the wait when the answer cannot become 'done' any more; undefined: only time does. */
  failFast: FailFast | undefined;
  /** Calls back when the answer may have changed with time alone; its answer ends that. */
  onDue?: ((listener: () => void) => () => void) | undefined;
}

/** The one loop of every wait on a deployment: asks the verdict now, after every change of all that it owns, and when time tells. */
export function waitOn(
  { picture, uid, verdict, failFast, onDue }: WaitedOn,
  options: Omit<WaitOptions, 'onChange'>,
): Promise<WaitEnd> {
  const ask = () => {
    const seen = observe(picture, uid);
    const answer = verdict(seen);
    return failFast ? failFast.judge(answer, seen) : answer;
  };
  const onChange = (listener: () => void) => {
    const stops = [picture.onChange(uid, listener), failFast?.onDue(listener), onDue?.(listener)];
    return () => {
      for (const stop of stops) stop?.();
    };
  };
  return wait(ask, { ...options, onChange });
}

/** What the picture shows of the deployment with this uid and of what it owns. */
export function observe(picture: Picture, uid: string): Observation {
  return {
    deployment: picture.get(uid) as SeldonDeployment | undefined,
    gone: picture.isGone(uid),
    owned: picture.ownedBy(uid),
    missingKinds: picture.missingKinds,
    staleKinds: picture.behindKinds,
  };
}
