import type { KubernetesObject } from '../kubernetes/objects.ts';
import { type MadeObject, madeObjects } from '../operator/made-objects.ts';
import type { SeldonDeployment } from '../operator/seldon-deployment.ts';
import type { OperatorSettings } from '../operator/settings.ts';
import { misfit } from './form.ts';
import { operatorsDeployment } from './operator-forms.ts';

/** What the operator makes of what a file or a server holds, which may be of any form. */
export function whatIsMade(
  deployment: KubernetesObject,
  settings: OperatorSettings,
): { objects: MadeObject[] } | { givenUp: string } {
  const problem = misfit(deployment, operatorsDeployment);
  if (problem !== undefined) return { givenUp: problem };
  try {
    return { objects: madeObjects(deployment as SeldonDeployment, settings) };
  } catch (error) {
    // Any other than the operator's words is a mistake of ours.
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    return { givenUp: error.message };
  }
}
