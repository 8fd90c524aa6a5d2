import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

/** Where the Go module is that the binaries are built from. */
export const goModule = join(import.meta.dirname, 'go');

/**
 * The folder for everything built and written here: CONTROL_PLANE_DIR, or .control-plane in the project. To keep the
 * binaries from one clone to the next, let both use one CONTROL_PLANE_DIR.
 */
export function controlPlaneFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.CONTROL_PLANE_DIR || join(project, '.control-plane'));
}

export interface Binaries {
  /** etcd and the four parts of Kubernetes, see go/main.go. */
  controlPlane: string;
  kubectl: string;
  kwok: string;
}

export function binariesIn(folder: string): Binaries {
  const bin = join(folder, 'bin');
  return { controlPlane: join(bin, 'control-plane'), kubectl: join(bin, 'kubectl'), kwok: join(bin, 'kwok') };
}

/** The files of one control plane; several can run side by side, each under its own name. */
export interface RunFiles {
  folder: string;
  /** What runs: see running.ts. */
  state: string;
  kubeconfig: string;
  keys: string;
  etcdData: string;
  logs: string;
  auditLog: string;
  auditPolicy: string;
  /** How the API server connects to pods, where there is a network of them. */
  egressSelector: string;
  kwokConfig: string;
  /** What every container "printed". */
  containerLog: string;
  /** What each "printed" before it was started again. */
  previousLog: string;
}

export function runFilesOf(folder: string, name: string): RunFiles {
  if (!/^[a-z0-9-]+$/.test(name)) {
    throw new Error(`"${name}" cannot be the name of a control plane: use lower-case letters, digits and "-"`);
  }
  const run = join(folder, 'run', name);
  return {
    folder: run,
    state: join(run, 'running.json'),
    kubeconfig: join(run, 'kubeconfig'),
    keys: join(run, 'keys'),
    etcdData: join(run, 'etcd'),
    logs: join(run, 'log'),
    auditLog: join(run, 'log', 'audit.log'),
    auditPolicy: join(run, 'audit-policy.json'),
    egressSelector: join(run, 'egress-selector.json'),
    kwokConfig: join(run, 'kwok.json'),
    containerLog: join(run, 'container.log'),
    previousLog: join(run, 'previous.log'),
  };
}
