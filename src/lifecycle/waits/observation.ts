import type { Deployment, KubernetesObject, Pod } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { EventsOf } from '../diagnosis/events-of.ts';

/** One moment of a SeldonDeployment and what it owns, as the watches saw it. */
export interface Observation {
  /** Undefined: it is not there, or no longer. */
  deployment: SeldonDeployment | undefined;
  /** It was there and is not any more. */
  gone: boolean;
  owned: {
    deployments: readonly Deployment[];
    replicaSets: readonly KubernetesObject[];
    pods: readonly Pod[];
    others: readonly KubernetesObject[];
  };
  /** Kinds of which what is not among `owned` is not there. */
  listedKinds?: readonly string[];
  /** Kinds that the API server has not listed yet: nothing can be said about them. */
  unsyncedKinds: readonly string[];
  /** What was seen of an object in Events. */
  events: EventsOf;
  /** Milliseconds since 1970. */
  now: number;
  /** Kinds whose watch is being opened again: what is known of them may be out of date. */
  staleKinds: readonly string[];
}

/** What we asked for: the spec as the API server stored it with our last change. */
export interface Desired {
  uid: string;
  /** metadata.generation of that change. */
  generation: number;
  deployment: SeldonDeployment;
}
