import type { Advice } from '../advice/advice.ts';

/**
 * The names under which a step is told, by its word in a plan. Each file in steps/ adds its own (declaration merging): then
 * steps/step-table.ts does not compile until it lists the step too.
 */
export interface StepNames {
  /** No step of plans: what has to be there before the first one. */
  createNamespace: 'create-namespace';
}

/** What a step is called in reports, by which JSON output, JUnit and the timeline know it. */
export type StepName = StepNames[keyof StepNames];

/** What a plan calls a step. */
export type StepWord = Exclude<keyof StepNames, 'createNamespace'>;

export type StepPhase = 'started' | 'succeeded' | 'failed' | 'skipped';

export interface DeploymentName {
  namespace: string;
  name: string;
}

/**
 * What happens during a command, as data: text and JSON output are only different readers of these reports.
 * Times are milliseconds since 1970. (Events are Kubernetes Events; these are reports.)
 */
export type ProgressReport =
  | BeginReport
  | ObjectReport
  | StepReport
  | WaitingReport
  | EventReport
  | NoticeReport
  | ReplicasReport
  | PodReport
  | FieldReport
  | SummaryReport;

/** Before anything else is said of them: the deployments that it is about. */
export interface BeginReport {
  type: 'begin';
  time: number;
  deployments: readonly DeploymentName[];
}

/** What was done with an object beside the deployments, in kubectl's words: secret/key serverside-applied */
export interface ObjectReport {
  type: 'object';
  time: number;
  message: string;
}

export interface StepReport {
  type: 'step';
  time: number;
  deployment: DeploymentName;
  step: StepName;
  /** What a plan calls it. */
  name?: string;
  state: StepPhase;
  /** Of a step that has ended. */
  durationMs?: number;
  message?: string;
  /** The message in kubectl's own word, and what that leaves out, for commands that kubectl has too. */
  word?: string;
  remark?: string;
  /** Of apply and scale: what became of the object. */
  result?: ApplyResult;
}

export interface WaitingReport {
  type: 'waiting';
  time: number;
  deployment: DeploymentName;
  step: StepName;
  message: string;
}

export interface EventReport {
  type: 'event';
  time: number;
  deployment: DeploymentName;
  event: ReportedEvent;
}

/** A Kubernetes Event, whichever of its two forms it was written in. Times are milliseconds since 1970. */
export interface ReportedEvent {
  uid: string;
  type: string;
  reason: string;
  message: string;
  /** Set where it is a Warning of something that mends itself. */
  benign?: true;
  /** Set where it tells of nothing but the usual course: a terminal folds it. */
  routine?: true;
  count: number;
  firstTime: number | undefined;
  lastTime: number | undefined;
  /** The component that wrote it. */
  source: string;
  object: { kind: string; namespace: string; name: string; uid: string };
  /** Of a pod, which of its containers it is about, where it says so. */
  container?: string;
}

export interface NoticeReport {
  type: 'notice';
  time: number;
  level: 'info' | 'warning' | 'error';
  /** Undefined: it is about all of them, or none. */
  deployment?: DeploymentName;
  message: string;
}

/** How many replicas a Deployment has, whenever that changes; told only where somebody draws it. */
export interface ReplicasReport {
  type: 'replicas';
  time: number;
  deployment: DeploymentName;
  /** The Deployment. */
  object: { name: string; uid: string };
  desired: number;
  available: number;
  /** Set, once, when it is not there any more. */
  gone?: true;
}

/** What a pod is doing, whenever that changes; told only where somebody draws it. */
export interface PodReport {
  type: 'pod';
  time: number;
  deployment: DeploymentName;
  object: { name: string; uid: string };
  /** In the word of kubectl's STATUS column: ContainerCreating, Running, ErrImagePull, Terminating. */
  status: string;
  ready: boolean;
  restarts: number;
  /** Set, once, when it is not there any more. */
  gone?: true;
}

/** A field of the deployment's spec or status that is other than it was, where somebody asks for that. */
export interface FieldReport {
  type: 'field';
  time: number;
  deployment: DeploymentName;
  /** spec.predictors[0].replicas, status.state */
  path: string;
  /** On one line, as JSON but for texts; undefined where it was, or is, not there. */
  from: string | undefined;
  to: string | undefined;
}

export type Outcome = 'succeeded' | 'failed' | 'timed-out' | 'interrupted';

/** Where it acted is left out of what ended before that was known. */
export interface SummaryReport extends Partial<Destination> {
  type: 'summary';
  time: number;
  outcome: Outcome;
  exitCode: number;
  durationMs: number;
  deployments: DeploymentSummary[];
}

/** Why a deployment was not available, for scripts. */
export interface DiagnosisEntry {
  /** One of a fixed list: see docs/debugging.md. */
  reason: string;
  message: string;
  /** Whether it ends a wait. */
  final: boolean;
  advice: string;
  pod?: string;
  container?: string;
  /** `lastTime`: RFC 3339. */
  event?: { reason: string; message: string; count: number; lastTime?: string };
}

export interface DeploymentSummary extends DeploymentName {
  uid: string | undefined;
  outcome: Outcome;
  steps: { step: StepName; state: StepPhase; durationMs?: number }[];
  /** How many Events were reported, repeats not counted. */
  events: number;
  /** What was found wrong when it failed, worst first; left out where nothing was. */
  diagnosis?: DiagnosisEntry[];
  /** What is still in the cluster of it, as kubectl names it: deployment.apps/iris-default-0-classifier */
  left: string[];
}

/** As it is told, before the commands in a notice are written out. */
export type ToldReport = Exclude<ProgressReport, NoticeReport> | ToldNotice;

export interface ToldNotice extends Omit<NoticeReport, 'message'> {
  message: Advice;
}

export type Report = (report: ToldReport) => void;

/** Who writes what is told. */
export type ProgressReader = (report: ProgressReport) => void;

/** What an apply did; kubectl says serverside-applied for all three. */
export type ApplyResult = 'created' | 'configured' | 'unchanged';

/** Which cluster a command acts on, and where in it. */
export interface Destination {
  /** Of the kubeconfig; left out where there is none: in a pod, or where only a server is named. */
  context?: string;
  server: string;
  /** Each once. With -A those of the deployments that were found. */
  namespaces: readonly string[];
  /** -A */
  allNamespaces?: true;
  /** A cluster in memory, which ends with the command. */
  sandbox?: true;
}
