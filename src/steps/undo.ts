import { objectDiff } from '../diff/object-diff.ts';
import { fieldWriter } from '../kubernetes/field-managers.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { historyOf, rollbackTarget } from '../lifecycle/history/history.ts';
import { keepAsHelp, listRevisions, record } from '../lifecycle/history/keep-history.ts';
import { applyIngress, ingressName, removeIngress } from '../lifecycle/ingress/apply-ingress.ts';
import { readAnew } from '../lifecycle/read-anew.ts';
import { retryOnConflict } from '../lifecycle/retry/retry-on-conflict.ts';
import { inStep, retryWrite } from '../lifecycle/retry/retry-write.ts';
import {
  changedTo,
  desiredOf,
  existing,
  type PlannedStep,
  type Step,
  type StepDeps,
  type StepState,
} from '../lifecycle/step.ts';
import type { StepProgress } from '../lifecycle/step-progress.ts';
import type { Desired } from '../lifecycle/waits/observation.ts';
import { ownValue } from '../own-values.ts';
import { desiredIngress } from '../seldon/ingress.ts';
import {
  type ControllerRevision,
  imagesIn,
  type RecordedState,
  recordedState,
  rolledBack,
} from '../seldon/revision.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { saidOnly } from './said-only.ts';
import { fields, type StepDefinition } from './step-definition.ts';
import { waitStep } from './wait.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    undo: 'undo' | 'wait-available';
  }
}

export const undoDefinition: StepDefinition<'undo'> = {
  word: 'undo',
  says: 'Rolls back to the state before the plan changed the deployment, or otherwise to the previous revision',
  fields: fields({
    toRevision: { says: 'Revision to roll back to, as numbered by history', shape: { is: 'whole number', from: 0 } },
  }),
  read: ({ toRevision }) => undoStep({ toRevision: toRevision === undefined ? undefined : Number(toRevision) }),
};

interface UndoRequest {
  /** 0 or undefined: to the last one before. */
  toRevision?: number | undefined;
}

/** Puts an earlier state of the deployment back in place of what is there, whoever has made that. */
export function undoStep(request: UndoRequest = {}): PlannedStep<'undo'> {
  return {
    word: 'undo',
    told: request,
    names: ['undo'],
    rewrites: true,
    run: (state, progress, deps) => undo(state, progress, deps, request),
    dryRun: saidOnly('undo', 'rolled back'),
  };
}

/**
 * What an apply does where it has failed: puts back what was there before, and waits for it. What the apply has made anew
 * is left as it is.
 */
export const undoOnFailureStep: PlannedStep<'undo'> = {
  word: 'undo',
  told: {},
  names: ['undo', 'wait-available'],
  rewrites: true,
  run: async (state, progress, deps) => {
    if (!state.before) {
      if (!state.fresh) progress.say(nothingToUndo(state, progress));
      return state;
    }
    const undone = await undo(state, progress, deps, {});
    return await waitStep([[{ kind: 'available' }]]).run(undone, progress, deps);
  },
  dryRun: async (state) => state,
};

function nothingToUndo({ unchanged }: StepState, { deployment: { name } }: StepProgress): string {
  if (unchanged) return `seldondeployment "${name}" was not changed by this apply, so there is nothing to undo`;
  return `seldondeployment "${name}" was created by this apply, so there is nothing to roll back to: not changed`;
}

/** What is put back. */
interface Target {
  state: RecordedState;
  inWords: string;
  /** What these steps have left of the deployment, where their own change is undone. */
  ours?: SeldonDeployment;
}

async function undo(state: StepState, progress: StepProgress, deps: StepDeps, request: UndoRequest): ReturnType<Step> {
  const desired = existing(state);
  const { name } = desired.deployment.metadata;
  return await progress.take<StepState>('undo', async () => {
    deps.signal.throwIfAborted();
    const live = await readAnew(desired, deps).catch((error) => explain(error, `read seldondeployment "${name}"`));
    const stored = await revisionsFor(live, state, request, deps);
    const target = chosen(live, stored, state, request);
    const suffix = dryRunSuffix(deps.dryRun);
    if (typeof target === 'string') {
      return { result: { ...state, desired: desiredOf(live) }, message: `${target}${suffix}` };
    }
    for (const words of writtenBack(live)) progress.warn(words);
    const remark = `${target.inWords}: ${imagesIn(target.state).join(', ') || 'no image'}`;
    const word = `rolled back${suffix}`;
    const said = { message: `${word} (${remark})`, word, remark };
    if (deps.dryRun === 'client') return { result: { ...state, desired: desiredOf(live) }, ...said };
    const { before, after, kept } = await putBack(target, { live, stored }, desired, progress, deps);
    deps.changed(after);
    if (deps.dryRun === 'server') {
      showDifference(before, after, progress);
      return { result: { ...state, desired: desiredOf(after) }, ...said };
    }
    const next: StepState = { ...changedTo(state, after), before: undefined };
    deps.reached(next);
    await followIngress(before, after, progress, deps);
    const revisions = await keepAsHelp(progress.deployment, deps, progress, async () => keep(kept, after, deps));
    return { result: { ...next, revisions }, ...said };
  });
}

