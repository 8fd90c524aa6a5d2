import type { Clock } from '../clock.ts';
import type { Picture } from '../cluster/picture.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Applying } from './apply/applying.ts';
import type { SeenEvents } from './seen-events.ts';

/** What the steps of one deployment work with. */
export interface Surroundings {
  cluster: SeldonCluster;
  picture: Picture;
  clock: Clock;
  signal: AbortSignal;
  applying: Applying;
  /** For each wait. */
  timeoutMs: number;
  /** When all of it has to be over, in milliseconds since 1970. */
  deadline: number;
  /** How long an obstacle that may pass is borne; undefined: waits end only when their time is up. */
  failGraceMs: number | undefined;
  /** The Events of the deployment that is followed. */
  events: SeenEvents;
  /** Told the uid as soon as the deployment has one, so that its Events can be followed. */
  follow(uid: string): void;
}
