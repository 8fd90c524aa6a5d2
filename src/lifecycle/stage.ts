import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import type { Asked } from './waits/observation.ts';

/** What is done of one deployment; whatever it throws ends it. */
export type Sequence = (steps: Steps, around: Surroundings) => Promise<void>;

/** What is known of a deployment between two of its steps. */
export interface Standing {
  /** As the server answered our last change, or as it was read. Undefined: it is not there. */
  asked: Asked | undefined;
  /** What we have sent last, where that is all there is: of a deployment that these steps have made. */
  sent: SeldonDeployment | undefined;
  /** How long whatever looks done has to stay so, in milliseconds. */
  settleMs: number;
  /** What the last scaling was to come to. */
  scaledTo: ScaleRequest | undefined;
}

/** One step: takes what the steps before it have come to, and answers what it has come to itself. */
export type Stage = (standing: Standing, steps: Steps, around: Surroundings) => Promise<Standing>;

/** Of a deployment as it was read from the cluster; without one, of one that is still to be made. */
export function standingOf(live: SeldonDeployment | undefined): Standing {
  return { asked: live && askedOf(live), sent: undefined, settleMs: 0, scaledTo: undefined };
}

/** What is asked for by a deployment as the server has it. */
export function askedOf(deployment: SeldonDeployment): Asked {
  const { uid = '', generation = 0 } = deployment.metadata;
  return { uid, generation, deployment };
}

/** The stages one after the other. */
export function inOrder(stages: readonly Stage[], start: Standing): Sequence {
  return new Way(start).through(stages);
}

/** The way of one deployment through several sequences, each of which begins where the one before it has ended. */
export class Way {
  #standing: Standing;

  constructor(start: Standing) {
    this.#standing = start;
  }

  through(stages: readonly Stage[]): Sequence {
    return async (steps, around) => {
      for (const stage of stages) this.#standing = await stage(this.#standing, steps, around);
    };
  }
}
