import { whatIsMade } from '../cluster/what-is-made.ts';
import { concurrencyLimiter } from '../concurrency-limiter.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { MadeObject } from '../operator/made-objects.ts';
import type { OperatorSettings } from '../operator/settings.ts';
import { type Admission, type Asking, admissionOf, type PodTemplate } from './admission.ts';

export interface PreviewedObject extends MadeObject {
  admission: Admission;
}

/** What the operator would make of one SeldonDeployment, or why it would give up, in its words. */
export interface Preview {
  name: string;
  namespace: string;
  objects: PreviewedObject[];
  givenUp?: string;
}

/** A SeldonDeployment as an apply would leave it, and as it is, if it is there. */
export interface Previewed {
  deployment: KubernetesObject;
  live: KubernetesObject | undefined;
}

const AT_A_TIME = 20;

/**
 * What the operator would make of each, and whether the server would admit it. Throws Failure where the server cannot be
 * asked.
 */
export async function previewAll(
  deployments: readonly Previewed[],
  settings: OperatorSettings,
  asking: Asking,
): Promise<Preview[]> {
  const inTurn = concurrencyLimiter(AT_A_TIME);
  return await Promise.all(
    deployments.map(async ({ live, deployment }) => {
      const { name, namespace = '' } = deployment.metadata;
      const made = whatIsMade(deployment, settings);
      if ('givenUp' in made) return { name, namespace, objects: [], givenUp: made.givenUp };
      const templates = live ? templatesOf(live, settings) : undefined;
      const objects = made.objects.map((one) =>
        inTurn(async () => ({
          ...one,
          admission: await admissionOf(one, asking, templates?.get(one.object.metadata.name)),
        })),
      );
      return { name, namespace, objects: await Promise.all(objects) };
    }),
  );
}

/** Of the pods, by the names of the Deployments. */
function templatesOf(live: KubernetesObject, settings: OperatorSettings): Map<string, PodTemplate> {
  const made = whatIsMade(live, settings);
  const objects = 'givenUp' in made ? [] : made.objects;
  return new Map(objects.flatMap(({ pods }) => (pods ? [[pods.of.metadata.name, pods.of.spec.template]] : [])));
}
