import type { FieldPath } from '../../manifests/manifest.ts';
import type { ReportedEvent } from '../../progress/progress.ts';

/** One reason why a deployment is not available: what is wrong and where, how that is known, and what a person could do. */
export interface Finding {
  /** In Kubernetes' word where it has one. Scripts read it: it stays the same. */
  reason: Reason;
  /** The same as long as it is the same trouble, though its wording may change. */
  key: string;
  /**
   * Whether it ends a wait. 'now': no time mends it. 'after-grace': it may pass by itself, as when a registry is down for a
   * moment. 'no': time may well mend it, so it is only named.
   */
  fails: 'now' | 'after-grace' | 'no';
  /** Object, then what is wrong with it: pod x, container c: OOMKilled, … */
  why: string;
  /** The Event that tells of it, where one was seen. */
  event?: ReportedEvent | undefined;
  advice: string;
  /** What it is about in the SeldonDeployment, where that can be told. */
  field?: FieldPath | undefined;
  /** Where it shows, if it is in a pod. */
  pod?: FoundIn | undefined;
  /** Set where it ends a wait only after longer than others, in milliseconds. */
  graceMs?: number;
}

export interface FoundIn {
  name: string;
  uid: string;
  /** Undefined: it is about the whole pod. */
  container: string | undefined;
  /** Which of its logs may tell more: of the run that goes on, of the one before, or none. */
  log: 'current' | 'previous' | undefined;
}

/** Each stands in docs/debugging.md with what it means. */
export const reasons = {
  OOMKilled: 'A container was killed because it used more memory than its limit',
  CrashLoopBackOff: 'A container exits again and again; the end of its log says why',
  Completed: 'A container that should keep running exits without an error',
  ModelDownloadFailed: "Seldon's initializer cannot download the model from modelUri",
  LivenessProbeFailed: 'The kubelet restarts a container because its liveness probe fails',
  StartupProbeFailed: 'The kubelet restarts a container because its startup probe fails',
  ReadinessProbeFailed: 'A container runs, and its readiness probe fails',
  PodInitializing: 'An init container is still running; the other containers start after it',
  ImageNotFound: 'The registry does not have the image',
  ImagePullUnauthorized: 'The registry does not let the cluster pull the image',
  RegistryUnreachable: 'The registry does not respond, or the address is no registry',
  ImagePullFailed: 'The image cannot be pulled for another reason',
  InvalidImageName: 'The name of the image is not valid',
  ErrImageNeverPull: 'The image may not be pulled (imagePullPolicy: Never) and is not on the node',
  ImagePulling: 'Pulling the image takes longer than usual',
  ContainerCannotStart:
    'The kubelet cannot start a container, for example because a Secret, a ConfigMap or the command is missing',
  FailedMount: 'A volume cannot be mounted',
  PodNotStarted: 'The kubelet cannot start the pod',
  Evicted: 'The pod was evicted: it used more than allowed, or its node ran short of a resource',
  PodFailed: 'The pod as a whole has failed, not by a crash of a container',
  NodeNotReady: 'The node of the pod does not answer',
  NodeMissing: 'The pod is bound to a node by its name, but no kubelet starts it',
  Unschedulable: 'No node can take the pod',
  ReferenceMissing: 'The pod refers to a PersistentVolumeClaim that does not exist',
  QuotaExceeded: "The namespace's quota is used up",
  QuotaRequires: "The namespace's quota requires requests or limits that are not set",
  LimitRange: "The resources of a container are outside the namespace's LimitRange",
  PodSecurity: 'Pod Security of the namespace does not admit the pod',
  ServiceAccountMissing: 'The ServiceAccount of the pod does not exist',
  WebhookDenied: 'An admission webhook rejects the pod',
  WebhookUnreachable: 'An admission webhook for pods does not respond',
  FailedCreate: 'The pods of a Deployment cannot be created',
  OperatorFailed: 'The Seldon operator reports Failed',
  NoOperator: 'No Seldon operator manages the deployment',
} as const;

export type Reason = keyof typeof reasons;

const FAILS = ['now', 'after-grace', 'no'] as const;

/** What ends a wait stands before what is only named; of the same, the earlier found. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => FAILS.indexOf(a.fails) - FAILS.indexOf(b.fails));
}
