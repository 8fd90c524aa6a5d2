import { BadInput } from '../failures.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { SELDON_KIND } from '../seldon/seldon-deployment.ts';
import { toDeployment } from './check-deployment.ts';
import { checkedMetadata, failAt } from './check-metadata.ts';
import { at, type Manifests, type OtherResource, type ParsedObject } from './manifest.ts';
import { parseObjects } from './parse-objects.ts';
import { readSources, type SourceOptions } from './read-files.ts';

/**
 * The SeldonDeployments in the files that `-f` names, and whatever stands beside them. All are read and checked before
 * any is used; throws BadInput with file, line and column of the first thing that is wrong, and where there is no
 * SeldonDeployment at all.
 */
export async function readManifests(
  names: readonly string[],
  { budget = new ReadingBudget(), ...options }: SourceOptions,
): Promise<Manifests> {
  if (names.length === 0) {
    throw new BadInput('must specify one of -f and a file, a directory, or - for standard input', {
      hint: 'For example: -f model.yaml',
    });
  }
  const sources = await readSources(names, { ...options, budget });
  const manifests: Manifests = { deployments: [], others: [] };
  for (const { name, text } of sources) {
    for (const parsed of parseObjects(text, name, budget)) {
      if (kindOf(parsed) === SELDON_KIND) manifests.deployments.push(toDeployment(parsed));
      else manifests.others.push(toCompanion(parsed));
    }
  }
  if (manifests.deployments.length === 0) {
    throw noDeployment(
      sources.map(({ name }) => name),
      manifests.others[0],
    );
  }
  return manifests;
}

function kindOf({ object: { kind }, positionOf }: ParsedObject): string {
  if (typeof kind !== 'string' || kind === '') return failAt(positionOf)(['kind'], 'kind is not set');
  return kind;
}

function toCompanion({ object, positionOf }: ParsedObject): OtherResource {
  const fail = failAt(positionOf);
  const { apiVersion, metadata } = object;
  if (typeof apiVersion !== 'string' || !/^([a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion)) {
    return fail(['apiVersion'], 'expected an apiVersion, for example v1 or apps/v1');
  }
  const checked = { ...object, metadata: checkedMetadata(metadata, fail) };
  return { object: checked as unknown as OtherResource['object'], positionOf };
}

function noDeployment(sources: readonly string[], companion: OtherResource | undefined): BadInput {
  const where = sources.join(', ');
  if (!companion) return new BadInput(`${where}: no SeldonDeployment in it: it is empty`);
  const { object, positionOf } = companion;
  return new BadInput(
    `${at(positionOf(['kind']))}: expected a SeldonDeployment, found only other kinds, such as ${object.kind} "${object.metadata.name}"`,
  );
}
