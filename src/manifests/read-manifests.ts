import path from 'node:path';
import { shellWord } from '../advice/shell-word.ts';
import { BadInput } from '../failures.ts';
import { isObject } from '../own-values.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { SELDON_KIND } from '../seldon/seldon-deployment.ts';
import { checkDeployment } from './check-deployment.ts';
import { checkedMetadata } from './check-metadata.ts';
import {
  at,
  type FieldPath,
  type Manifest,
  type Manifests,
  type OtherResource,
  type ParsedObject,
  pathInWords,
} from './manifest.ts';
import { mistakenKind } from './mistaken-kind.ts';
import { keep, Misread, type Mistake, ofMistakes, type Tell, tellTo } from './mistakes.ts';
import { parseObjects } from './parse-objects.ts';
import { readSources, type SourceOptions, type SourceText } from './read-files.ts';
import { withoutNulls } from './without-nulls.ts';

/** What is wrong in files, with the objects in them, of which a cluster may say more. */
export class WrongManifests extends BadInput {
  readonly mistakes: readonly Mistake[];
  /** The SeldonDeployments among them, as far as they could be read. */
  readonly deployments: readonly Manifest[];

  constructor(mistakes: readonly Mistake[], deployments: readonly Manifest[]) {
    const { message, hint, details } = ofMistakes(mistakes);
    super(message, { hint, details });
    this.mistakes = mistakes;
    this.deployments = deployments;
  }

  withMore(mistakes: readonly Mistake[]): WrongManifests {
    const all = [...this.mistakes];
    for (const mistake of mistakes) keep(all, mistake);
    return new WrongManifests(all, this.deployments);
  }
}

export interface ManifestOptions extends SourceOptions {
  /** Told what is taken otherwise than a reader of the file may think. */
  remark?: ((text: string) => void) | undefined;
}

/**
 * The SeldonDeployments in the files that `-f` names, and whatever stands beside them. All are read and checked before
 * any is used. Throws BadInput that names all that is wrong with file, line and column (WrongManifests), and where there is
 * no SeldonDeployment at all.
 */
export async function readManifests(
  names: readonly string[],
  { budget = new ReadingBudget(), remark, ...options }: ManifestOptions,
): Promise<Manifests> {
  if (names.length === 0) {
    throw new BadInput('must specify one of -f and a file, a directory, or - for standard input', {
      hint: 'For example: -f model.yaml',
    });
  }
  const sources = await readSources(names, { ...options, budget });
  const mistakes: Mistake[] = [];
  const parsed = sources.flatMap((source) => objectsOf(source, budget, mistakes));
  const [ours, others] = [parsed.filter(isOurs), parsed.filter((one) => !isOurs(one))];
  // What is foreign is told as such before anything is asked of it.
  if (ours.length === 0 && mistakes.length === 0) throw noDeployment(sources, others[0]);
  const deployments = ours.map((one) => checkDeployment(one, tellTo(mistakes, one)));
  const companions = others.map((one) => toCompanion(one, tellTo(mistakes, one)));
  if (mistakes.length > 0) throw new WrongManifests(mistakes, deployments);
  for (const { positionOf, nulls = [] } of remark ? [...deployments, ...companions] : []) {
    for (const field of nulls) {
      remark?.(`${at(positionOf(field))}: ${pathInWords(field)} is null, and counts as not set`);
    }
  }
  return { deployments, others: companions };
}

function isOurs({ object }: ParsedObject): boolean {
  return object.kind === SELDON_KIND;
}

/** The objects in a text, but for those that are none of Kubernetes': that is told once of a file. */
function objectsOf({ name, text }: SourceText, budget: ReadingBudget, mistakes: Mistake[]): ParsedObject[] {
  try {
    const parsed = parseObjects(text, name, budget);
    const wrong: Mistake[] = [];
    const objects = parsed.filter((one) => isOfKubernetes(one.object, name, tellTo(wrong, one)));
    for (const mistake of wrong.slice(0, 1)) keep(mistakes, mistake);
    return objects;
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    keep(mistakes, { ...error.mistake, ...kustomization(name, {}) });
    return [];
  }
}

