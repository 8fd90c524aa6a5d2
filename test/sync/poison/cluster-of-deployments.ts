import type { SeldonCluster } from '../../../src/cluster/seldon-cluster.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

/** A cluster that holds SeldonDeployments and does as it is told, and knows what it was told to delete. */
export class ClusterOfDeployments {
  readonly resource = { apiVersion: 'machinelearning.seldon.io/v1' };
  readonly gone: SeldonDeployment[] = [];
  readonly #byName = new Map<string, SeldonDeployment>();
  #version = 0;

  /** The names of what it was told to delete. */
  get deleted(): string[] {
    return this.gone.map(({ metadata }) => metadata.name);
  }

  /** As the commands see it. */
  get seen(): SeldonCluster {
    return this as unknown as SeldonCluster;
  }

  put(object: SeldonDeployment): SeldonDeployment {
    this.#version += 1;
    const uid = this.#byName.get(object.metadata.name)?.metadata.uid ?? `uid-${this.#version}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#version) } };
    this.#byName.set(object.metadata.name, stored);
    return stored;
  }

  async listDeployments(): Promise<SeldonDeployment[]> {
    return [...this.#byName.values()];
  }

  async read(_: string, name: string): Promise<SeldonDeployment | undefined> {
    return this.#byName.get(name);
  }

  async apply(
    object: SeldonDeployment,
    { dryRun }: { dryRun: boolean },
  ): Promise<{ created: boolean; deployment: SeldonDeployment }> {
    const created = !this.#byName.has(object.metadata.name);
    return { created, deployment: dryRun ? object : this.put(object) };
  }

  async delete(_: string, name: string): Promise<void> {
    const object = this.#byName.get(name);
    if (object) this.gone.push(object);
    this.#byName.delete(name);
  }
}
