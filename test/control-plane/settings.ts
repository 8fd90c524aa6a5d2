import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastWords } from '../../src/sandbox/workloads/image-stories.ts';
import { kubernetesVersion } from './build.ts';
import type { RunFiles } from './folders.ts';
import { nodeStage } from './kubelet/node-stage.ts';
import { podStages } from './kubelet/pod-stages.ts';

/** Writes the files that the parts are started with. The keys must be there already. All of it is JSON, which is YAML too. */
export async function writeSettings(files: RunFiles, url: string, podNetwork?: string): Promise<void> {
  await writeFile(files.kubeconfig, JSON.stringify(await kubeconfig(files, url), null, 2), { mode: 0o600 });
  await writeFile(files.auditPolicy, JSON.stringify(auditPolicy));
  if (podNetwork !== undefined) await writeFile(files.egressSelector, JSON.stringify(egressSelector(podNetwork)));
  await writeFile(files.containerLog, containerLog);
  await writeFile(files.previousLog, previousLog);
  const kwok = [...podStages, nodeStage(await kubernetesVersion()), kwokOptions, containerLogs(files)];
  await writeFile(files.kwokConfig, kwok.map((object) => JSON.stringify(object, null, 2)).join('\n---\n'));
}

/** The one node. Its status is what node-stage.ts makes of it. */
export const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-0', labels: { 'kubernetes.io/hostname': 'node-0', 'kubernetes.io/os': 'linux' } },
};

async function kubeconfig(files: RunFiles, url: string) {
  const base64 = async (name: string) => (await readFile(join(files.keys, name))).toString('base64');
  const user = {
    'client-certificate-data': await base64('admin.crt'),
    'client-key-data': await base64('admin.key'),
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'control-plane', cluster: { server: url, 'certificate-authority-data': await base64('ca.crt') } },
    ],
    users: [{ name: 'admin', user }],
    contexts: [{ name: 'control-plane', context: { cluster: 'control-plane', user: 'admin' } }],
    'current-context': 'control-plane',
  };
}

/** Every request once, when it was answered; watches twice, when they start and when they end. See audit.ts. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

/** https://kubernetes.io/docs/reference/config-api/apiserver-config.v1beta1/: by a proxy on a Unix socket. */
function egressSelector(socket: string) {
  const transport = { uds: { udsName: socket } };
  return {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection: { proxyProtocol: 'HTTPConnect', transport } }],
  };
}

/**
 * kwok plays four pods at a time by default, which for a burst of a thousand takes it minutes. With a configuration of
 * ours it has no other default left: each of these must be at least 1.
 */
const kwokOptions = {
  apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
  kind: 'KwokConfiguration',
  options: {
    podPlayStageParallelism: 16,
    nodePlayStageParallelism: 1,
    nodeLeaseParallelism: 1,
    podsOnNodeSyncParallelism: 1,
    enablePodsOnNodeSyncListPager: true,
    enableDebuggingHandlers: true, // for logs
  },
};

function containerLogs(files: RunFiles) {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterLogs',
    metadata: { name: 'every-container' },
    spec: { logs: [{ logsFile: files.containerLog, previousLogsFile: files.previousLog }] },
  };
}

/** As container runtimes write logs: time, stream, F for a full line. */
const containerLog = [
  '2026-01-01T00:00:01.000000000Z stdout F starting the model server',
  '2026-01-01T00:00:02.000000000Z stdout F loading the model from /mnt/models',
  '2026-01-01T00:00:03.000000000Z stderr F the model has no metadata, going on without',
  '2026-01-01T00:00:04.000000000Z stdout F listening on port 9000',
  '',
].join('\n');

const previousLog = lastWords
  .map((line, index) => `2026-01-01T00:00:${String(index).padStart(2, '0')}.000000000Z stderr F ${line}\n`)
  .join('');
