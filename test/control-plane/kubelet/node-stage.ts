import { type Stage, stage, statusPatch } from './stage.ts';

const capacity = '{cpu: "1000", memory: 4Ti, ephemeral-storage: 4Ti, pods: "100000"}';

/**
 * The one node of the cluster becomes Ready as soon as kwok sees it, with room for any number of pods. It has no address
 * of type Hostname: the API server would rather use that one for `kubectl logs`, and no name server knows it.
 */
export function nodeStage(kubeletVersion: string): Stage {
  return stage('Node', 'node-ready', '[.status.conditions[]? | select(.type == "Ready" and .status == "True")] == []', [
    statusPatch(`
addresses:
- {type: InternalIP, address: {{ NodeIP }}}
daemonEndpoints: {kubeletEndpoint: {Port: {{ NodePort }}}}
capacity: ${capacity}
allocatable: ${capacity}
nodeInfo:
  kubeletVersion: ${kubeletVersion}
  operatingSystem: linux
  architecture: amd64
  containerRuntimeVersion: kwok
  osImage: kwok
conditions:
{{ range NodeConditions }}
- type: {{ .type }}
  status: {{ .status | Quote }}
  reason: {{ .reason }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ Now | Quote }}
  lastTransitionTime: {{ Now | Quote }}
{{ end }}`),
  ]);
}
