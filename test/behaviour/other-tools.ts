import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { isConflictOfVersions } from '../../src/lifecycle/retry/retry-on-conflict.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { type Finished, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Runs kubectl itself. */
export type Kubectl = (
  args: readonly string[],
  options?: { stdin?: string; env?: Record<string, string> },
) => Promise<Finished>;

/** One SeldonDeployment, and what others do to it: by kubectl itself, where there is one, otherwise by the requests that it would send. */
export class Hand {
  readonly #server: ServerUnderTest;
  readonly #kubectl: Kubectl | undefined;
  readonly #path: string;
  readonly namespace: string;
  readonly name: string;

  constructor(server: ServerUnderTest, kubectl: Kubectl | undefined, namespace: string, name: string) {
    this.#server = server;
    this.#kubectl = kubectl;
    this.#path = seldonPath(namespace);
    this.namespace = namespace;
    this.name = name;
  }

  async live(): Promise<SeldonDeployment> {
    return (await this.#server.api.call<SeldonDeployment>({ method: 'GET', path: `${this.#path}/${this.name}` })).body;
  }

  /** Makes it, as a client does that knows no server-side apply. */
  async creates(manager: string, body: object): Promise<void> {
    await this.#server.api.call({ method: 'POST', path: this.#path, query: { fieldManager: manager }, body });
  }

  /** With force: a tool takes what is its own. */
  async applies(manager: string, body: object): Promise<void> {
    await this.#patch(manager, 'apply-patch+yaml', body, { force: 'true' });
  }

  async merges(manager: string, patch: object): Promise<void> {
    await this.#patch(manager, 'merge-patch+json', patch);
  }

  async patchesByJson(manager: string, operations: readonly object[]): Promise<void> {
    await this.#patch(manager, 'json-patch+json', operations);
  }

  /** Through the scale subresource, as autoscalers do. */
  async scales(manager: string, replicas: number): Promise<void> {
    await this.#server.api.call({
      method: 'PATCH',
      path: `${this.#path}/${this.name}/scale`,
      query: { fieldManager: manager },
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas } },
    });
  }

  /** The operator writes its status at the same moment. */
  async replaces(manager: string, body: object): Promise<void> {
    const path = `${this.#path}/${this.name}`;
    for (let tries = 1; ; tries += 1) {
      const { resourceVersion } = (await this.live()).metadata;
      const metadata = { ...(body as SeldonDeployment).metadata, resourceVersion };
      try {
        await this.#server.api.call({
          method: 'PUT',
          path,
          query: { fieldManager: manager },
          body: { ...body, metadata },
        });
        return;
      } catch (error) {
        if (!isConflictOfVersions(error) || tries === 10) throw error;
      }
    }
  }

  /** As somebody does who finds managedFields too long to read. */
  async forgetsManagers(): Promise<void> {
    await this.patchesByJson('kubectl-patch', [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]);
  }

  /** `played`: the same without kubectl. */
  async kubectl(
    args: readonly string[],
    played: () => Promise<void>,
    { object, env }: { object?: object; env?: Record<string, string> } = {},
  ): Promise<void> {
    if (!this.#kubectl) return await played();
    const options = { ...(object && { stdin: stringify(object) }), ...(env && { env }) };
    const kubectl = this.#kubectl;
    const run = () => kubectl([...args, '-n', this.namespace], options);
    let finished = await run();
    // The operator writes its status at the same moment, which no kubectl replace is made to bear.
    for (let tries = 1; tries < 5 && finished.stderr.includes('(Conflict)'); tries += 1) finished = await run();
    assert.equal(finished.exitCode, 0, `kubectl ${args.join(' ')}: ${finished.stderr}`);
  }

  async kubectlCreates(object: SeldonDeployment): Promise<void> {
    await this.kubectl(['create', '-f', '-'], () => this.creates('kubectl-create', object), { object });
  }

  /** For the first time: it makes the object. */
  async kubectlApplies(object: SeldonDeployment, manager = 'kubectl-client-side-apply'): Promise<void> {
    const args = [
      'apply',
      '-f',
      '-',
      ...(manager === 'kubectl-client-side-apply' ? [] : [`--field-manager=${manager}`]),
    ];
    await this.kubectl(args, () => this.creates(manager, withLastApplied(object)), { object });
  }

  async kubectlAppliesAgain(object: SeldonDeployment): Promise<void> {
    const played = () => this.merges('kubectl-client-side-apply', withLastApplied(object));
    await this.kubectl(['apply', '-f', '-'], played, { object });
  }

  async run(args: readonly string[], stdin = ''): Promise<Finished> {
    return await this.#server.run([...args, '-n', this.namespace], { stdin });
  }

  async #patch(manager: string, type: string, body: unknown, query: Record<string, string> = {}): Promise<void> {
    await this.#server.api.call({
      method: 'PATCH',
      path: `${this.#path}/${this.name}`,
      query: { fieldManager: manager, ...query },
      contentType: `application/${type}`,
      body,
    });
  }
}

