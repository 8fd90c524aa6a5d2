import type { WatchReader } from '../../src/cluster/watch-position.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';

/** Writes down what a watch tells. */
export class WatchRecord implements WatchReader<KubernetesObject> {
  /** 'replaced: a b' for a list, 'ADDED c' for a change. */
  readonly lines: string[] = [];
  /** All objects that were told of, whole. */
  readonly objects: KubernetesObject[] = [];
  /** The problems, and 'well again'. Only what is new: a watch that is well may say so again. */
  readonly troubles: string[] = [];

  /** Only where a test asks for it. */
  stale?: (stale: boolean) => void;

  replaced(objects: KubernetesObject[]): void {
    this.lines.push(`replaced: ${objects.map(({ metadata }) => metadata.name).join(' ')}`);
    this.objects.push(...objects);
  }

  changed(type: string, object: KubernetesObject): void {
    this.lines.push(`${type} ${object.metadata.name}`);
    this.objects.push(object);
  }

  trouble(problem: string | undefined): void {
    if (problem !== undefined) this.troubles.push(problem);
    else if (this.troubles.length > 0 && this.troubles.at(-1) !== 'well again') this.troubles.push('well again');
  }
}
