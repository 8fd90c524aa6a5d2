import type { Clock } from '../clock.ts';
import type { Picture } from '../cluster/picture.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Applying } from './apply/apply-step.ts';
import type { ReportedEvent } from './progress.ts';

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
  /** The newest Warning event of the object with this uid. */
  lastWarning(uid: string): ReportedEvent | undefined;
  /** Told the uid as soon as the deployment has one, so that its Events can be followed. */
  follow(uid: string): void;
  /** The one that is followed. */
  readonly uid: string | undefined;
}
