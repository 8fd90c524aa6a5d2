import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS } from '../output/object-format.ts';
import { version } from '../version.ts';
import { wholeNumber } from './flag-values.ts';
import { commonFlags, takes, takesWords, verbOf } from './verb.ts';

const declared = {
  ...commonFlags,
  source: Option.String('--source', { description: 'https address of the desired deployments' }),
  namespace: takes(
    'namespaces',
    Option.String('-n,--namespace', {
      description: 'Namespace to sync; with -A, the namespace of records that name none',
    }),
  ),
  agentNamespace: takes(
    'namespaces',
    Option.String('--agent-namespace', {
      description: 'Namespace of the agent itself; default: seldon-lifecycle-OWNER',
    }),
  ),
  createNamespace: Option.Boolean('--create-namespace', {
    description:
      'Also print the Namespace of the agent (the default without --agent-namespace); never that of the models',
  }),
  allNamespaces: Option.Boolean('-A,--all-namespaces', false, { description: 'Sync all namespaces' }),
  owner: Option.String('--owner', { description: 'As in sync; default: derived from the source' }),
  replicas: Option.String('--replicas', '2', {
    description: 'Number of replicas; one of them is active, the others are on standby',
  }),
  image: Option.String('--image', `kubectl-seldon-lifecycle:${version}`, {
    description: 'Container image of the agent; a digest (NAME@sha256:…) is safer than a tag',
  }),
  report: Option.String('--report', { description: 'As in sync' }),
  prune: Option.Boolean('--prune', false, {
    description: 'As in sync; the Role includes the right to delete only with this flag',
  }),
  ingresses: Option.Boolean('--ingresses', false, {
    description: 'Add the rights for deployments with their own Ingress (ingress.class in a record)',
  }),
  tokenSecret: Option.String('--token-secret', {
    description: 'Secret with the token, under the key token',
  }),
  caConfigMap: Option.String('--ca-configmap', {
    description: 'ConfigMap with the CA certificate of the source, under the key ca.crt',
  }),
  insecureHttp: Option.Boolean('--insecure-http', false, { description: 'As in sync' }),
  requests: Option.String('--requests', 'cpu=50m,memory=128Mi', {
    description: 'Resource requests of each replica, as in kubectl set resources; empty means none',
  }),
  limits: Option.String('--limits', 'cpu=500m,memory=256Mi', {
    description: 'Resource limits of each replica, as in kubectl set resources; empty means none',
  }),
  livenessProbe: Option.String('--liveness-probe', 'initialDelaySeconds=5,periodSeconds=10,timeoutSeconds=5', {
    description: 'Liveness probe; empty means none',
  }),
  readinessProbe: Option.String('--readiness-probe', 'periodSeconds=5,timeoutSeconds=5', {
    description: 'Readiness probe; empty means none',
  }),
  allowHostAccess: Option.Boolean('--allow-host-access', false, { description: 'As in sync' }),
  allowServiceAccounts: Option.Array('--allow-service-account', [], { description: 'As in sync; repeatable' }),
  metrics: Option.Boolean('--metrics', true, {
    description: 'Expose metrics for Prometheus: a Service, and scrape annotations on the pods',
  }),
  output: takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', 'yaml', { description: `Output format: ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['agent manifest'],
  description: 'Print the manifest for running sync in the cluster',
  details: `
    Prints the manifest of an agent that runs sync --watch in the cluster: Namespace, ServiceAccount, minimal Role (a
    ClusterRole with -A) and its binding, Deployment, Service, NetworkPolicy and PodDisruptionBudget. One of its
    replicas is active, by a Lease, and another one takes over within 15 seconds. The agent runs in its own namespace,
    so that the source cannot change it. The manifest contains the name of the Secret with the token (under the key
    token), never the token itself. It does not contain the namespace of the models: if you delete the manifest, the
    agent is deleted and every model stays.
  `,
  examples: [
    [
      'Install an agent for one namespace',
      '$0 agent manifest --source=https://models.example.com/desired -n models --prune --token-secret=source | kubectl apply -f -',
    ],
    [
      'Use an existing namespace for the agent, and an image pinned by its digest',
      '$0 agent manifest --source=https://models.example.com/desired -n models --agent-namespace=platform --image=registry.example.com/agent@sha256:0000000000000000000000000000000000000000000000000000000000000000',
    ],
    [
      'Give the agent more memory, for thousands of models',
      '$0 agent manifest --source=https://models.example.com/desired -n models --requests=cpu=100m,memory=256Mi --limits=cpu=1,memory=1Gi',
    ],
    [
      'Install an agent for all namespaces, with your own image',
      '$0 agent manifest --source=https://models.example.com/desired -n models -A --image=registry.example.com/agent:1',
    ],
  ],
  flags: declared,
  run,
});

