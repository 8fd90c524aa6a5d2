import { reasons } from '../../lifecycle/diagnosis/finding.ts';
import type {
  ApplyResult,
  DeploymentName,
  DeploymentSummary,
  Destination,
  DiagnosisEntry,
  EventReport,
  FieldReport,
  NoticeReport,
  Outcome,
  PodReport,
  ReplicasReport,
  ReportedEvent,
  StepName,
  StepPhase,
  StepReport,
  SummaryReport,
  WaitingReport,
} from '../../progress/progress.ts';
import {
  constant,
  durationMs,
  kubernetesTime,
  listOf,
  maybe,
  objectOf,
  type Schema,
  text,
  time,
  timeOrNull,
  trueOrFalse,
  wholeNumber,
  word,
} from './shape.ts';

/** Every one of a union of words, which the compiler checks. */
const wordsOf = <Word extends string>(words: Readonly<Record<Word, true>>) => Object.keys(words);

const STEPS = wordsOf<StepName>({
  'create-namespace': true,
  apply: true,
  wait: true,
  'wait-available': true,
  scale: true,
  'wait-scaled': true,
  'set-image': true,
  restart: true,
  traffic: true,
  'wait-predictor': true,
  promote: true,
  'wait-promoted': true,
  'remove-predictors': true,
  patch: true,
  undo: true,
  predict: true,
  hold: true,
  logs: true,
  assert: true,
  delete: true,
  'wait-deleted': true,
});
const PHASES = wordsOf<StepPhase>({ started: true, succeeded: true, failed: true, skipped: true });
const RESULTS = wordsOf<ApplyResult>({ created: true, configured: true, unchanged: true });
const LEVELS = wordsOf<NoticeReport['level']>({ info: true, warning: true, error: true });
const OUTCOMES = wordsOf<Outcome>({ succeeded: true, failed: true, 'timed-out': true, interrupted: true });

/** A report as it is printed: with its time as text. */
export type Printed<Report extends { time: number }> = Omit<Report, 'time'> & { time: string };

export const head = { time: time('When it happened') };
export const namespace = text('The namespace');
export const outcome = word('How the command ended', OUTCOMES);
export const exitCode = wholeNumber('The exit code of the command');
export const level = word('Its severity', LEVELS);
export const reason = word('What is wrong, in one word that does not change between versions', Object.keys(reasons));
export const schemaOfSummary = constant('The version of these lines', 'seldon-lifecycle/v1');

export const destination = {
  context: text('The context of the kubeconfig, if one is used'),
  server: text('The URL of the API server'),
  namespaces: listOf('The namespaces in which the command acts', { type: 'string' }),
  allNamespaces: constant('With -A', true),
  sandbox: constant('With --sandbox', true),
} satisfies { [Key in keyof Destination]-?: Schema };

const deployment = objectOf<DeploymentName>('The SeldonDeployment', { namespace, name: text('Its name') });
const step = word('The step', STEPS);
const owned = (what: string) =>
  objectOf<{ name: string; uid: string }>(what, { name: text('Its name'), uid: text('Its uid') });

export const diagnosis = listOf(
  'What is wrong, the worst first',
  objectOf<DiagnosisEntry>('One thing that is wrong', {
    reason,
    message: text('What is wrong and where'),
    final: trueOrFalse('Whether it ends a wait'),
    advice: text('What to do'),
    pod: maybe(text('The pod in which it shows')),
    container: maybe(text('The container in which it shows')),
    event: maybe(
      objectOf<NonNullable<DiagnosisEntry['event']>>('The Event that shows it', {
        reason: text('Its reason'),
        message: text('Its message'),
        count: wholeNumber('How often it was seen'),
        lastTime: maybe(kubernetesTime('When it was last seen')),
      }),
    ),
  }),
);

interface PrintedEvent extends Omit<ReportedEvent, 'firstTime' | 'lastTime' | 'routine' | 'container'> {
  firstTime: string | null;
  lastTime: string | null;
}

