import { join } from 'node:path';
import type { Binaries, RunFiles } from './folders.ts';

/** In the order in which they are started. */
export const partNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;
export type PartName = (typeof partNames)[number];

export interface Ports {
  etcd: number;
  etcdPeer: number;
  apiServer: number;
  controllerManager: number;
  scheduler: number;
  kubelet: number;
}

/** Command line of a part: the executable, then its arguments. Each names the run folder, see process.ts. */
export type CommandLine = [string, ...string[]];

export function commandLines(
  binaries: Binaries,
  files: RunFiles,
  ports: Ports,
  withPodNetwork: boolean,
): Record<PartName, CommandLine> {
  const { controlPlane, kwok } = binaries;
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const key = (name: string) => join(files.keys, `${name}.key`);
  const certificate = (name: string) => join(files.keys, `${name}.crt`);
  const serving = (port: number) => [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${certificate('server')}`,
    `--tls-private-key-file=${key('server')}`,
  ];
  // Their defaults of 20 to 50 requests a second would be what limits a test with a thousand deployments.
  const controller = [
    `--kubeconfig=${files.kubeconfig}`,
    '--leader-elect=false',
    '--kube-api-qps=1000',
    '--kube-api-burst=1000',
  ];

  return {
    etcd: [
      controlPlane,
      'etcd',
      `--data-dir=${files.etcdData}`,
      '--unsafe-no-fsync', // nothing here needs to outlive the machine
      '--log-level=warn',
      `--listen-client-urls=${url(ports.etcd)}`,
      `--advertise-client-urls=${url(ports.etcd)}`,
      `--listen-peer-urls=${url(ports.etcdPeer)}`,
      `--initial-advertise-peer-urls=${url(ports.etcdPeer)}`,
      `--initial-cluster=default=${url(ports.etcdPeer)}`,
    ],
    'kube-apiserver': [
      controlPlane,
      'kube-apiserver',
      ...serving(ports.apiServer),
      `--etcd-servers=${url(ports.etcd)}`,
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none', // the Service "kubernetes" may not have an endpoint on loopback
      '--authorization-mode=RBAC',
      `--client-ca-file=${certificate('ca')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key('service-account')}`,
      `--service-account-signing-key-file=${key('service-account')}`,
      '--service-cluster-ip-range=10.0.0.0/16',
      `--audit-policy-file=${files.auditPolicy}`,
      `--audit-log-path=${files.auditLog}`,
      ...(withPodNetwork ? [`--egress-selector-config-file=${files.egressSelector}`] : []),
      '--audit-log-maxsize=10000', // MB; the default of 100 would move requests into another file
    ],
    'kube-controller-manager': [
      controlPlane,
      'kube-controller-manager',
      ...serving(ports.controllerManager),
      ...controller,
      '--use-service-account-credentials',
      `--service-account-private-key-file=${key('service-account')}`,
      `--root-ca-file=${certificate('ca')}`,
    ],
    'kube-scheduler': [controlPlane, 'kube-scheduler', ...serving(ports.scheduler), ...controller],
    kwok: [
      kwok,
      `--kubeconfig=${files.kubeconfig}`,
      `--config=${files.kwokConfig}`,
      '--manage-all-nodes',
      '--node-lease-duration-seconds=40', // without leases the node turns NotReady after 40 s
      '--node-ip=127.0.0.1',
      `--node-port=${ports.kubelet}`,
      `--server-address=127.0.0.1:${ports.kubelet}`,
      `--tls-cert-file=${certificate('server')}`,
      `--tls-private-key-file=${key('server')}`,
      '--cidr=10.244.0.0/16',
    ],
  };
}
