import { Command, Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Overview } from '../lifecycle/overview/overview.ts';
import { paintFor } from '../output/colours.ts';
import { ChangedRows, type DeploymentColumns, deploymentHeader, deploymentRow } from '../output/deployment-table.ts';
import {
  OBJECT_FORMAT_WORDS,
  OBJECT_FORMATS,
  type ObjectFormat,
  objectFormat,
  objectStream,
  writtenList,
  writtenObject,
} from '../output/object-format.ts';
import { table } from '../output/table.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { withOwner } from '../sync/ownership.ts';
import * as flags from './flags.ts';
import { type Chosen, inNamespace, namespaceOf, ReadingCommand } from './reading-command.ts';
import { takesWords } from './takes-words.ts';
import type { Targets } from './targets.ts';

export class ListCommand extends ReadingCommand {
  static override paths = [['list'], ['ls']];
  static override usage = Command.Usage({
    description: 'List deployments with their state, ready replicas and URL',
    details: `
      Lists SeldonDeployments. READY counts the available and the desired replicas of all the Deployments that they own, and
      REPLICAS the pods that there are of these, old ones included.

      STATE is the operator's word (Available, Creating, Failed) as far as it is borne out: Available is shown only where
      everything that was asked for runs, and otherwise Updating, because the operator leaves Available standing after a
      change. Pending is what no operator has touched yet, Terminating what is being deleted.
    `,
    examples: [
      ['The models in the current namespace', '$0 list'],
      ['Those of one team in all namespaces, with their predictors', '$0 list -A -l team=vision -o wide'],
      ['What a sync has made of one source', '$0 list -A --owner=team-vision'],
      ['Follow how they change', '$0 ls --watch'],
      ['Copy all models of a namespace to another one', '$0 list -o json | jq ... | kubectl apply -n other -f -'],
    ],
  });

  watch = Option.Boolean('-w,--watch', false, { description: 'After the list, show a row whenever one changes' });
  noHeaders = Option.Boolean('--no-headers', false, { description: 'Leave out the header of the table' });
  showLabels = Option.Boolean('--show-labels', false, { description: 'Show the labels in a column of their own' });
  showManagedFields = Option.Boolean('--show-managed-fields', false, {
    description: 'Keep managedFields in JSON and YAML',
  });
  owner = flags.owner();
  output = takesWords(
    ['wide', ...OBJECT_FORMAT_WORDS],
    Option.String('-o,--output', { description: `Output format: wide, ${OBJECT_FORMATS}` }),
  );

  protected override targets(): Targets {
    if (this.owner !== undefined) this.selector = withOwner(this.selector, this.owner);
    return super.targets();
  }

  async execute(): Promise<number> {
    const targets = this.targets();
    const format = this.output === undefined ? undefined : objectFormat(this.output, ['wide']);
    const place = await this.place();
    if (this.watch) return await this.#watch(await this.find(targets, place), format);
    if (typeof format === 'object') {
      const chosen = await this.find(targets, place);
      this.#objects(chosen, format);
      return chosen.exitCode;
    }
    const { overviewsOf, readDeployments } = await import('../lifecycle/overview/read-overviews.ts');
    // Told only once it is known that there is something to list.
    const warnings: Advice[] = [];
    const read = (namespace: string | undefined) =>
      readDeployments(place.cluster, namespace, (text) => warnings.push(text));
    // Only files say by themselves in which namespaces their deployments are.
    const beside = targets.by === 'file' ? undefined : read(namespaceOf(place)).then((found) => [found]);
    // What goes wrong there is told only where nothing goes wrong here.
    beside?.catch(() => {});
    const chosen = await this.find(targets, place);
    const parts = (await beside) ?? (await Promise.all(chosen.namespaces.map(read)));
    for (const warning of warnings) this.warn(warning);
    const deployments = parts.includes(undefined) ? undefined : parts.flatMap((some) => some ?? []);
    this.#table(overviewsOf(chosen.found, deployments), chosen, format === 'wide');
    return chosen.exitCode;
  }

  #table(overviews: readonly Overview[], chosen: Chosen, wide: boolean): void {
    const columns = this.#columns(chosen, wide);
    const { clock, stdout } = this.context.program;
    const now = clock.now();
    const paint = paintFor(stdout, this.context.program);
    const rows = overviews.map((overview) => deploymentRow(overview, columns, now, paint));
    if (rows.length === 0 && chosen.exitCode === 0) this.say(noResources(chosen));
    if (rows.length === 0) return;
    this.#write(table(this.noHeaders ? rows : [deploymentHeader(columns), ...rows]));
  }

  #objects({ targets, found }: Chosen, format: ObjectFormat): void {
    const { stdout } = this.context.program;
    const options = { showManagedFields: this.showManagedFields, to: stdout };
    const isOne = targets.by === 'name' && targets.names.length === 1;
    const [first] = found;
    if (!isOne) stdout.write(writtenList(found, format, options));
    else if (first) stdout.write(writtenObject(first, format, options));
  }

  async #watch(chosen: Chosen, format: ObjectFormat | 'wide' | undefined): Promise<number> {
    const { watchOverviews } = await import('../lifecycle/overview/read-overviews.ts');
    const { stdout, clock, signal } = this.context.program;
    const ended = this.untilInterrupted();
    const object =
      typeof format === 'object' &&
      objectStream((text) => stdout.write(text), format, { showManagedFields: this.showManagedFields, to: stdout });
    const rows = new ChangedRows(
      this.#columns(chosen, format === 'wide'),
      !this.noHeaders,
      paintFor(stdout, this.context.program),
    );
    const see = (overviews: readonly Overview[]) => {
      if (object) for (const { deployment } of overviews) object(deployment);
      else this.#write(rows.of(overviews, clock.now()));
    };
    const { cluster } = chosen;
    const isMeant = (deployment: SeldonDeployment) => isAmong(deployment, chosen);
    const tell = (text: Advice) => this.warn(text);
    await Promise.all(
      chosen.namespaces.map((namespace) =>
        watchOverviews({ cluster, namespace, isMeant, tell, clock, signal }, see).catch((error) => {
          if (!signal.aborted) throw error;
        }),
      ),
    );
    return await ended;
  }

  #columns({ namespaces }: Chosen, wide: boolean): DeploymentColumns {
    return { namespace: this.allNamespaces || namespaces.length > 1, wide, labels: this.showLabels };
  }

  #write(lines: readonly string[]): void {
    if (lines.length > 0) this.context.program.stdout.write(`${lines.join('\n')}\n`);
  }
}

/** By name, where names were given, so that one made anew comes along; a selector was answered by the server once. */
function isAmong({ metadata }: SeldonDeployment, { targets, found }: Chosen): boolean {
  if (targets.by === 'selector' && targets.selector === undefined) return true;
  return found.some(
    ({ metadata: other }) =>
      metadata.uid === other.uid ||
      (targets.by !== 'selector' && metadata.name === other.name && metadata.namespace === other.namespace),
  );
}

/** In kubectl's words, which end differently for all namespaces. */
function noResources({ namespace }: Chosen): string {
  return namespace === undefined ? 'No resources found' : `No resources found${inNamespace(namespace)}.`;
}
