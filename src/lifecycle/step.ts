import type { Clock } from '../clock.ts';
import type { Cache } from '../cluster/cache.ts';
import { withoutManagedFields } from '../cluster/kinds.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { StepNames, StepWord } from '../progress/progress.ts';
import type { ControllerRevision } from '../seldon/revision.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Applying } from './apply/applying.ts';
import type { DryRun } from './dry-run.ts';
import type { HistoryKeeping } from './history/keep-history.ts';
import type { SeenEvents } from './seen-events.ts';
import type { StepProgress } from './step-progress.ts';
import type { Desired } from './waits/observation.ts';

/**
 * Does one step of one deployment: takes what the steps before it have come to, and answers what it has come to itself. But
 * for an apply it is not asked where there is no deployment.
 */
export type Step = (state: StepState, progress: StepProgress, deps: StepDeps) => Promise<StepState>;

/** A step of a plan, to be done of any deployment. */
export interface PlannedStep<Word extends StepWord = StepWord> {
  word: Word;
  /** What it is to do, as it was read from the plan or the flags. */
  told: object;
  /** Under which names it is told, in this order; those that an error cuts off are told as skipped. */
  names: readonly StepNames[Word][];
  run: Step;
  /** Says, under the first of its names, what `run` would do after steps that were only said themselves. */
  dryRun: Step;
  /** The files whose SeldonDeployments it applies. */
  applies?: { filename: readonly string[]; recursive: boolean };
  /** What it scales to. */
  scales?: ScaleRequest;
  /** Whether it waits for what was scaled last. */
  needsScaling?: true;
  /** Whether what it asks is answered by Events. */
  usesEvents?: boolean;
  /** Whether the lines of the files say no more what is there after it. */
  rewrites?: true;
  /** Whether no deployment is there after it. */
  deletes?: true;
  /** Whether it ends when somebody presses Enter, for which there has to be a terminal. */
  prompts?: true;
}

/** A person at a terminal. */
export interface Prompt {
  /** What was typed by now answers no question that is asked from now on. */
  discardTyped(): Promise<void>;
  /** Calls back once: at the next Enter, or when the input has ended and there is none to come. Its answer ends that. */
  onAnswer(listener: (answer: 'enter' | 'ended') => void): () => void;
}

/** What is known of a deployment between two of its steps. */
export interface StepState {
  /** As the server answered our last change, or as it was read. Undefined: it is not there. */
  desired: Desired | undefined;
  /** Whether `desired` was read just now, so that it need not be read again before it is changed. */
  fresh: boolean;
  /** What we have applied last, where that is all there is: of a deployment that these steps have made. */
  applied: SeldonDeployment | undefined;
  /** How long whatever looks done has to stay so, in milliseconds. */
  settleMs: number;
  /** Whether the apply just before has changed nothing. */
  unchanged?: boolean;
  /** What was there before these steps have changed it first; undefined: they have made it, or have changed nothing. */
  before?: SeldonDeployment | undefined;
  /** What is kept of its history, where that is known and its state now may be kept too. */
  revisions?: readonly ControllerRevision[] | undefined;
  /** What the last scaling was to come to. */
  scaledTo: ScaleRequest | undefined;
}

/** What the steps of one deployment work with. */
export interface StepDeps {
  cluster: SeldonCluster;
  cache: Cache;
  clock: Clock;
  signal: AbortSignal;
  applying: Applying;
  /** For each wait. */
  timeoutMs: number;
  /** When all of it has to be over, in milliseconds since 1970. */
  deadline: number;
  /** How long a blocker that may pass is tolerated; undefined: waits end only when their time is up. */
  failGraceMs: number | undefined;
  /** The Events of the deployment that is followed. */
  events: SeenEvents;
  /** Adds those of before that tell why its pods are not ready; undefined: there are none, it was made here. */
  recall: (() => Promise<void>) | undefined;
  /** 'none' unless nothing is to be changed. */
  dryRun: DryRun;
  /** What the files of this step hold for the deployment. */
  manifest: Manifest | undefined;
  /** What was applied last from a file, unless something has changed it since. */
  written: Manifest | undefined;
  /** Undefined: no history is kept. */
  history: HistoryKeeping | undefined;
  /** What the plan does after this step. */
  next: StepWord | undefined;
  /** Undefined where nobody is there to press Enter. */
  prompt: Prompt | undefined;
  /** Told the uid as soon as the deployment has one, so that its Events can be followed. */
  follow(uid: string): void;
  /** Told what a step has come to before it has ended, so that what it has made is known where the rest of it fails. */
  reached(state: StepState): void;
  /** Told the deployment as the server has it after a change, or would have it after a dry run. */
  changed(deployment: SeldonDeployment): void;
}

/**
 * A change of a spec settles this long: a number that restarts pods shows in two Deployments, or twice in one, and
 * everything may look right before the operator has written the other change, or has seen the first.
 */
export const SETTLE_MS = 1_000;

/**
 * What is known after a step has changed what is there, otherwise than by applying a file. `revisions`: where the step has
 * looked after the history.
 */
export function changedTo(
  state: StepState,
  deployment: SeldonDeployment,
  revisions?: readonly ControllerRevision[],
): StepState {
  const { desired } = state;
  const isChanged = deployment.metadata.generation !== desired?.generation;
  return {
    ...state,
    desired: desiredOf(deployment),
    fresh: false,
    applied: undefined,
    settleMs: SETTLE_MS,
    unchanged: false,
    before: state.before ?? (isChanged ? desired?.deployment : undefined),
    revisions,
  };
}

/** Of a deployment as it was read from the cluster just now; without one, of one that is still to be made. */
export function stateOf(live: SeldonDeployment | undefined): StepState {
  return { desired: live && desiredOf(live), fresh: true, applied: undefined, settleMs: 0, scaledTo: undefined };
}

/**
 * What of a state is kept until the next step, where no history is. Of what a write has answered nobody reads the status, which is
 * old by then, and who has written which field is asked anew by whoever has to know: a fifth of what a deployment takes.
 */
export function untilNextStep(state: StepState): StepState {
  const { desired, fresh } = state;
  if (!desired || fresh) return state;
  const { status: _, ...deployment } = withoutManagedFields(desired.deployment);
  return { ...state, desired: { ...desired, deployment } };
}

/** What is asked for by a deployment as the server has it. */
export function desiredOf(deployment: SeldonDeployment): Desired {
  const { uid = '', generation = 0 } = deployment.metadata;
  return { uid, generation, deployment };
}

/** Whoever puts steps in order has to see to it that there is one. */
export function existing({ desired }: StepState): Desired {
  if (!desired) throw new Error('there is no deployment at this step');
  return desired;
}
