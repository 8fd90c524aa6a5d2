import { Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { FLAGS } from '../manifests/manifest.ts';
import { changedOutput } from './changed-output.ts';
import { connect } from './connection.ts';
import { dryRunOf, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

/** Seldon's own (operator/helm/charts: predictor_servers of 1.18); an installation may have others. */
const SERVERS = [
  'HUGGINGFACE_SERVER',
  'MLFLOW_SERVER',
  'SKLEARN_SERVER',
  'TEMPO_SERVER',
  'TENSORFLOW_SERVER',
  'TRITON_SERVER',
  'XGBOOST_SERVER',
];

const declared = {
  ...stepFlags,
  // Nothing is offered: it is a name that there is not yet.
  name: takesWords([], Option.String({ name: 'NAME', required: false })),
  nameFlag: Option.String('--name', { description: 'The name, as a flag instead of an argument' }),
  image: Option.String('--image', { description: 'The container image of the model' }),
  implementation: takesWords(
    SERVERS,
    Option.String('--implementation', {
      description: "One of Seldon's servers, for example SKLEARN_SERVER, instead of an image",
    }),
  ),
  modelUri: Option.String('--model-uri', {
    description: 'Location of the trained model, for example gs://bucket/model',
  }),
  replicas: Option.String('--replicas', '1', { description: 'The number of replicas' }),
  env: Option.Array('--env', [], { description: 'Environment variable of the model, as KEY=VALUE; repeatable' }),
  label: Option.Array('--label', [], { description: 'Label of the deployment, as KEY=VALUE; repeatable' }),
  serviceAccountName: Option.String('--service-account-name', {
    description: 'Service account of the pods; with --implementation, the one that downloads the model',
  }),
  imagePullSecret: Option.Array('--image-pull-secret', [], {
    description: 'Name of a Secret for pulling the image; repeatable',
  }),
  host: Option.String('--host', {
    description: "Host name of the model: for an Ingress with --ingress-class, otherwise for Seldon's Istio routing",
  }),
  ingressClass: Option.String('--ingress-class', {
    description: 'Create an Ingress of this class for --host; it is deleted with the deployment',
  }),
  ingressTlsSecret: Option.String('--ingress-tls-secret', {
    description: 'The Secret with the TLS certificate of --host, to serve https; needs --ingress-class',
  }),
  classes: Option.String('--classes', {
    description: 'Classes of the model, separated by commas or in base64; stored as an annotation',
  }),
  wait: Option.Boolean('--wait', false, { description: 'Wait until it is truly available' }),
  timeout: flags.timeout(),
  events: flags.events('none'),
  fieldManager: flags.fieldManager(),
  createNamespace: flags.createNamespace(),
  dryRun: flags.dryRun(),
  output: changedOutput(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['create'],
  description: 'Create a deployment for one model from flags, without a file',
  details: `
    Creates a SeldonDeployment with one predictor and one model: from your own container image (--image), or from a
    trained model in a bucket, served by one of Seldon's servers (--implementation and --model-uri). An existing
    deployment with this name is not changed: to change it, apply the manifest that create prints. If you omit NAME,
    the model's name is used: the last part of the image or of the model's location.
  `,
  examples: [
    ['Serve the model in an image, and wait until it is available', '$0 create iris --image=registry/iris:1.0 --wait'],
    [
      'Serve a trained model from a bucket, with 2 replicas',
      '$0 create iris --implementation=SKLEARN_SERVER --model-uri=gs://bucket/iris --replicas=2',
    ],
    [
      'Use the name of the image, iris, and a host name through Istio',
      '$0 create --image=registry/iris:1.0 --host=models.example.com',
    ],
    [
      'Expose the model through an ingress controller, with https',
      '$0 create iris --image=registry/iris:1.0 --host=iris.example.com --ingress-class=nginx --ingress-tls-secret=iris-tls',
    ],
    [
      'Only print the manifest, as a file to edit',
      '$0 create iris --image=registry/iris:1.0 --dry-run=client -o yaml > model.yaml',
    ],
    [
      'Change an existing deployment',
      '$0 create iris --image=registry/iris:1.1 --dry-run=client -o yaml | $0 apply -f -',
    ],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: !given.wait }, async (progress) => {
    const { clock, signal } = program;
    const { report } = progress;
    const dryRun = dryRunOf(given.dryRun);
    const { name, isDerived } = await nameOf(given);
    const tellName = () => {
      if (isDerived) program.stderr.write(`--name not set, default to model name '${name}'\n`);
    };
    const { manifestFromFlags } = await import('../manifests/from-flags.ts');
    const object = manifestFromFlags({
      ...given,
      name,
      replicas: wholeNumber('--replicas', given.replicas),
      labels: given.label,
      imagePullSecrets: given.imagePullSecret,
    });
    if (dryRun === 'client') {
      tellName();
      progress.object(object);
      const { desiredIngress } = await import('../seldon/ingress.ts');
      for (const made of [KIND, ...(desiredIngress(object) ? ['ingress.networking.k8s.io'] : [])]) {
        report({ type: 'object', time: clock.now(), message: `${made}/${name} created (dry run)` });
      }
      return { outcome: 'succeeded', exitCode: exitCodes.done, deployments: [] };
    }
    const wait = given.wait && dryRun === 'none';
    const { fieldManager, createNamespace } = given;
    const applying = { fieldManager, dropUnknownFields: false, createOnly: true, dryRun: dryRun === 'server' };
    const options = { ...executionOptions(given, progress), applying, dryRun, createNamespace, watch: wait };
    const { executeFiles } = await import('../execution/execute.ts');
    const { applyPlan } = await import('../plan/apply-plan.ts');
    const connected = await connect(given, program);
    const { cluster } = connected;
    const namespace = given.namespace || connected.namespace;
    const { apiVersion } = cluster.resource;
    const deployment = { ...object, apiVersion, metadata: { ...object.metadata, namespace } };
    const positionOf = () => ({ file: FLAGS, line: 1, column: 1 });
    await progress.begin(connected, { deployments: [{ namespace, name }], namespaces: [namespace] }, dryRun);
    tellName();
    const plan = applyPlan({ deployments: [{ deployment, positionOf }], others: [] }, { wait });
    const result = await executeFiles(plan, options, { cluster, report, clock, signal });
    if (result.exitCode === exitCodes.done && dryRun === 'none' && given.output === undefined) {
      await tellCreated(cluster, namespace, name, program);
    }
    return result;
  });
}

async function nameOf(given: Given): Promise<{ name: string; isDerived: boolean }> {
  const { name: word, nameFlag } = given;
  if (word !== undefined && nameFlag !== undefined && word !== nameFlag) {
    throw new BadInput(`the name is given twice, as "${word}" and as --name=${nameFlag}`);
  }
  const said = word ?? nameFlag;
  if (said !== undefined) return { name: said, isDerived: false };
  const { nameOfModel } = await import('../manifests/from-flags.ts');
  const name = nameOfModel(given);
  if (name === undefined) throw new BadInput('a name is needed, or an --image or --model-uri to take it from');
  return { name, isDerived: true };
}

/** As the cluster has it by now: who waited knows its address. */
async function tellCreated(
  cluster: SeldonCluster,
  namespace: string,
  name: string,
  { stdout }: Context,
): Promise<void> {
  const made = await cluster.read(namespace, name).catch(() => undefined);
  if (!made) return;
  const { createdLines } = await import('../output/created-lines.ts');
  stdout.write(createdLines(made).join('\n').concat('\n'));
}

const KIND = 'seldondeployment.machinelearning.seldon.io';
