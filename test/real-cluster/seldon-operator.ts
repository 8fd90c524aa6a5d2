import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import type { Api } from '../../src/cluster/api.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { freePorts } from '../control-plane/free-ports.ts';
import { lastLines } from '../control-plane/process.ts';
import type { ListeningWebhook, WebhookConfiguration } from './seldon-webhook.ts';

/** What is needed of the manifests that Seldon's chart makes. */
export interface SeldonInstallation {
  customResourceDefinition: { metadata: { name: string } };
  configMap: object;
  webhook: WebhookConfiguration;
  /** The environment of the operator's container. */
  env: Readonly<Record<string, string>>;
}

interface Manifest {
  kind: string;
  metadata: { name: string; [field: string]: unknown };
  data?: object;
  webhooks?: unknown;
  spec?: { template?: { spec: { containers: { name: string; env?: { name: string; value?: string }[] }[] } } };
}

/**
 * From the manifests of the chart seldon-core-operator.
 * @throws {Error} naming what is not among them
 */
export function installationFrom(text: string): SeldonInstallation {
  const manifests = parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
  const find = (kind: string, name: RegExp): Manifest => {
    const found = manifests.find((manifest) => manifest.kind === kind && name.test(manifest.metadata.name));
    if (!found)
      throw new Error(`SELDON_CRD holds no ${kind} called ${name}: it is what "helm template" prints of the chart.`);
    return found;
  };
  const definition = find('CustomResourceDefinition', /^seldondeployments\./);
  const deployment = find('Deployment', /^seldon-controller-manager$/);
  const manager = deployment.spec?.template?.spec.containers.find(({ name }) => name === 'manager');
  const variables = manager?.env?.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])) ?? [];
  return {
    customResourceDefinition: { ...definition, metadata: { name: definition.metadata.name } },
    configMap: { metadata: { name: 'seldon-config' }, data: find('ConfigMap', /^seldon-config$/).data },
    webhook: find('ValidatingWebhookConfiguration', /seldon/) as unknown as WebhookConfiguration,
    env: Object.fromEntries(variables),
  };
}

const NAMESPACE = 'seldon-system';
const READY_LIMIT_MILLISECONDS = 60_000;

/**
 * Starts Seldon's own operator beside a control plane, without leader election, and waits until it works and its webhook
 * listens. It ends with this process.
 * @throws {Error} with the end of its log, if it ends or is not up in time
 */
export async function startSeldonOperator(
  binary: string,
  { configMap, env }: SeldonInstallation,
  controlPlane: ControlPlane,
  api: Api,
): Promise<{ webhook: ListeningWebhook; logPath: string; stop(): Promise<void> }> {
  const post = (path: string, body: object) => api.call({ method: 'POST', path: `/api/v1/namespaces${path}`, body });
  await post('', { metadata: { name: NAMESPACE } });
  await post(`/${NAMESPACE}/configmaps`, configMap);

  // Where controller-runtime looks for them, below the folder for temporary files.
  const folder = mkdtempSync(join(tmpdir(), 'seldon-operator-'));
  const certificates = join(folder, 'k8s-webhook-server', 'serving-certs');
  await mkdir(certificates, { recursive: true });
  const { cert, key } = selfSignedCertificate();
  writeFileSync(join(certificates, 'tls.crt'), cert);
  writeFileSync(join(certificates, 'tls.key'), key, { mode: 0o600 });

  const [port = 0] = await freePorts(1);
  const logPath = join(dirname(controlPlane.auditLogPath), 'seldon-operator.log');
  const log = openSync(logPath, 'w');
  const child = spawn(
    binary,
    [`--kubeconfig=${controlPlane.kubeconfigPath}`, `--webhook-port=${port}`, '--metrics-addr=0'],
    { env: { ...env, PATH: process.env.PATH, POD_NAMESPACE: NAMESPACE, TMPDIR: folder }, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = once(child, 'exit').catch(() => {});
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const stop = async () => {
    end();
    await ended;
    process.off('exit', end);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(child, logPath, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { webhook: { port, cert }, logPath, stop };
}

async function ready(child: ReturnType<typeof spawn>, logPath: string, port: number): Promise<void> {
  const isOver = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  for (const start = Date.now(); Date.now() - start < READY_LIMIT_MILLISECONDS; await sleep(100)) {
    if (isOver()) break;
    if (/Starting workers/.test(readFileSync(logPath, 'utf8')) && (await listens(port))) return;
  }
  throw new Error(
    `Seldon's operator ${isOver() ? 'ended' : 'is not up'}. ${logPath} ends with:\n${lastLines(logPath)}`,
  );
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
