import { deployment } from '../cluster/answer-forms.ts';
import type { Api } from '../cluster/api.ts';
import { learn } from '../cluster/inspection.ts';
import { listObjects } from '../cluster/list-objects.ts';
import { METADATA_ONLY, ofList } from '../cluster/metadata-only.ts';
import { inspectNamespace } from '../cluster/namespace-inspection.ts';
import { operatorSettings } from '../cluster/operator-settings.ts';
import { resourceKinds } from '../cluster/resource-kinds.ts';
import { whatIsMade } from '../cluster/what-is-made.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Finding } from './judge.ts';
import { judgeFiles, type LiveDeployment, type ThereAlready } from './judge-files.ts';

/** What each namespace that the files go into would refuse of what the operator makes of them. */
export async function examineFiles(api: Api, deployments: readonly KubernetesObject[]): Promise<Finding[]> {
  const read = await operatorSettings(api);
  const namespaces = [...new Set(deployments.map(({ metadata }) => metadata.namespace ?? ''))];
  const findings = await Promise.all(
    namespaces.map(async (namespace) => {
      const [inspected, there] = await Promise.all([inspectNamespace(api, namespace), thereAlready(api, namespace)]);
      const files = deployments
        .filter(({ metadata }) => metadata.namespace === namespace)
        .map((one) => ({ name: one.metadata.name, made: whatIsMade(one, read.settings) }));
      return judgeFiles(namespace, files, { inspected, there, assumed: read.assumed });
    }),
  );
  return findings.flat();
}

async function thereAlready(api: Api, namespace: string): Promise<ThereAlready> {
  const [deployments, services] = await Promise.all([
    learn(() => listObjects<LiveDeployment>(api, resourceKinds.deployment, namespace, { form: deployment })),
    learn(() => listObjects(api, resourceKinds.service, namespace, { accept: ofList(METADATA_ONLY) })),
  ]);
  return {
    deployments: 'known' in deployments ? deployments.known : [],
    services: 'known' in services ? services.known : [],
  };
}