/** Whether an object has a kind, and one that may be meant. */
function isOfKubernetes(object: ParsedObject['object'], file: string, tell: Tell): boolean {
  const { apiVersion, kind, spec } = object;
  const built = kustomization(file, object);
  if (built) tell([], built.problem, 'value', built.hint);
  else if (kind === undefined || kind === null || kind === '') {
    const isNone = apiVersion === undefined || apiVersion === null;
    tell(
      ['kind'],
      isNone ? 'kind is not set: this is not a Kubernetes object' : 'kind is not set',
      'value',
      ONLY_MANIFESTS,
    );
  } else if (typeof kind !== 'string') tell(['kind'], `kind: expected text, found ${JSON.stringify(kind)}`);
  else {
    const mistake = kind === SELDON_KIND ? undefined : mistakenKind({ apiVersion, spec }, kind);
    if (mistake === undefined) return true;
    tell(['kind'], mistake);
  }
  return false;
}

const ONLY_MANIFESTS = 'Name only the manifests with -f, or move other files out of the directory';

/** What kustomize builds manifests from. */
function kustomization(
  file: string,
  { apiVersion, kind }: Record<string, unknown>,
): { problem: string; hint: string } | undefined {
  const isOne = typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/');
  const isNamed = /^(kustomization\.ya?ml|Kustomization)$/.test(path.basename(file)) && typeof kind !== 'string';
  if (!isOne && !isNamed) return undefined;
  const folder = file === 'standard input' ? 'DIR' : shellWord(path.dirname(file));
  return {
    problem: 'a kustomization, which is not a manifest itself',
    hint: `Build them first: kubectl kustomize ${folder} | kubectl seldon-lifecycle … -f -`,
  };
}

function toCompanion({ object: asWritten, positionOf }: ParsedObject, tell: Tell): OtherResource {
  const nulls: FieldPath[] = [];
  const strip = <T>(value: T, path: FieldPath = []) => withoutNulls(value, (found) => nulls.push(found), path);
  const metadata = strip(asWritten.metadata, ['metadata']);
  // Null may mean something to the CRD of somebody else.
  const object: Record<string, unknown> = isBuiltIn(asWritten.apiVersion)
    ? strip({ ...asWritten, metadata })
    : asWritten;
  const { apiVersion } = object;
  if (typeof apiVersion !== 'string' || !/^([a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion)) {
    tell(['apiVersion'], 'expected an apiVersion, for example v1 or apps/v1');
  }
  const checked = { ...object, metadata: checkedMetadata(metadata, tell) };
  return { object: checked as unknown as OtherResource['object'], positionOf, nulls };
}

/** Of Kubernetes itself: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ */
function isBuiltIn(apiVersion: unknown): boolean {
  return typeof apiVersion === 'string' && /^([a-z0-9]+|[a-z0-9.-]+\.k8s\.io)(\/|$)/.test(apiVersion);
}

function noDeployment(sources: readonly SourceText[], other: ParsedObject | undefined): BadInput {
  const where = sources.map(({ name }) => name).join(', ');
  if (!other) return new BadInput(`${where}: no SeldonDeployment found: it is empty`);
  const { object, positionOf } = other;
  const { apiVersion, kind, metadata } = object;
  const name = isObject(metadata) && typeof metadata.name === 'string' ? ` "${metadata.name}"` : '';
  const ofSeldon2 = typeof apiVersion === 'string' && apiVersion.startsWith('mlops.seldon.io/');
  return new BadInput(
    `${at(positionOf(['kind']))}: expected a SeldonDeployment, found only other kinds, such as ${kind}${name}`,
    { hint: ofSeldon2 ? 'Seldon Core 2 has other kinds: SeldonDeployments are of Seldon Core 1' : undefined },
  );
}
