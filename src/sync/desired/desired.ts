import { inMebibytes, inputLimits } from '../../reading/input-limits.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import {
  APPLIED_ANNOTATION,
  ID_ANNOTATION,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  OWNER_LABEL,
  REVISION_ANNOTATION,
} from '../ownership.ts';
import { sha256 } from '../sha256.ts';

/** One deployment as the source wants it. */
export interface SourceItem {
  /** The source's own name for it; NAMESPACE/NAME where it has none. */
  id: string;
  namespace: string;
  name: string;
  /** As the source has it, its namespace filled in. */
  deployment: SeldonDeployment;
}

/** What is sent for it, and by what it is known again. */
export interface DesiredItem extends SourceItem {
  /** NAMESPACE/NAME */
  key: string;
  /** With the marks of its owner, but for the revision. */
  owned: SeldonDeployment;
  /** Of `owned`: equal as long as the source wants the same. */
  hash: string;
  /** Letters of it. */
  size: number;
}

export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function desiredItemOf(item: SourceItem, owner: string): DesiredItem {
  const { deployment, id, namespace, name } = item;
  const { metadata } = deployment;
  const labels = { ...metadata.labels, [MANAGED_BY_LABEL]: MANAGED_BY, [OWNER_LABEL]: owner };
  const annotations = { ...metadata.annotations, [ID_ANNOTATION]: id };
  const marked = { ...deployment, metadata: { ...metadata, labels, annotations } };
  const text = canonical(marked);
  const hash = sha256(text).slice(0, 32);
  const owned = {
    ...marked,
    metadata: { ...marked.metadata, annotations: { ...annotations, [APPLIED_ANNOTATION]: hash } },
  };
  return { ...item, key: keyOf(namespace, name), owned, hash, size: text.length };
}

/** The revision is no part of what is compared: a new one alone is no reason to write. */
export function withRevision(deployment: SeldonDeployment, revision: string | undefined): SeldonDeployment {
  if (revision === undefined) return deployment;
  const { metadata } = deployment;
  const annotations = { ...metadata.annotations, [REVISION_ANNOTATION]: revision };
  return { ...deployment, metadata: { ...metadata, annotations } };
}

/** JSON in which the order of keys does not count. Throws where it is longer than what is read of a whole source. */
function canonical(value: unknown): string {
  let letters = 0;
  const counted = (text: string) => {
    letters += text.length;
    // Aliases of YAML can unfold to more than any text can hold.
    if (letters > inputLimits.bytes)
      throw new RangeError(`larger than ${inMebibytes(inputLimits.bytes)} when unfolded`);
    return text;
  };
  const written = (one: unknown): string => {
    if (Array.isArray(one)) return `[${one.map((item) => written(item ?? null)).join(',')}]`;
    if (typeof one !== 'object' || one === null) return counted(JSON.stringify(one) ?? 'null');
    const entries = Object.entries(one)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${counted(JSON.stringify(key))}:${written(inner)}`).join(',')}}`;
  };
  return written(value);
}
