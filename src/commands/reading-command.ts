import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import { ApiFailure, Unreachable } from '../cluster/api-failure.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { errorLine, exitCodes, Interrupted } from '../failures.ts';
import { explainConnecting } from '../lifecycle/errors/api-errors.ts';
import { errorText } from '../output/error-text.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { spareMemoryFromNowOn } from '../spare-memory.ts';
import { ClusterCommand } from './cluster-command.ts';
import type { FoundTargets, Place } from './find-targets.ts';
import * as flags from './flags.ts';
import { type Targets, targetsOf } from './targets.ts';

export interface Chosen {
  cluster: SeldonCluster;
  targets: Targets;
  found: SeldonDeployment[];
  /** To look for what they own in: undefined stands for all namespaces. */
  namespaces: (string | undefined)[];
  /** The namespace that -n or the context says; undefined with -A. */
  namespace: string | undefined;
  /** 1 when one was named that is not there. */
  exitCode: number;
}

/** A command that only reads, of the deployments that are named, in files, selected, or all of them. */
export abstract class ReadingCommand extends ClusterCommand {
  names = Option.Rest({ name: 'NAME' });
  filename = flags.filenames('the SeldonDeployments that are meant');
  recursive = flags.recursive();
  selector = flags.selector();
  allNamespaces = flags.allNamespaces();

  /** Which deployments are meant, as far as the command line says. Throws BadInput. */
  protected targets(): Targets {
    const { names, filename: filenames, selector, allNamespaces } = this;
    return targetsOf({ names, filenames, selector, all: false, allNamespaces });
  }

  /** Connects to where the deployments are to be looked for. */
  protected async place(): Promise<Place> {
    const { cluster, namespace } = await this.connectUnasked();
    cluster.onWarning((text) => this.warn(text));
    const { allNamespaces, recursive, namespace: flag } = this;
    return {
      cluster,
      flag,
      namespace,
      allNamespaces,
      stdin: this.context.program.stdin,
      env: this.context.program.env,
      recursive,
    };
  }

  /** Reads the deployments that are meant, and tells of those that are not there. */
  protected async find(targets: Targets, place: Place, { tellMissing = true } = {}): Promise<Chosen> {
    const { found, missing } = await this.#found(targets, place);
    if (tellMissing) for (const { message } of missing) this.say(errorLine(message));
    const { cluster } = place;
    const namespace = namespaceOf(place);
    const namespaces =
      targets.by === 'file' ? [...new Set(found.map(({ metadata }) => metadata.namespace))] : [namespace];
    const exitCode = missing.length > 0 ? exitCodes.failed : exitCodes.done;
    return { cluster, targets, found, namespaces, namespace, exitCode };
  }

  /** The cluster was not asked what it has. Where something is not as it should be, it is: that may tell why. */
  async #found(targets: Targets, place: Place): Promise<FoundTargets> {
    const { findTargets } = await import('./find-targets.ts');
    const [outcome] = await Promise.allSettled([findTargets(targets, place)]);
    if (outcome.status === 'fulfilled' && outcome.value.missing.length === 0) return outcome.value;
    const cause = outcome.status === 'rejected' ? outcome.reason?.cause : undefined;
    if (cause instanceof Unreachable) explainConnecting(cause, 'find the SeldonDeployment resource');
    if (outcome.status === 'rejected' && !(cause instanceof ApiFailure)) throw outcome.reason;
    const { cluster } = await this.connect();
    if (cluster.resource.apiVersion !== place.cluster.resource.apiVersion) {
      cluster.onWarning((text) => this.warn(text));
      place.cluster = cluster;
      return await findTargets(targets, place);
    }
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  protected warn(text: Advice): void {
    this.say(`Warning: ${this.written(text)}`);
  }

  /** On standard error: standard output is for what was asked for. */
  protected say(line: string): void {
    this.context.program.stderr.write(`${errorText(line)}\n`);
  }

  /**
   * Resolves with the exit code when the user wants a watch to end, which is nothing to speak of. What goes on for so long
   * takes no more memory than it uses.
   */
  protected untilInterrupted(): Promise<number> {
    const { signal } = this.context.program;
    spareMemoryFromNowOn();
    return new Promise((resolve) => {
      const end = () => resolve(signal.reason instanceof Interrupted ? signal.reason.exitCode : exitCodes.interrupted);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }
}

/** Undefined stands for all of them. */
export function namespaceOf({ allNamespaces, flag, namespace }: Place): string | undefined {
  return allNamespaces ? undefined : flag || namespace;
}

/** As kubectl says where it has found nothing. */
export function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? '' : ` in ${namespace} namespace`;
}
