import type { Clock } from '../clock.ts';
import type { Picture } from '../cluster/picture.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';

/** What the steps of one deployment work with. */
export interface Surroundings {
  cluster: SeldonCluster;
  picture: Picture;
  clock: Clock;
  signal: AbortSignal;
  /** For each wait. */
  timeoutMs: number;
  /** Told the uid as soon as the deployment has one, so that its Events can be followed. */
  onCreated(uid: string): void;
}
