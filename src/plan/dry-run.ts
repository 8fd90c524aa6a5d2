import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { type DryRun, dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { Step } from '../lifecycle/progress.ts';
import { scaleLive } from '../lifecycle/scale/scale-step.ts';
import { applyStage, thatIsThere } from '../lifecycle/sequence.ts';
import { askedOf, type Stage, type Standing, standingOf } from '../lifecycle/stage.ts';
import type { Surroundings } from '../lifecycle/surroundings.ts';
import { goalInWords } from '../lifecycle/waits/wait-for.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { SeldonDeployment, SeldonSpec } from '../seldon/seldon-deployment.ts';
import { withImage } from '../seldon/set-image.ts';
import { duration } from '../text/age.ts';
import { type PlanStep, stepsTold } from './plan.ts';
import { assertionInWords } from './steps/assert-stage.ts';

/**
 * What a step of a plan would do, said in its place. By 'server' the API server is asked what it has against each spec
 * that the deployment would come to; nothing is changed and nothing waited for.
 */
export function dryStage(step: PlanStep, manifest: Manifest | undefined, dryRun: Exclude<DryRun, 'none'>): Stage {
  const { doing } = step;
  if (doing.word === 'apply') {
    if (!manifest) return async (standing) => standing;
    return dryRun === 'server' ? applyStage(manifest) : saidApply(manifest);
  }
  return async (standing, steps, around) => {
    if (!standing.asked) return standing;
    const { asked } = standing;
    if (doing.word === 'scale') {
      const scaled = await steps.take('scale', async () => {
        const { result, remark = '' } = await scaleLive(asked.deployment, doing.request, around, 'client');
        await tryOnServer(standing, result.asked.deployment.spec ?? {}, dryRun, around);
        const word = `scaled${dryRunSuffix(dryRun)}`;
        return { result, message: `${word} (${remark})`, word, remark };
      });
      return { ...standing, asked: scaled.asked };
    }
    if (doing.word === 'setImage') {
      const { spec } = withImage(asked.deployment.spec ?? {}, doing.change);
      await steps.take('set-image', async () => {
        await tryOnServer(standing, spec, dryRun, around);
        const { container, image } = doing.change;
        return {
          result: undefined,
          message: `image updated (container ${container}: ${image})${dryRunSuffix(dryRun)}`,
        };
      });
      return { ...standing, asked: askedOf({ ...asked.deployment, spec }) };
    }
    const [told = 'wait'] = stepsTold(step);
    const message = wouldDo(step);
    await steps.take(told, async () => ({ result: undefined, message }));
    return doing.word === 'delete' ? standingOf(undefined) : standing;
  };
}

/** By which names a step is told when it is only said. */
export function stepsSaid(step: PlanStep): Step[] {
  return stepsTold(step).slice(0, 1);
}

function saidApply({ deployment }: Manifest): Stage {
  return async (standing, steps) => {
    const message = `serverside-applied${dryRunSuffix('client')}`;
    await steps.take('apply', async () => ({ result: undefined, message }));
    return { ...standing, asked: askedOf(deployment), sent: deployment };
  };
}

/** As an apply: of what has not been made, nothing else can be tried. */
async function tryOnServer(
  standing: Standing,
  spec: SeldonSpec,
  dryRun: DryRun,
  { cluster, applying }: Pick<Surroundings, 'applying'> & { cluster: Pick<SeldonCluster, 'apply'> },
): Promise<void> {
  if (dryRun !== 'server') return;
  const { deployment } = thatIsThere(standing);
  const { name, namespace = '' } = deployment.metadata;
  const tried: SeldonDeployment = standing.sent ?? { metadata: { name, namespace } };
  await cluster
    .apply({ ...tried, spec }, { ...applying, dryRun: true })
    .catch((error) => explain(error, `change seldondeployment "${name}"`));
}

function wouldDo({ doing }: PlanStep): string {
  const suffix = dryRunSuffix('client');
  switch (doing.word) {
    case 'wait':
      return `would be waited for to be ${doing.goals === 'scaled' ? 'scaled' : goalInWords(doing.goals)}${suffix}`;
    case 'patch':
      return `patched${suffix}`;
    case 'predict':
      return `would be asked for a prediction${suffix}`;
    case 'hold':
      return `would be held ${doing.ms === undefined ? 'until somebody presses Enter' : `for ${duration(doing.ms)}`}${suffix}`;
    case 'logs':
      return `would have its logs shown${suffix}`;
    case 'assert':
      return `would be asserted: ${assertionInWords(doing.assertion)}${suffix}`;
    case 'delete':
      return `deleted${suffix}`;
    default:
      return `${doing.word}${suffix}`;
  }
}