/** Of tools that come back to the spec that they have written. */
function writtenBack({ metadata: { name, managedFields = [] } }: SeldonDeployment): string[] {
  const writers = managedFields.flatMap((entry) =>
    ownValue(entry.fieldsV1, 'f:spec') ? (fieldWriter(entry) ?? []) : [],
  );
  const words = writers.flatMap(({ name: tool, where, back }) =>
    where && back
      ? [`${tool} manages the spec of seldondeployment "${name}": undo the change ${where} too, or ${back}`]
      : [],
  );
  return [...new Set(words)];
}

type Revisions = readonly ControllerRevision[] | undefined;

/** Once what is there now is recorded: it is to be had again, whoever has made it. */
async function putBack(
  target: Target,
  { live, stored }: { live: SeldonDeployment; stored: Revisions },
  desired: Desired,
  progress: StepProgress,
  deps: StepDeps,
): Promise<{ before: SeldonDeployment; after: SeldonDeployment; kept: Revisions }> {
  const { name } = live.metadata;
  const tried = `roll back seldondeployment "${name}"`;
  const repeating = inStep(progress, deps);
  let kept = stored;
  let seen: SeldonDeployment | undefined = live;
  const send = async () => {
    const before = seen ?? (await readAnew(desired, deps));
    seen = undefined;
    kept = target.ours
      ? await keepAsHelp(progress.deployment, deps, progress, async () => keep(kept, before, deps))
      : await keep(kept, before, deps).catch((error) =>
          explain(error, `record a revision of seldondeployment "${name}"`),
        );
    const state = rolledBack(before, target.state, target.ours);
    return { before, after: await deps.cluster.replaceState(before, state, deps.applying) };
  };
  const sent = await retryWrite(tried, () => retryOnConflict(tried, send, repeating), repeating).catch((error) =>
    explain(error, tried),
  );
  return { ...sent, kept };
}

async function keep(kept: Revisions, deployment: SeldonDeployment, { cluster, history }: StepDeps): Promise<Revisions> {
  return kept && history ? await record(cluster, kept, deployment, history) : undefined;
}

function showDifference(live: SeldonDeployment, merged: SeldonDeployment, progress: StepProgress): void {
  const difference = objectDiff({ live, merged }, { showManagedFields: false, showSecrets: false });
  for (const line of difference.split('\n').slice(0, -1)) progress.show(line);
}

/** In an undo of our own change they are only a help. */
async function revisionsFor(
  live: SeldonDeployment,
  { before, revisions }: StepState,
  { toRevision }: UndoRequest,
  { cluster, history }: StepDeps,
): Promise<Revisions> {
  const { name } = live.metadata;
  if (before && !toRevision) {
    if (!history || history.isTold) return undefined;
    return revisions ?? (await listRevisions(cluster, live).catch(() => undefined));
  }
  return await listRevisions(cluster, live).catch((error) =>
    explain(error, `list the revisions of seldondeployment "${name}"`),
  );
}

/** In kubectl's words where it is that already. Throws Failure. */
function chosen(
  live: SeldonDeployment,
  stored: Revisions,
  { before, desired }: StepState,
  { toRevision }: UndoRequest,
): Target | string {
  if (before && !toRevision) {
    return {
      state: recordedState(before),
      inWords: 'to the previous state',
      ...(desired && { ours: desired.deployment }),
    };
  }
  const entry = rollbackTarget(historyOf(stored ?? [], live), live, toRevision);
  if (entry.current) return `skipped rollback (current template already matches revision ${entry.revision})`;
  return { state: entry.state, inWords: `to revision ${entry.revision}` };
}

/** The Ingress of a deployment is as its annotations say. */
async function followIngress(
  before: SeldonDeployment,
  after: SeldonDeployment,
  progress: StepProgress,
  deps: StepDeps,
): Promise<void> {
  const { name, namespace } = after.metadata;
  const repeating = inStep(progress, deps);
  if (desiredIngress(after)) {
    const tried = `apply ingress "${name}" in namespace "${namespace}"`;
    const send = () => applyIngress(after, { ...deps, retry: repeating });
    const applied = await retryWrite(tried, send, repeating).catch((error) => explain(error, tried));
    if (applied?.did === 'applied') progress.show(`${ingressName(applied.ingress)} serverside-applied`);
  } else if (desiredIngress(before)) {
    const tried = `delete ingress "${name}" in namespace "${namespace}"`;
    await retryWrite(tried, () => removeIngress(before, deps), repeating).catch((error) => explain(error, tried));
  }
}