async function run(given: Given, { stdout }: Context): Promise<number> {
  const { source, namespace, allNamespaces, owner, image, report, prune, insecureHttp } = given;
  if (!source) throw new BadInput('agent manifest needs --source, the address of the desired deployments');
  if (!namespace) throw new BadInput('agent manifest needs --namespace, the namespace to sync');
  const { isNamespaceName } = await import('../manifests/valid-names.ts');
  const { leaseName } = await import('../agent/agent-lease.ts');
  const { derivedOwner } = await import('../sync/derived-owner.ts');
  const { givenOwner } = await import('../sync/ownership.ts');
  const { checkedAddress } = await import('../sync/source/address.ts');
  const { agentResources } = await import('../agent/agent-resources.ts');
  const { agentManifest } = await import('../agent/agent-manifest.ts');
  const { probeTimes } = await import('../agent/agent-probes.ts');
  const { objectFormat, writtenList, writtenObject } = await import('../output/object-format.ts');
  const address = checkedAddress('--source', source, insecureHttp);
  refuseSignature(address);
  const chosenOwner = owner === undefined ? derivedOwner([source]) : givenOwner(owner);
  const agentNamespace = given.agentNamespace || leaseName(chosenOwner);
  for (const name of [namespace, agentNamespace]) {
    if (!isNamespaceName(name)) throw new BadInput(`"${name}" is not a valid namespace`);
  }
  const createNamespace = given.createNamespace ?? !given.agentNamespace;
  if (agentNamespace === namespace) refuseSharing(namespace, { createNamespace, allNamespaces });
  if (!IMAGE.test(image))
    throw new BadInput(`invalid argument "${image}" for "--image": expected the name of an image`);
  const objects = agentManifest({
    source: address.href,
    namespace,
    agentNamespace,
    createNamespace,
    allNamespaces,
    owner: chosenOwner,
    replicas: Math.max(1, wholeNumber('--replicas', given.replicas)),
    image,
    reportUrl: report && checkedAddress('--report', report, insecureHttp).href,
    prune,
    ingresses: given.ingresses,
    tokenSecret: given.tokenSecret,
    authorityConfigMap: given.caConfigMap,
    insecureHttp,
    resources: agentResources(given.requests, given.limits),
    livenessProbe: probeTimes('--liveness-probe', given.livenessProbe),
    readinessProbe: probeTimes('--readiness-probe', given.readinessProbe),
    allowHostAccess: given.allowHostAccess,
    allowServiceAccounts: given.allowServiceAccounts,
    metrics: given.metrics,
  });
  const format = objectFormat(given.output);
  stdout.write(
    format.is === 'yaml'
      ? objects.map((object) => writtenObject(object, format)).join('---\n')
      : writtenList(objects, format),
  );
  return exitCodes.done;
}

/** A name as the container runtime reads it: no spaces, a tag or a digest at its end. */
const IMAGE = /^[a-z0-9][\w.:/-]*(@sha256:[0-9a-f]{64})?$/i;

/** What the models' namespace holds goes with it; and with -A a source decides nothing in the namespace of the agent. */
function refuseSharing(namespace: string, { createNamespace, allNamespaces }: Record<string, boolean>): void {
  if (createNamespace) {
    throw new BadInput(
      `--create-namespace would put namespace ${namespace}, which contains the models, into the manifest: deleting the manifest would delete them all`,
      {
        hint: `Use --agent-namespace=seldon-agent, or create it yourself: kubectl create namespace ${namespace}`,
      },
    );
  }
  if (!allNamespaces) return;
  throw new BadInput(`with -A the agent does not sync its own namespace, and ${namespace} contains the models`, {
    hint: 'Use --agent-namespace=seldon-agent',
  });
}

/** Whoever may read the Deployment reads its arguments. */
function refuseSignature({ searchParams }: URL): void {
  const key = [...searchParams.keys()].find((name) => /^sig$|signature|credential/i.test(name));
  if (key === undefined) return;
  throw new BadInput(
    `the address of --source contains a signature (${key}=…), and everybody who may read Deployments could read it`,
    {
      hint: 'Give the source a token instead: --token-secret names the Secret that holds it',
    },
  );
}
