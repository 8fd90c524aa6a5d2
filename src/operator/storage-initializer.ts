import type { Deployment } from './kubernetes-objects.ts';
import type { OperatorSettings } from './settings.ts';

export const MODELS = '/mnt/models';
const PVC = 'pvc://';
const DISK = { name: 'kfserving-pvc-source', mountPath: '/mnt/pvc', readOnly: true };

/**
 * Adds the init container that fetches a model from `modelUri` into a volume shared with `containerName`. The secrets of
 * its ServiceAccount are left out: a missing one is only logged by the operator.
 * Source: InjectModelInitializer in operator/controllers/model_initializer_injector.go.
 */
export function injectStorageInitializer(
  deployment: Deployment,
  containerName: string,
  { storageInitializer, envSecretName }: OperatorSettings,
  source: { modelUri?: string; storageInitializerImage?: string; envSecretRefName?: string },
): void {
  if (!source.modelUri) return;
  const pod = deployment.spec.template.spec;
  const container = pod.containers.find(({ name }) => name === containerName);
  if (!container) throw new Error(`Invalid configuration: cannot find container: ${containerName}`);
  const volume = shortened(`${containerName}-provision-location`);
  const name = shortened(`${containerName}-model-initializer`);
  const mount = (added: { name: string; mountPath: string; readOnly: boolean }) => {
    if (container.volumeMounts?.some((existing) => existing.name === added.name)) return;
    container.volumeMounts = [...(container.volumeMounts ?? []), added];
  };
  const isThere = pod.initContainers?.some((existing) => existing.name === name);
  const [claimName = '', ...below] = source.modelUri.startsWith(PVC)
    ? source.modelUri.slice(PVC.length).split('/')
    : [''];
  const fromDisk = claimName !== '' && !isThere;
  if (fromDisk) mount(DISK);
  mount({ name: volume, mountPath: MODELS, readOnly: true });
  if (isThere) return;
  const disk = fromDisk ? [{ name: DISK.name, persistentVolumeClaim: { claimName } }] : [];
  pod.volumes = [...(pod.volumes ?? []), ...disk, { name: volume, emptyDir: {} }];
  const secret = source.envSecretRefName || envSecretName;
  pod.initContainers = [
    ...(pod.initContainers ?? []),
    {
      name,
      image: source.storageInitializerImage || storageInitializer.image,
      imagePullPolicy: 'IfNotPresent',
      args: [fromDisk ? `${DISK.mountPath}/${below.join('/')}` : source.modelUri, MODELS],
      volumeMounts: [...(fromDisk ? [DISK] : []), { name: volume, mountPath: MODELS }],
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      ...(secret && { envFrom: [{ secretRef: { name: secret } }] }),
      resources: storageInitializer.resources,
    },
  ];
}

/** Unlike the names of whole objects these are cut off, not hashed. */
function shortened(name: string): string {
  return name.slice(0, 63).replace(/-$/, '');
}
