import { Command, Option } from 'clipanion';
import { BadInput, exitCodes } from '../failures.ts';
import { OBJECT_FORMATS } from '../output/object-format.ts';
import { version } from '../version.ts';
import { wholeNumber } from './flag-values.ts';
import { SeldonCommand } from './seldon-command.ts';

export class AgentManifestCommand extends SeldonCommand {
  static override paths = [['agent', 'manifest']];
  static override usage = Command.Usage({
    description: 'Print what it takes to run sync in the cluster',
    details: `
      Prints ServiceAccount, the least Role (a ClusterRole with -A) and its binding, Deployment and PodDisruptionBudget of
      an agent that runs sync --watch. Of its replicas one leads, by a Lease, and another takes over within 15 seconds. The
      token is never part of it: only the name of the Secret that holds it, under the key token. Nor is the namespace of the
      models: whoever deletes what is printed removes the agent, and every model stays.
    `,
    examples: [
      [
        'An agent for one namespace',
        '$0 agent manifest --source=https://models.example.com/desired -n models --prune --token-secret=source | kubectl apply -f -',
      ],
      [
        'The same, with the agent in a namespace of its own',
        '$0 agent manifest --source=https://models.example.com/desired -n models --agent-namespace=seldon-agent --create-namespace | kubectl apply -f -',
      ],
      [
        'For all namespaces, with its own image',
        '$0 agent manifest --source=https://models.example.com/desired -n seldon-agent -A --image=registry/agent:1',
      ],
    ],
  });

  source = Option.String('--source', { description: 'The https address of the desired deployments' });
  namespace = Option.String('-n,--namespace', {
    description: 'The namespace of what it syncs; with -A, of what names none',
  });
  agentNamespace = Option.String('--agent-namespace', {
    description: 'The namespace of the agent itself; that of -n if not given',
  });
  createNamespace = Option.Boolean('--create-namespace', false, {
    description: 'Print the Namespace of --agent-namespace too; never that of the models',
  });
  allNamespaces = Option.Boolean('-A,--all-namespaces', false, { description: 'Sync all namespaces' });
  owner = Option.String('--owner', { description: 'As in sync; derived from the source if not given' });
  replicas = Option.String('--replicas', '2', { description: 'How many stand ready; one of them leads' });
  image = Option.String('--image', `kubectl-seldon-lifecycle:${version}`, {
    description: 'The image, made by the Dockerfile',
  });
  report = Option.String('--report', { description: 'As in sync' });
  prune = Option.Boolean('--prune', false, {
    description: 'As in sync; the right to delete is only then among the rights',
  });
  tokenSecret = Option.String('--token-secret', {
    description: 'The Secret that holds the token, under the key token',
  });
  caConfigMap = Option.String('--ca-configmap', {
    description: "The ConfigMap that holds the authority of the source's certificate, under the key ca.crt",
  });
  insecureHttp = Option.Boolean('--insecure-http', false, { description: 'As in sync' });
  output = Option.String('-o,--output', 'yaml', { description: `Output format: ${OBJECT_FORMATS}` });

  async execute(): Promise<number> {
    if (!this.source) throw new BadInput('agent manifest needs --source, the address of the desired deployments');
    if (!this.namespace) throw new BadInput('agent manifest needs --namespace, of the deployments that it is to sync');
    const { isNamespaceName } = await import('../manifests/valid-names.ts');
    const agentNamespace = this.agentNamespace || this.namespace;
    for (const namespace of [this.namespace, agentNamespace]) {
      if (!isNamespaceName(namespace)) throw new BadInput(`"${namespace}" is not a valid namespace`);
    }
    if (this.createNamespace && agentNamespace === this.namespace) {
      throw new BadInput(
        `--create-namespace creates a namespace for the agent, and ${this.namespace} is that of the models: deleting the manifest would delete them all`,
        {
          hint: `Use --agent-namespace=seldon-agent, or create it yourself: kubectl create namespace ${this.namespace}`,
        },
      );
    }
    const { derivedOwner } = await import('../sync/derived-owner.ts');
    const { givenOwner } = await import('../sync/ownership.ts');
    const { checkedAddress } = await import('../sync/source/address.ts');
    const { agentManifest } = await import('../agent/agent-manifest.ts');
    const { objectFormat, writtenList, writtenObject } = await import('../output/object-format.ts');
    const objects = agentManifest({
      source: checkedAddress('--source', this.source, this.insecureHttp).href,
      namespace: this.namespace,
      agentNamespace,
      createNamespace: this.createNamespace,
      allNamespaces: this.allNamespaces,
      owner: this.owner === undefined ? derivedOwner([this.source]) : givenOwner(this.owner),
      replicas: Math.max(1, wholeNumber('--replicas', this.replicas)),
      image: this.image,
      reportUrl: this.report && checkedAddress('--report', this.report, this.insecureHttp).href,
      prune: this.prune,
      tokenSecret: this.tokenSecret,
      authorityConfigMap: this.caConfigMap,
      insecureHttp: this.insecureHttp,
    });
    const format = objectFormat(this.output);
    const text =
      format.is === 'yaml'
        ? objects.map((object) => writtenObject(object, format)).join('---\n')
        : writtenList(objects, format);
    this.context.program.stdout.write(text);
    return exitCodes.done;
  }
}
