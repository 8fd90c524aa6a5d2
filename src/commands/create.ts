import { Command, Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS } from '../output/object-format.ts';
import type { Report } from '../progress/progress.ts';
import { dryRunOf, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { StepCommand } from './step-command.ts';
import { takesWords } from './takes-words.ts';

export class CreateCommand extends StepCommand {
  static override paths = [['create']];
  static override usage = Command.Usage({
    description: 'Make a deployment of one model from flags, without a file',
    details: `
      Makes a SeldonDeployment with one predictor of one model: in a container image of your own (--image), or a trained
      model from a bucket in one of Seldon's servers (--implementation and --model-uri). A name that exists is refused, and
      left as it is: to change a deployment, apply the manifest that create prints. Without a name it is called as its
      model: the last part of the image, or of where the model is stored.
    `,
    examples: [
      ['A model in an image, and wait until it is available', '$0 create iris --image=registry/iris:1.0 --wait'],
      [
        'A trained model from a bucket, twice',
        '$0 create iris --implementation=SKLEARN_SERVER --model-uri=gs://bucket/iris --replicas=2',
      ],
      [
        'Called as its model, iris, and to be reached by a host through Istio',
        '$0 create --image=registry/iris:1.0 --host=models.example.com',
      ],
      [
        'Only the manifest, to go on from',
        '$0 create iris --image=registry/iris:1.0 --dry-run=client -o yaml > model.yaml',
      ],
      ['Change one that exists', '$0 create iris --image=registry/iris:1.1 --dry-run=client -o yaml | $0 apply -f -'],
    ],
  });

  // Nothing is offered: it is a name that there is not yet.
  name = takesWords([], Option.String({ name: 'NAME', required: false }));
  nameFlag = Option.String('--name', { description: 'The name, for who would rather give it as a flag' });
  image = Option.String('--image', { description: 'The container image of the model' });
  implementation = Option.String('--implementation', {
    description: "One of Seldon's servers, for example SKLEARN_SERVER, instead of an image",
  });
  modelUri = Option.String('--model-uri', { description: 'Where the trained model is, for example gs://bucket/model' });
  replicas = Option.String('--replicas', '1', { description: 'The number of replicas' });
  env = Option.Array('--env', [], { description: 'An environment variable of the model, as KEY=VALUE; repeatable' });
  label = Option.Array('--label', [], { description: 'A label of the deployment, as KEY=VALUE; repeatable' });
  serviceAccountName = Option.String('--service-account-name', {
    description: 'The service account of the pods; with --implementation, that which loads the model',
  });
  imagePullSecret = Option.Array('--image-pull-secret', [], {
    description: 'The name of a Secret with which the image is pulled; repeatable',
  });
  host = Option.String('--host', {
    description: "The host by which Seldon's Istio routing finds it, instead of any",
  });
  classes = Option.String('--classes', {
    description: 'What the model tells apart, with commas or in base64; kept as an annotation',
  });
  wait = Option.Boolean('--wait', false, { description: 'Wait until it is truly available' });
  timeout = flags.timeout();
  events = flags.events('none');
  fieldManager = flags.fieldManager();
  createNamespace = flags.createNamespace();
  dryRun = flags.dryRun();
  output = takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', {
      description: `Output format: ${OBJECT_FORMATS}; with --wait json, one object a line`,
    }),
  );

  protected override changes(): DryRun {
    return dryRunOf(this.dryRun);
  }

  protected override tellsProgress(): boolean {
    return this.wait;
  }

  protected async carryOut(report: Report): Promise<ExecutionResult> {
    const { program } = this.context;
    const dryRun = dryRunOf(this.dryRun);
    const name = await this.#name();
    const { manifestFromFlags } = await import('../manifests/from-flags.ts');
    const object = manifestFromFlags({
      ...this,
      name,
      replicas: wholeNumber('--replicas', this.replicas),
      labels: this.label,
      imagePullSecrets: this.imagePullSecret,
    });
    if (dryRun === 'client') {
      this.#tellName(name);
      this.tellObject(object);
      report({ type: 'object', time: program.clock.now(), message: `${KIND}/${name} created (dry run)` });
      return { outcome: 'succeeded', exitCode: exitCodes.done, deployments: [] };
    }
    const wait = this.wait && dryRun === 'none';
    const options = {
      ...this.executionOptions(),
      applying: {
        fieldManager: this.fieldManager,
        dropUnknownFields: false,
        createOnly: true,
        dryRun: dryRun === 'server',
      },
      dryRun,
      createNamespace: this.createNamespace,
      watch: wait,
    };
    const { executeFiles } = await import('../execution/execute.ts');
    const { applyPlan } = await import('../plan/apply-plan.ts');
    const connected = await this.connect();
    const { cluster, namespace: ofContext } = connected;
    const namespace = this.namespace || ofContext;
    const deployment = { ...object, metadata: { ...object.metadata, namespace } };
    const positionOf = () => ({ file: 'flags', line: 1, column: 1 });
    await this.begin(report, connected, [{ namespace, name }], { namespaces: [namespace] });
    this.#tellName(name);
    const environment = { cluster, report, clock: program.clock, signal: program.signal };
    const plan = applyPlan({ deployments: [{ deployment, positionOf }], others: [] }, { wait });
    const result = await executeFiles(plan, options, environment);
    if (result.exitCode === exitCodes.done && dryRun === 'none' && this.output === undefined) {
      await this.#tellCreated(cluster, namespace, name);
    }
    return result;
  }

  async #name(): Promise<string> {
    if (this.name !== undefined && this.nameFlag !== undefined && this.name !== this.nameFlag) {
      throw new BadInput(`the name is given twice, as "${this.name}" and as --name=${this.nameFlag}`);
    }
    const given = this.name ?? this.nameFlag;
    if (given !== undefined) return given;
    const { nameOfModel } = await import('../manifests/default-name.ts');
    const name = nameOfModel(this);
    if (name === undefined) throw new BadInput('a name is needed, or an --image or --model-uri to take it from');
    return name;
  }

  #tellName(name: string): void {
    if (this.name !== undefined || this.nameFlag !== undefined) return;
    this.context.program.stderr.write(`--name not set, default to model name '${name}'\n`);
  }

  /** As the cluster has it by now: who waited knows its address. */
  async #tellCreated(cluster: SeldonCluster, namespace: string, name: string): Promise<void> {
    const made = await cluster.read(namespace, name).catch(() => undefined);
    if (!made) return;
    const { createdLines } = await import('../output/created-lines.ts');
    this.context.program.stdout.write(createdLines(made).join('\n').concat('\n'));
  }
}

const KIND = 'seldondeployment.machinelearning.seldon.io';
