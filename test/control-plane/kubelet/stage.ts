/**
 * A kwok Stage (kwok.x-k8s.io/v1alpha1): when an object looks like this, wait so long, then do that. kwok plays a stage
 * each time the object changes and matches; when several match it takes one by chance, so ours exclude each other.
 */
export interface Stage {
  apiVersion: 'kwok.x-k8s.io/v1alpha1';
  kind: 'Stage';
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: 'v1'; kind: 'Pod' | 'Node' };
    selector: { matchExpressions: { jq: { key: string; operator: 'In'; values: string[] } }[] };
    delay?: { durationMilliseconds: number; durationFrom?: { jq: { expression: string } } };
    steps: Step[];
  };
}

/**
 * One thing a stage does. Templates are Go templates over the object as JSON, with the sprig functions and kwok's own
 * (Now, Quote, NodeIP, PodIPWith …), and must give YAML. `apply` creates an object, or patches the one of that name.
 * After a step that fails, the stage's other steps are left out, except when the API server could not be reached.
 */
export type Step =
  | { patch: { subresource: 'status'; root: 'status'; template: string } }
  | { apply: { type: 'merge'; template: string } }
  | { delete: true };

/** `from` is a jq expression for a Go duration; where it gives nothing, or something else, `milliseconds` counts. */
export interface Delay {
  milliseconds: number;
  from?: string;
}

/** A stage that is played when `when`, a jq expression, is true of the object. */
export function stage(kind: 'Pod' | 'Node', name: string, when: string, steps: Step[], delay?: Delay): Stage {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind },
      selector: { matchExpressions: [{ jq: { key: when, operator: 'In', values: ['true'] } }] },
      ...(delay && {
        delay: {
          durationMilliseconds: delay.milliseconds,
          ...(delay.from !== undefined && { durationFrom: { jq: { expression: delay.from } } }),
        },
      }),
      steps,
    },
  };
}

export function statusPatch(template: string): Step {
  return { patch: { subresource: 'status', root: 'status', template } };
}
