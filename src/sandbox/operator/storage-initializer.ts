import type { Deployment } from './kubernetes-objects.ts';
import { storageInitializerImage } from './prepackaged-servers.ts';

const MODELS = '/mnt/models';

/**
 * Adds the init container that fetches a model from `uri` into a volume shared with `containerName`. Secrets are left
 * out: a missing one is only logged by the operator.
 * Source: InjectModelInitializer in operator/controllers/model_initializer_injector.go.
 */
export function injectStorageInitializer(
  deployment: Deployment,
  containerName: string,
  source: { modelUri?: string; storageInitializerImage?: string; envSecretRefName?: string },
): void {
  if (!source.modelUri) return;
  const pod = deployment.spec.template.spec;
  const container = pod.containers.find(({ name }) => name === containerName);
  if (!container) throw new Error(`Invalid configuration: cannot find container: ${containerName}`);
  const volume = shortened(`${containerName}-provision-location`);
  const name = shortened(`${containerName}-model-initializer`);
  if (!container.volumeMounts?.some((mount) => mount.name === volume)) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name: volume, mountPath: MODELS, readOnly: true }];
  }
  if (pod.initContainers?.some((existing) => existing.name === name)) return;
  pod.volumes = [...(pod.volumes ?? []), { name: volume, emptyDir: {} }];
  const resources = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '100Mi' } };
  pod.initContainers = [
    ...(pod.initContainers ?? []),
    {
      name,
      image: source.storageInitializerImage || storageInitializerImage,
      imagePullPolicy: 'IfNotPresent',
      args: [source.modelUri, MODELS],
      volumeMounts: [{ name: volume, mountPath: MODELS }],
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      ...(source.envSecretRefName && { envFrom: [{ secretRef: { name: source.envSecretRefName } }] }),
      resources,
    },
  ];
}

/** Unlike the names of whole objects these are cut off, not hashed. */
function shortened(name: string): string {
  return name.slice(0, 63).replace(/-$/, '');
}
