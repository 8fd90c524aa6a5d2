import { withoutManagedFields } from '../cluster/kinds.ts';
import type { KubernetesObject } from '../cluster/objects.ts';
import { escapeTerminal } from '../output/escape.ts';
import { goYaml } from '../output/go-yaml.ts';
import { maskSecret } from './mask-secret.ts';
import { unifiedDiff } from './unified-diff.ts';

/** An object as it is, and as it would be. */
export interface Comparison {
  /** Undefined: there is none. */
  live: KubernetesObject | undefined;
  merged: KubernetesObject;
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
  const name = fileName(merged);
  return `diff -u -N LIVE/${name} MERGED/${name}\n--- LIVE/${name}\n+++ MERGED/${name}\n${difference}`;
}

/** apps.v1.Deployment.default.web; v1.Secret.default.key */
function fileName({ apiVersion = '', kind, metadata: { namespace = '', name } }: KubernetesObject): string {
  return escapeTerminal([...apiVersion.split('/'), kind, namespace, name].join('.'));
}
