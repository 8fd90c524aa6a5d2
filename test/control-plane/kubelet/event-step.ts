import type { Turn } from './container-turn.ts';
import type { Step } from './stage.ts';

/** How a kubelet tells of something. Values are Go template expressions, with $container as container-turn.ts sets it. */
export interface KubeletEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  /** e.g. `printf "Pulling image %q" $container.image` */
  message: string;
  /** How often it has happened by now; 1 if not given. */
  count?: string;
  /** It is about the pod, not about one of its containers. */
  ofPod?: true;
}

/**
 * A step that writes an Event as a kubelet would. kwok's own event steps cannot hold anything of the pod, and come from
 * "kwok_controller", so this one applies the Event as an object. The same event again has the same name, and moves only
 * its count and lastTimestamp on, as with a kubelet's recorder.
 */
export function eventStep(turn: Turn, { type, reason, message, count = '1', ofPod }: KubeletEvent): Step {
  return {
    apply: {
      type: 'merge',
      template: `${turn}{{ $message := ${message} }}{{ $count := int (${count}) }}
{{ $same := printf "%s/%s/${reason}/%s" .metadata.uid $container.name $message }}
apiVersion: v1
kind: Event
metadata:
  name: {{ printf "%s.%s" (trunc 230 .metadata.name) (sha256sum $same | trunc 16) | Quote }}
  namespace: {{ .metadata.namespace | Quote }}
involvedObject:
  apiVersion: v1
  kind: Pod
  namespace: {{ .metadata.namespace | Quote }}
  name: {{ .metadata.name | Quote }}
  uid: {{ .metadata.uid | Quote }}
  resourceVersion: {{ .metadata.resourceVersion | Quote }}
${ofPod ? '' : '  fieldPath: {{ printf "spec.%s{%s}" $field $container.name | Quote }}'}
type: ${type}
reason: ${reason}
message: {{ $message | Quote }}
source: {component: kubelet, host: {{ .spec.nodeName | Quote }}}
reportingComponent: kubelet
reportingInstance: {{ .spec.nodeName | Quote }}
count: {{ $count }}
lastTimestamp: {{ Now | Quote }}
{{ if eq $count 1 }}firstTimestamp: {{ Now | Quote }}{{ end }}
`,
    },
  };
}