/** As a client-side apply keeps the file in the object. */
export function withLastApplied(object: SeldonDeployment): SeldonDeployment {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [LAST_APPLIED]: `${JSON.stringify(object)}\n` };
  return { ...object, metadata: { ...metadata, annotations } };
}

interface FileOptions {
  tag?: string;
  /** Of the predictor; undefined: spec.replicas governs. */
  replicas?: number | undefined;
  /** spec.replicas */
  total?: number;
  /** Without the label and the field that it had at first. */
  reduced?: boolean;
}

/** What the file of a deployment holds: made by one tool, and applied by us. */
export function fileOf(
  name: string,
  { tag = '1.0', replicas = 1, total, reduced }: FileOptions = {},
): SeldonDeployment {
  const predictor = {
    name: 'default',
    ...(total === undefined && { replicas }),
    graph: { name: 'classifier', type: 'MODEL' },
    componentSpecs: [{ spec: { containers: [{ name: 'classifier', image: `example/iris:${tag}` }] } }],
  };
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name, labels: { team: 'a', ...(!reduced && { stage: 'test' }) } },
    spec: {
      ...(!reduced && { protocol: 'seldon' }),
      ...(total !== undefined && { replicas: total }),
      predictors: [predictor],
    },
  } as SeldonDeployment;
}

/** An object that somebody has made, and what becomes of it in our hands. */
export interface Made {
  /** What has been done to it. */
  by: string;
  make(hand: Hand, object: SeldonDeployment): Promise<void>;
  /** Who is named in a conflict, and the way out; undefined: it is in conflict with nobody. */
  conflict?: { names: string; hint: RegExp };
  /** In conflict with the file as it is, too. */
  differs?: true;
  /** What the file no longer has stays, because somebody else owns it still. */
  stays?: true;
  /** The same after an adoption; as `stays`, if it is not said. */
  staysAdopted?: boolean;
  /** spec.replicas governs, and somebody has set it. */
  total?: number;
}

const GIT = (tool: string) =>
  new RegExp(
    `^Change it in the Git repository that ${tool} \\w+: --force-conflicts takes it over only until ${tool} writes it back$`,
    'm',
  );
const BY_VALUE = /^Take it over with --force-conflicts, or give it the cluster's value in the file$/m;
const asManager = (name: string) =>
  new RegExp(
    `^Take it over with --force-conflicts, give it the cluster's value in the file, or apply as --field-manager=${name}$`,
    'm',
  );
const twoReplicas = (object: SeldonDeployment) => ({
  spec: { predictors: object.spec?.predictors?.map((one) => ({ ...one, replicas: 2 })) },
});
const labelled = (object: SeldonDeployment, labels: Record<string, string>) => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
});
const EDIT = { KUBE_EDITOR: 'sed -i "s/replicas: 1/replicas: 2/"' };
const edits = (hand: Hand, object: SeldonDeployment) =>
  hand.kubectl(['edit', `sdep/${hand.name}`], () => hand.merges('kubectl-edit', twoReplicas(object)), { env: EDIT });

