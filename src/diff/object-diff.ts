import { withoutManagedFields } from '../cluster/kinds.ts';
import { MASK, maskedSecret } from '../kubernetes/masked-secret.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { ownValue } from '../own-values.ts';
import { escapeTerminal } from '../text/escape.ts';
import { goYaml } from '../text/go-yaml.ts';
import { unifiedDiff } from './unified-diff.ts';

/** An object as it is, and as it would be. */
export interface Comparison {
  /** Undefined: there is none. */
  live: KubernetesObject | undefined;
  /** Undefined: it would be deleted. */
  merged: KubernetesObject | undefined;
}

export interface DiffOptions {
  showManagedFields: boolean;
  showSecrets: boolean;
}

/**
 * What differs, as kubectl diff prints it: YAML, in the unified format, under the name that kubectl gives the two files;
 * empty where nothing does. Without the times of files that there are not.
 */
export function objectDiff({ live, merged }: Comparison, { showManagedFields, showSecrets }: DiffOptions): string {
  const [before, after] = showSecrets ? [live, merged] : maskSecret<KubernetesObject | undefined>(live, merged);
  const yaml = (object: KubernetesObject | undefined) =>
    object ? goYaml(showManagedFields ? object : withoutManagedFields(object)) : '';
  const difference = unifiedDiff(yaml(before), yaml(after));
  if (difference === '') return '';
  const name = fileName((merged ?? live) as KubernetesObject);
  return `diff -u -N LIVE/${name} MERGED/${name}\n--- LIVE/${name}\n+++ MERGED/${name}\n${difference}`;
}

/** apps.v1.Deployment.default.web; v1.Secret.default.key */
function fileName({ apiVersion = '', kind, metadata: { namespace = '', name } }: KubernetesObject): string {
  return escapeTerminal([...apiVersion.split('/'), kind, namespace, name].join('.'));
}

type Secret = KubernetesObject & { data?: Record<string, string> };

/**
 * Both sides with their values hidden, if they are a Secret: those that differ as "*** (before)" and "*** (after)", as in
 * kubectl diff (https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/diff/diff.go, Masker).
 */
function maskSecret<T extends KubernetesObject | undefined>(live: T, merged: T): [live: T, merged: T] {
  const secret = merged ?? live;
  if (secret?.kind !== 'Secret' || secret.apiVersion !== 'v1') return [live, merged];
  const [before, after] = [(live as Secret | undefined)?.data ?? {}, (merged as Secret | undefined)?.data ?? {}];
  const differs = (key: string) =>
    Object.hasOwn(before, key) && Object.hasOwn(after, key) && ownValue(before, key) !== ownValue(after, key);
  return [
    live && maskedSecret(live, (key) => (differs(key) ? `${MASK} (before)` : MASK)),
    merged && maskedSecret(merged, (key) => (differs(key) ? `${MASK} (after)` : MASK)),
  ];
}
