import type { Clock } from '../clock.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import { deployments, pods, replicaSets, seldonDeployments } from '../cluster/kinds.ts';
import { DeploymentInformer } from '../lifecycle/deployment-informer.ts';
import { explainAsKubectl } from '../lifecycle/errors/kubectl-words.ts';
import { linkedSignal } from '../linked-signal.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { type ContainerRun, containersOf } from './containers.ts';
import type { LogEnvironment, LogOptions } from './read-logs.ts';

/**
 * What the containers of all pods of these deployments write, from now on or from where the query says, those of pods
 * that come later and of containers that restart too. Resolves when the deployments are gone and everything is told, or
 * the signal aborts. Throws Failure where the server refuses to let them be watched.
 */
export async function followLogs(
  targets: readonly SeldonDeployment[],
  options: LogOptions,
  environment: LogEnvironment & { clock: Clock },
): Promise<void> {
  const byNamespace = Map.groupBy(targets, ({ metadata }) => metadata.namespace ?? '');
  await Promise.all(
    [...byNamespace].map(([name, inside]) => new NamespaceLogs(inside, options, environment).follow(name)),
  );
}

/** A log that is being read. */
interface OpenLog {
  run: ContainerRun;
  end: AbortController;
  /** Its pod is gone: what is left of the log comes now or never. */
  isEnding: boolean;
}

/** How long the last lines of a pod that is gone may take. */
const LAST_LINES_MS = 2_000;

class NamespaceLogs {
  readonly #uids: readonly string[];
  readonly #options: LogOptions;
  readonly #environment: LogEnvironment & { clock: Clock };
  /** The keys of all runs whose log has been begun. */
  readonly #begun = new Set<string>();
  readonly #open = new Set<OpenLog>();
  readonly #refused = Promise.withResolvers<never>();
  /** Whether what is found is new: told from its beginning, whatever the query says of older lines. */
  #later = false;

  constructor(
    targets: readonly SeldonDeployment[],
    options: LogOptions,
    environment: LogEnvironment & { clock: Clock },
  ) {
    this.#uids = targets.map(({ metadata }) => metadata.uid ?? '');
    this.#options = options;
    this.#environment = environment;
  }

  async follow(namespace: string): Promise<void> {
    const { cluster, notice, clock, signal } = this.#environment;
    const ended = new AbortController();
    const needed = [seldonDeployments(cluster.resource), deployments, replicaSets, pods];
    const informer = new DeploymentInformer({
      cluster,
      namespace,
      kinds: needed.map((kind) => ({ ...kind, optional: false })),
      withEvents: false,
      notice: (_, message) => notice(message),
      clock,
      signal: AbortSignal.any([signal, ended.signal]),
    });
    try {
      await informer.open().catch((error) => explainAsKubectl(error, `watch namespace "${namespace}"`));
      await Promise.race([this.#untilGone(informer), this.#refused.promise]);
    } finally {
      ended.abort();
    }
  }

  #untilGone({ cache }: DeploymentInformer): Promise<void> {
    const { signal } = this.#environment;
    return new Promise((resolve) => {
      const stops: (() => void)[] = [];
      const end = () => {
        for (const stop of stops) stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const look = () => {
        if (cache.unsyncedKinds.length > 0) return;
        const found = this.#uids.flatMap((uid) => cache.ownedBy(uid).pods);
        for (const pod of found) for (const run of containersOf(pod, this.#options.container)) this.#attach(run, look);
        this.#later = true;
        for (const log of this.#open) if (cache.get(log.run.podUid) === undefined) this.#endSoon(log);
        const isThere = this.#uids.some((uid) => cache.get(uid) !== undefined);
        if (!isThere && found.length === 0 && this.#open.size === 0) end();
      };
      signal.addEventListener('abort', end);
      for (const uid of this.#uids) stops.push(cache.onChange(uid, look));
      look();
      if (signal.aborted) end();
    });
  }

  #attach(run: ContainerRun, again: () => void): void {
    if (!run.hasBegun || this.#begun.has(run.key)) return;
    this.#begun.add(run.key);
    const { query } = this.#options;
    const wanted = this.#later ? { ...query, tailLines: undefined, sinceSeconds: undefined } : query;
    const log: OpenLog = { run, end: new AbortController(), isEnding: false };
    this.#open.add(log);
    void this.#tell(log, wanted).then(() => {
      this.#open.delete(log);
      again();
    }, this.#refused.reject);
  }

  #endSoon(log: OpenLog): void {
    if (log.isEnding) return;
    log.isEnding = true;
    this.#environment.clock.after(LAST_LINES_MS, () => log.end.abort());
  }

  /** Rejects only where logs may not be read at all. */
  async #tell({ run, end }: OpenLog, query: LogOptions['query']): Promise<void> {
    const { cluster, print, notice } = this.#environment;
    const { signal, release } = linkedSignal(this.#environment.signal, end.signal);
    try {
      for await (const line of cluster.logLines(run, { ...query, follow: true }, signal)) print(run, line);
    } catch (error) {
      const status = error instanceof ApiFailure ? error.status : undefined;
      if (signal.aborted || status === 404) return;
      if (status === 403) explainAsKubectl(error, `read the log of pod "${run.pod}"`);
      const why = error instanceof Error ? error.message : String(error);
      notice(`the log of pod ${run.pod}, container ${run.container}, broke off: ${why}`);
    } finally {
      release();
    }
  }
}