const event = objectOf<PrintedEvent>('A Kubernetes Event, new or repeated', {
  uid: text('Its uid'),
  type: text('Normal or Warning'),
  reason: text('Its reason'),
  message: text('Its message'),
  benign: maybe(constant('A Warning about something that resolves itself', true)),
  count: wholeNumber('How often it was seen'),
  firstTime: timeOrNull('When it was first seen'),
  lastTime: timeOrNull('When it was last seen'),
  source: text('The component that wrote it'),
  object: objectOf<ReportedEvent['object']>('What it is about', {
    kind: text('Its kind'),
    namespace,
    name: text('Its name'),
    uid: text('Its uid'),
  }),
});

/** The lines of the commands that take deployments through steps, and of --report FILE.ndjson, by their `type`. */
export const progressLines = {
  step: objectOf<Printed<Omit<StepReport, 'word' | 'remark'>>>('A step of a deployment begins or ends', {
    ...head,
    type: constant('A step', 'step'),
    deployment,
    step,
    name: maybe(text('The name that a plan gives the step')),
    state: word('Its state', PHASES),
    durationMs: maybe(durationMs('How long the step took, if it has ended')),
    message: maybe(text('What was done, or why it failed')),
    result: maybe(word('What apply or scale did with the object', RESULTS)),
  }),
  waiting: objectOf<Printed<WaitingReport>>('What a step waits for, whenever that changes', {
    ...head,
    type: constant('A wait', 'waiting'),
    deployment,
    step,
    message: text('What it waits for'),
  }),
  event: objectOf<Printed<Omit<EventReport, 'event'> & { event: PrintedEvent }>>('A Kubernetes Event', {
    ...head,
    type: constant('An Event', 'event'),
    deployment,
    event,
  }),
  field: objectOf<Printed<FieldReport>>('A field of the spec or status that changed, with --diff', {
    ...head,
    type: constant('A field', 'field'),
    deployment,
    path: text('Its path in the object: status.state'),
    from: maybe(text('The old value; left out if there was none')),
    to: maybe(text('The new value; left out if there is none')),
  }),
  notice: objectOf<Printed<NoticeReport>>('A message for people', {
    ...head,
    type: constant('A message', 'notice'),
    level,
    deployment: maybe(deployment),
    message: text('The message'),
  }),
  replicas: objectOf<Printed<ReplicasReport>>('The replicas of a Deployment, in a file of --report', {
    ...head,
    type: constant('Replicas', 'replicas'),
    deployment,
    object: owned('The Deployment'),
    desired: wholeNumber('How many it should have'),
    available: wholeNumber('How many are available'),
    gone: maybe(constant('Set when it is gone', true)),
  }),
  pod: objectOf<Printed<PodReport>>('The state of a pod, in a file of --report', {
    ...head,
    type: constant('A pod', 'pod'),
    deployment,
    object: owned('The pod'),
    status: text("Its status, as in kubectl's STATUS column"),
    ready: trueOrFalse('Whether it is ready'),
    restarts: wholeNumber('How often its containers were restarted'),
    gone: maybe(constant('Set when it is gone', true)),
  }),
  summary: objectOf<Printed<SummaryReport> & { schema: string }>('The last line of all', {
    ...head,
    type: constant('The summary', 'summary'),
    schema: schemaOfSummary,
    outcome,
    exitCode,
    durationMs: durationMs('How long the command took'),
    context: maybe(destination.context),
    server: maybe(destination.server),
    namespaces: maybe(destination.namespaces),
    allNamespaces: maybe(destination.allNamespaces),
    sandbox: maybe(destination.sandbox),
    deployments: listOf(
      'The result of each deployment',
      objectOf<DeploymentSummary>('A deployment', {
        namespace,
        name: text('Its name'),
        uid: maybe(text('Its uid; left out if it never existed')),
        outcome: word('How it ended', OUTCOMES),
        steps: listOf(
          'Its steps',
          objectOf<DeploymentSummary['steps'][number]>('A step', {
            step,
            state: word('How it ended', PHASES),
            durationMs: maybe(durationMs('How long it took')),
          }),
        ),
        events: wholeNumber('How many Events were shown, without repeats'),
        diagnosis: maybe(diagnosis),
        left: listOf('Its objects that are still in the cluster: deployment.apps/iris-default-0-classifier', {
          type: 'string',
        }),
      }),
    ),
  }),
} satisfies Record<string, Schema>;