/** Everybody who makes SeldonDeployments, as far as we know them. */
export const everybody: readonly Made[] = [
  { by: 'kubectl create', make: (hand, object) => hand.kubectlCreates(object) },
  {
    by: 'kubectl create --save-config',
    make: (hand, object) =>
      hand.kubectl(
        ['create', '--save-config', '-f', '-'],
        () => hand.creates('kubectl-create', withLastApplied(object)),
        {
          object,
        },
      ),
  },
  { by: 'kubectl apply', make: (hand, object) => hand.kubectlApplies(object) },
  {
    by: 'kubectl apply, twice',
    make: async (hand, object) => {
      await hand.kubectlApplies(fileOf(hand.name, { tag: '0.9' }));
      await hand.kubectlAppliesAgain(object);
    },
  },
  {
    by: 'kubectl create, then apply',
    make: async (hand, object) => {
      await hand.kubectlCreates(object);
      await hand.kubectlAppliesAgain(object);
    },
  },
  { by: 'kubectl apply --field-manager=team', make: (hand, object) => hand.kubectlApplies(object, 'team') },
  {
    by: 'kubectl apply --server-side',
    make: (hand, object) =>
      hand.kubectl(['apply', '--server-side', '-f', '-'], () => hand.applies('kubectl', object), { object }),
    conflict: { names: '"kubectl"', hint: asManager('kubectl') },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'kubectl apply --server-side --field-manager=team',
    make: (hand, object) =>
      hand.kubectl(['apply', '--server-side', '--field-manager=team', '-f', '-'], () => hand.applies('team', object), {
        object,
      }),
    conflict: { names: '"team"', hint: asManager('team') },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'kubectl create, then replace',
    make: async (hand, object) => {
      await hand.kubectlCreates(fileOf(hand.name, { tag: '0.9' }));
      await hand.kubectl(['replace', '-f', '-'], () => hand.replaces('kubectl-replace', object), { object });
    },
  },
  {
    by: 'kubectl apply, then edit',
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await edits(hand, object);
    },
    conflict: { names: 'kubectl edit (field manager "kubectl-edit")', hint: BY_VALUE },
    differs: true,
  },
  {
    by: 'kubectl create, then patch',
    make: async (hand, object) => {
      await hand.kubectlCreates(object);
      await hand.kubectl(
        ['patch', `sdep/${hand.name}`, '--type=merge', '-p', JSON.stringify(twoReplicas(object))],
        () => hand.merges('kubectl-patch', twoReplicas(object)),
      );
    },
    conflict: { names: 'kubectl patch (field manager "kubectl-patch")', hint: BY_VALUE },
    differs: true,
  },
  {
    by: 'kubectl apply, then patch --type=json',
    make: async (hand, object) => {
      const patch = [{ op: 'replace', path: '/spec/predictors/0/replicas', value: 2 }];
      await hand.kubectlApplies(object);
      await hand.kubectl(['patch', `sdep/${hand.name}`, '--type=json', '-p', JSON.stringify(patch)], () =>
        hand.patchesByJson('kubectl-patch', patch),
      );
    },
    conflict: { names: 'kubectl patch (field manager "kubectl-patch")', hint: BY_VALUE },
    differs: true,
  },
  {
    by: 'kubectl apply, then label',
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await hand.kubectl(['label', `sdep/${hand.name}`, 'hand=yes'], () =>
        hand.merges('kubectl-label', { metadata: { labels: { hand: 'yes' } } }),
      );
    },
  },
  {
    by: 'kubectl create, then annotate',
    make: async (hand, object) => {
      await hand.kubectlCreates(object);
      await hand.kubectl(['annotate', `sdep/${hand.name}`, 'example.com/note=read'], () =>
        hand.merges('kubectl-annotate', { metadata: { annotations: { 'example.com/note': 'read' } } }),
      );
    },
  },
  {
    by: 'kubectl apply, then scale',
    total: 1,
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await hand.kubectl(['scale', `sdep/${hand.name}`, '--replicas=2'], () => hand.scales('kubectl', 2));
    },
    conflict: {
      names: 'kubectl scale (field manager "kubectl")',
      hint: /^Take it over with --force-conflicts, give it the cluster's value in the file, or leave it out of the file$/m,
    },
    differs: true,
  },
  {
    by: 'kubectl apply, then an autoscaler',
    total: 1,
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await hand.scales('kube-controller-manager', 2);
    },
    conflict: {
      names: 'an autoscaler (field manager "kube-controller-manager")',
      hint: /^Leave it out of the file: --force-conflicts takes it over only until the autoscaler sets it again$/m,
    },
    differs: true,
  },
  {
    by: 'kubectl create, then KEDA',
    total: 1,
    make: async (hand, object) => {
      await hand.kubectlCreates(object);
      await hand.scales('keda', 2);
    },
    conflict: { names: 'an autoscaler (field manager "keda")', hint: /^Leave it out of the file: /m },
    differs: true,
  },
  {
    by: 'kubectl apply, then managedFields wiped',
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await hand.forgetsManagers();
    },
  },
  {
    by: 'helm 3 install',
    make: (hand, object) => hand.creates('helm', labelled(object, { 'app.kubernetes.io/managed-by': 'Helm' })),
    conflict: { names: 'Helm (field manager "helm")', hint: /^Change it in the chart or its values: /m },
    stays: true,
  },
  {
    by: 'helm 3 upgrade',
    make: async (hand, object) => {
      await hand.creates('helm', fileOf(hand.name, { tag: '0.9' }));
      await hand.merges('helm', object);
    },
    conflict: { names: 'Helm (field manager "helm")', hint: /^Change it in the chart or its values: /m },
    stays: true,
  },
  {
    by: 'helm 4',
    make: (hand, object) => hand.applies('helm', object),
    conflict: {
      names: 'Helm (field manager "helm")',
      hint: /only until the next helm upgrade, which writes it back$/m,
    },
    stays: true,
  },
  {
    by: 'kubectl apply, then helm 3 --take-ownership',
    make: async (hand, object) => {
      await hand.kubectlApplies(fileOf(hand.name, { tag: '0.9' }));
      await hand.merges('helm', object);
    },
    conflict: { names: 'Helm (field manager "helm")', hint: /^Change it in the chart or its values: /m },
  },
  {
    by: 'Argo CD, client-side',
    make: (hand, object) => hand.creates('argocd-controller', withLastApplied(object)),
    conflict: { names: 'Argo CD (field manager "argocd-controller")', hint: GIT('Argo CD') },
    stays: true,
  },
  {
    by: 'Argo CD, client-side, synced again',
    make: async (hand, object) => {
      await hand.creates('argocd-controller', withLastApplied(fileOf(hand.name, { tag: '0.9' })));
      await hand.merges('argocd-controller', withLastApplied(object));
    },
    conflict: { names: 'Argo CD (field manager "argocd-controller")', hint: GIT('Argo CD') },
    stays: true,
  },
  {
    by: 'Argo CD, server-side',
    make: (hand, object) => hand.applies('argocd-controller', object),
    conflict: { names: 'Argo CD (field manager "argocd-controller")', hint: GIT('Argo CD') },
    stays: true,
  },
  {
    by: 'Argo CD of old',
    make: (hand, object) => hand.creates('argocd-application-controller', withLastApplied(object)),
    conflict: { names: 'Argo CD (field manager "argocd-application-controller")', hint: GIT('Argo CD') },
    stays: true,
  },
  {
    by: 'kubectl apply, then Argo CD, server-side',
    make: async (hand, object) => {
      await hand.kubectlApplies(fileOf(hand.name, { tag: '0.9' }));
      await hand.applies('argocd-controller', object);
    },
    conflict: { names: 'Argo CD (field manager "argocd-controller")', hint: GIT('Argo CD') },
    stays: true,
  },
  {
    by: 'Flux, Kustomization',
    make: (hand, object) => hand.applies('kustomize-controller', object),
    conflict: { names: 'Flux (field manager "kustomize-controller")', hint: GIT('Flux') },
    stays: true,
  },
  {
    by: 'Flux, HelmRelease',
    make: (hand, object) => hand.creates('helm-controller', object),
    conflict: { names: 'Flux (field manager "helm-controller")', hint: /^Change it in its HelmRelease: /m },
    stays: true,
  },
  {
    by: 'Flux, HelmRelease by Helm 4',
    make: (hand, object) => hand.applies('helm-controller', object),
    conflict: { names: 'Flux (field manager "helm-controller")', hint: /^Change it in its HelmRelease: /m },
    stays: true,
  },
  {
    by: 'Terraform',
    make: (hand, object) => hand.applies('Terraform', object),
    conflict: { names: 'Terraform (field manager "Terraform")', hint: /^Change it in the Terraform configuration: /m },
    stays: true,
  },
  {
    by: 'Terraform of old',
    make: (hand, object) => hand.creates('HashiCorp', object),
    conflict: { names: 'Terraform (field manager "HashiCorp")', hint: /^Change it in the Terraform configuration: /m },
    stays: true,
  },
  {
    by: 'Pulumi',
    make: (hand, object) => hand.applies('pulumi-kubernetes-1a2b3c4d', object),
    conflict: {
      names: 'Pulumi (field manager "pulumi-kubernetes-1a2b3c4d")',
      hint: /^Change it in the Pulumi program: /m,
    },
    stays: true,
  },
  {
    by: 'a Python client',
    make: (hand, object) => hand.creates('OpenAPI-Generator', object),
    conflict: { names: '"OpenAPI-Generator"', hint: BY_VALUE },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'a Go client',
    make: (hand, object) => hand.creates('model-builder', object),
    conflict: { names: '"model-builder"', hint: BY_VALUE },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'a JavaScript client',
    make: (hand, object) => hand.creates('node-fetch', object),
    conflict: { names: '"node-fetch"', hint: BY_VALUE },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'a Java client',
    make: (hand, object) => hand.creates('fabric8-kubernetes-client', object),
    conflict: { names: '"fabric8-kubernetes-client"', hint: BY_VALUE },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'an operator of a platform, server-side',
    make: (hand, object) => hand.applies('ml-platform', object),
    conflict: { names: '"ml-platform"', hint: asManager('ml-platform') },
    stays: true,
    staysAdopted: false,
  },
  {
    by: 'a browser dashboard, over kubectl apply',
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await hand.merges('Mozilla', twoReplicas(object));
    },
    conflict: { names: '"Mozilla"', hint: BY_VALUE },
    differs: true,
  },
  {
    by: 'our apply',
    make: async (hand, object) => {
      await ours(hand, ['apply', '-f', '-'], object);
    },
  },
  {
    by: 'our create',
    make: async (hand) => {
      const flags = ['--image=example/iris:1.0', '--replicas=1'];
      assert.equal((await hand.run(['create', hand.name, ...flags])).exitCode, 0);
    },
  },
  {
    by: 'kubectl apply, then our scale',
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await ours(hand, ['scale', hand.name, '--replicas=2']);
    },
  },
  {
    by: 'kubectl apply, then our scale of the subresource',
    total: 1,
    make: async (hand, object) => {
      await hand.kubectlApplies(object);
      await ours(hand, ['scale', hand.name, '--replicas=2', '--scale-through=subresource']);
    },
  },
  {
    by: 'our apply, then a patch of ours',
    make: async (hand, object) => {
      await ours(hand, ['apply', '-f', '-'], object);
      await hand.patchesByJson('kubectl-seldon-lifecycle', [
        { op: 'replace', path: '/spec/predictors/0/replicas', value: 2 },
      ]);
    },
  },
  {
    by: 'our apply, then kubectl edit',
    make: async (hand, object) => {
      await ours(hand, ['apply', '-f', '-'], object);
      await edits(hand, object);
    },
    conflict: { names: 'kubectl edit (field manager "kubectl-edit")', hint: BY_VALUE },
    differs: true,
  },
  {
    by: 'our apply, then kubectl apply',
    make: async (hand, object) => {
      await ours(hand, ['apply', '-f', '-'], fileOf(hand.name, { tag: '0.9' }));
      await hand.kubectlAppliesAgain(object);
    },
  },
  {
    by: 'our sync',
    make: async (hand, object) => {
      await ours(hand, ['sync', '-', '--owner=other'], object);
    },
    conflict: {
      names: 'sync (field manager "kubectl-seldon-lifecycle-sync")',
      hint: /^Change it in the source of the sync: --force-conflicts takes it over only until the sync writes it back$/m,
    },
    stays: true,
    staysAdopted: false,
  },
];

export async function ours(hand: Hand, args: readonly string[], object?: object): Promise<Finished> {
  const finished = await hand.run(args, object && stringify(object));
  assert.equal(finished.exitCode, 0, `${args.join(' ')}: ${finished.stderr}`);
  return finished;
}
