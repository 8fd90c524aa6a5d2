import { Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Target } from '../execution/execution.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { OtherResource } from '../manifests/manifest.ts';
import type { Report } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import * as flags from './flags.ts';
import { StepCommand } from './step-command.ts';
import { type Targets, targetsOf } from './targets.ts';

/** A deployment that was read, as what a plan is for. */
export function targetOf(live: SeldonDeployment): Target {
  const { metadata, spec } = live;
  return { name: metadata.name, namespace: metadata.namespace ?? '', spec, live };
}

/** A command about deployments that are in the cluster: by name, by file, by label, or all of them. */
export abstract class TargetCommand extends StepCommand {
  names = Option.Rest({ name: 'NAME' });
  filename = flags.filenames('the SeldonDeployments that are meant');
  recursive = flags.recursive();
  selector = flags.selector();
  all = flags.all();
  allNamespaces = flags.allNamespaces();

  /** What stands beside them in the files of -f. */
  protected others: readonly OtherResource[] = [];

  /** What is done with those that were found. */
  protected abstract withTargets(
    found: readonly SeldonDeployment[],
    cluster: SeldonCluster,
    report: Report,
  ): Promise<ExecutionResult>;

  /** What there is to check before anything is asked of the cluster. Throws BadInput. */
  protected abstract check(): void;

  /** One that is not there is no failure, where it is to be gone. */
  protected ignoresMissing(): boolean {
    return false;
  }

  protected async carryOut(report: Report): Promise<ExecutionResult> {
    this.check();
    const { program } = this.context;
    const targets = this.targets();
    const { findTargets } = await import('./find-targets.ts');
    const connected = await this.connect();
    const { cluster, namespace } = connected;
    const { found, missing, others, namespaces } = await findTargets(targets, {
      cluster,
      flag: this.namespace,
      namespace,
      allNamespaces: this.allNamespaces,
      stdin: program.stdin,
      env: program.env,
      recursive: this.recursive,
    });
    this.others = others;
    const deployments = found.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
    const all = this.allNamespaces && targets.by === 'selector';
    await this.begin(report, connected, deployments, { namespaces, ...(all && { allNamespaces: true as const }) });
    const result = await this.withTargets(found, cluster, report);
    if (this.ignoresMissing() || missing.length === 0) return result;
    for (const failure of missing) this.tellFailure(report, failure);
    return { ...result, outcome: 'failed', exitCode: result.exitCode || exitCodes.failed };
  }

  protected targets(): Targets {
    const { names, filename: filenames, selector, all, allNamespaces } = this;
    if (names.length === 0 && filenames.length === 0 && selector === undefined && !all) {
      throw new BadInput('resource(s) were provided, but no name was specified', {
        hint: 'Name the deployments, or say which with -f, -l or --all',
      });
    }
    return targetsOf({ names, filenames, selector, all, allNamespaces });
  }
}
