import { Command, Option } from 'clipanion';
import { exitCodes } from '../failures.ts';
import { ClusterCommand } from './cluster-command.ts';
import * as flags from './flags.ts';

export class DiffCommand extends ClusterCommand {
  static override paths = [['diff']];
  static override usage = Command.Usage({
    description: 'Show what apply would change',
    details: `
      Lets the server say what each object in the files would be after an apply, and shows how that differs from what it is
      now, as kubectl diff does: YAML, in the unified format. Nothing is changed. The values of Secrets are masked.

      It ends with exit code 0 when nothing differs, with 7 when something does, and with any other as apply would.
    `,
    examples: [
      ['What applying model.yaml would change', '$0 diff -f model.yaml'],
      ['In a build: fail where the cluster is not what the files say', '$0 diff -R -f models/ -n production'],
    ],
  });

  filename = flags.filenames('the SeldonDeployments and what they need');
  recursive = flags.recursive();
  forceConflicts = flags.forceConflicts();
  fieldManager = flags.fieldManager();
  dropUnknownFields = flags.dropUnknownFields();
  showManagedFields = Option.Boolean('--show-managed-fields', false, {
    description: 'Compare managedFields too',
  });
  showSecrets = Option.Boolean('--show-secrets', false, { description: 'Show the values of Secrets' });

  async execute(): Promise<number> {
    const { stdin, stdout, stderr, env, signal } = this.context.program;
    const { readManifests } = await import('../manifests/read-manifests.ts');
    const { inNamespaces } = await import('../manifests/choose-namespace.ts');
    const { compareAll } = await import('../execution/compare-all.ts');
    const { errorText } = await import('../output/error-text.ts');
    const { objectDiff } = await import('../diff/object-diff.ts');
    const manifests = await readManifests(this.filename, { recursive: this.recursive, stdin, env });
    const { cluster, namespace } = await this.connect();
    const warn = (message: string) => stderr.write(`${errorText(`Warning: ${message}`)}\n`);
    cluster.onWarning(warn);
    const applying = {
      fieldManager: this.fieldManager,
      force: this.forceConflicts,
      dropUnknownFields: this.dropUnknownFields,
    };
    const compared = await compareAll(inNamespaces(manifests, this.namespace, namespace), applying, {
      cluster,
      signal,
      warn,
    });
    const { showManagedFields, showSecrets } = this;
    const text = compared.map((one) => objectDiff(one, { showManagedFields, showSecrets })).join('');
    stdout.write(text);
    return text === '' ? exitCodes.done : exitCodes.different;
  }
}
