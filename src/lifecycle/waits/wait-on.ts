import type { Cache } from '../../cluster/cache.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { FailFast } from '../failing/fail-fast.ts';
import type { SeenEvents } from '../seen-events.ts';
import type { Answer } from './answer.ts';
import type { Observation } from './observation.ts';
import { type WaitEnd, type WaitOptions, wait } from './wait.ts';

/** A deployment, and what is asked of it. */
export interface WaitedOn {
  cache: Cache;
  uid: string;
  /** Undefined: none are watched. */
  events?: SeenEvents | undefined;
  verdict(seen: Observation): Answer;
  /** Ends the wait when the answer cannot become 'done' any more; undefined: only time does. */
  failFast: FailFast | undefined;
  /** Calls back when the answer may have changed with time alone; its answer ends that. */
  onDue?: ((listener: () => void) => () => void) | undefined;
}

/** The one loop of every wait on a deployment: asks the verdict now, after every change of all that it owns, and when time tells. */
export function waitOn(
  { cache, uid, events, verdict, failFast, onDue }: WaitedOn,
  options: Omit<WaitOptions, 'onChange'>,
): Promise<WaitEnd> {
  const ask = () => {
    const seen = observe(cache, uid, events);
    const answer = verdict(seen);
    return failFast ? failFast.judge(answer, seen) : answer;
  };
  const onChange = (listener: () => void) => {
    const stops = [
      cache.onChange(uid, listener),
      failFast?.onDue(listener),
      onDue?.(listener),
      events?.onSeen(listener),
    ];
    return () => {
      for (const stop of stops) stop?.();
    };
  };
  return wait(ask, { ...options, onChange });
}

/** What the cache shows of the deployment with this uid and of what it owns, and what was seen of them in Events. */
export function observe(cache: Cache, uid: string, events?: Pick<SeenEvents, 'of'>): Observation {
  return {
    deployment: cache.get(uid) as SeldonDeployment | undefined,
    gone: cache.isGone(uid),
    owned: cache.ownedBy(uid),
    listedKinds: cache.listedKinds,
    unsyncedKinds: cache.unsyncedKinds,
    staleKinds: cache.staleKinds,
    events: (of) => events?.of(of) ?? [],
    now: cache.clock.now(),
  };
}
