import type { CommandOptions, ServerUnderTest } from '../behaviour/server-under-test.ts';

/** What has to be there for a command of the documents, and how it ends. */
export interface Surroundings {
  namespace?: string;
  /** The name of an IngressClass. */
  ingressClass?: string;
  /** Run before it, in the same sandbox. */
  first?: readonly (readonly string[])[];
  stdin?: string;
  /** It is told to end once this is seen on its standard output; it goes on until then. */
  until?: CommandOptions['interruptAfter'];
  /** What goes on beside it. */
  meanwhile?(server: ServerUnderTest): Promise<unknown>;
  exitCode?: number;
}

const iris = ['apply', '-f', 'model.yaml', '--wait'];
const canary = ['apply', '-f', 'canary.yaml', '--wait'];
const models = ['apply', '-f', 'models/', '-R', '-n', 'models', '--wait'];
const inModels = { namespace: 'models', first: [models] };
/** One that has been changed twice since it was made. */
const changed = {
  first: [iris, ...['1.1', '1.2'].map((tag) => ['apply', '-f', `changed-${tag}.yaml`, '--wait'])],
};
const synced = { namespace: 'models', first: [['sync', 'model.yaml', '--owner=generator', '-n', 'models']] };
const interrupted = 130;

/** By the arguments; whatever is not named here needs nothing but the files, and ends with 0. */
export const surroundings: Readonly<Record<string, Surroundings>> = {
  'create iris --image=registry/iris:1.0 --host=iris.example.com --ingress-class=nginx --ingress-tls-secret=iris-tls': {
    ingressClass: 'nginx',
  },
  'run -f - -o json': { stdin: 'model' },
  'run -f - --sandbox': { stdin: 'model' },
  'apply -f -': { stdin: 'model' },
  'run -f model.yaml -n models': { namespace: 'models' },
  'run -f model.yaml -n models --replicas=3 --timeout=120s': { namespace: 'models' },
  'diff -f model.yaml': { first: [iris] },
  'doctor -f model.yaml -n models': { namespace: 'models' },
  'wait iris --for=available --timeout=10m': { first: [iris] },
  'wait iris --for=create --for=available --timeout=10m': {
    meanwhile: (server) => server.run(['apply', '-f', 'model.yaml']),
  },
  'wait sdep/iris --for=scaled=3': { first: [iris, ['scale', 'iris', '--replicas=3']] },
  'wait iris --for=available||failed': { first: [iris] },
  'wait -l team=vision --for=deleted': {
    first: [iris],
    meanwhile: (server) => server.run(['delete', '-l', 'team=vision']),
  },
  'wait iris --for=jsonpath={.status.state}!=Creating --for=condition=Ready': { first: [iris] },
  'wait --all -n models --for=available': inModels,
  'scale iris --replicas=3 --wait': { first: [iris] },
  'scale iris --replicas=2 --predictor=canary --current-replicas=1': { first: [canary] },
  'scale -l team=vision --replicas=0': { first: [iris] },
  'restart iris --wait': { first: [iris] },
  'restart iris --wait --timeout=10m': { first: [iris] },
  'restart iris --predictor=canary --wait': { first: [canary] },
  'restart iris --component=classifier': { first: [iris] },
  'restart -l team=vision --wait': { first: [iris] },
  'traffic iris main=90 canary=10': { first: [canary] },
  'traffic iris main=50 canary=50 --dry-run=server': { first: [canary] },
  'promote iris canary': { first: [canary] },
  'promote iris canary --keep-old --timeout=10m': { first: [canary] },
  'undo iris': changed,
  'undo iris --dry-run=server': changed,
  'undo iris --to-revision=3': { first: [...changed.first, ['undo', 'iris', '--to-revision=1']] },
  'history iris': changed,
  'history iris --revision=3': { first: [...changed.first, ['undo', 'iris', '--to-revision=1']] },
  'delete iris': { first: [iris] },
  'delete -f model.yaml --wait=false': { first: [iris] },
  'delete -l team=vision --events=tree': { first: [iris] },
  list: { first: [iris] },
  'list -o json': { first: [iris] },
  'list -n models': inModels,
  'ls -A -l team=vision -o wide': { first: [iris] },
  'sync models/ --dry-run=server --exit-code': { exitCode: 7 },
  'sync - --owner=generator': { stdin: 'model' },
  'sync models/ -R --prune --watch': { until: /^\S+\/iris created$/m, exitCode: interrupted },
  'sync models/ --owner=team-vision --adopt': { first: [['sync', 'models/', '-R']] },
  'list -n models --owner=generator': synced,
  'delete --all --owner=generator -n models': synced,
  'apply -f model.yaml -n models --force-conflicts': synced,
  'doctor -n models': { namespace: 'models' },
  'list -n models -v=6': inModels,
  'events iris': { first: [iris] },
  'delete iris --owner=generator': { first: [['sync', 'model.yaml', '--owner=generator']] },
  'status iris': { first: [iris] },
  'status iris -o wide': { first: [iris] },
  'top iris': { first: [iris] },
  'top iris --containers': { first: [iris] },
  'top -A --sort-by=memory': { first: [iris] },
  'diagnose iris': { first: [iris] },
  'status iris --show-events': { first: [iris] },
  'status iris -w --until available': { first: [iris] },
  'events iris -w': { first: [iris], until: /^LAST SEEN/m, exitCode: interrupted },
  'events iris --types=Warning': { first: [iris] },
  'logs iris': { first: [iris] },
  'logs iris -c classifier -f --tail=0': { first: [iris], meanwhile: (server) => server.run(['delete', 'iris']) },
  'logs iris --previous --tail=20': { first: [iris] },
  'logs iris --include=[Ee]rror --exclude=/health': { first: [iris] },
  'logs iris -o json': { first: [iris] },
  'logs iris -c classifier --previous -n default': { first: [iris] },
  'predict iris -d {"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}': { first: [iris] },
  'predict iris -d @payload.json': { first: [iris] },
  // The sandbox has no gateway.
  'predict iris -d @payload.json --through=ingress': { first: [iris], exitCode: 3 },
  'predict iris --inputs=rows.csv --concurrency=5 --retries=3': { first: [iris] },
  // It has no explainer.
  'predict iris --ask=explanation -d @payload.json': { first: [iris], exitCode: 2 },
  'predict iris --ask=feedback -d @feedback.json': { first: [iris] },
  'predict iris -d @payload.json --predictor=canary': { first: [canary] },
  'predict iris -d @payload.json --repeat=1000 --concurrency=10': { first: [iris] },
  'report run.ndjson -o timeline.svg': { first: [['run', '-f', 'model.yaml', '--report', 'run.ndjson']] },
  'run -f broken.yaml --sandbox': { exitCode: 5 },
  'sandbox start --kubeconfig=sandbox.yaml': { until: /sandbox is running/ },
  'run -f models/ -R -n models --cleanup=always --timeout=10m --report=junit.xml --report=timeline.html': {
    namespace: 'models',
  },
};

/** What of this program is run elsewhere, and why not here. */
export const elsewhere: Readonly<Record<string, string>> = {
  'run -f model.yaml --hold': 'asks at a terminal: test/behaviour/hold-terminal.slow-test.ts',
  'sync https://models.example.com/desired --watch --prune --report=https://models.example.com/status --token-file=token':
    'a source at that address: test/behaviour/sync-source-cases.ts has one',
  'completion install': 'writes beside the plugin on the PATH: test/commands/completion-install.test.ts',
};

const OF_THE_OPERATOR = 'needs Docker and Helm: .github/workflows/seldon-operator.yml does it';

/** What the documents tell to type of other programs, and where it is done. */
export const others: Readonly<Record<string, string>> = {
  'npm ci': '.ci/run begins with it; it needs the registry',
  'npm run demo': 'done here',
  'npm run readme': 'done by test/documents/generated.test.ts',
  'npm test': 'this is it',
  'npm run build': 'done by test/shipping/built-file.slow-test.ts',
  'npm run release': 'makes executables for minutes: a step of every release',
  'npm run fuzz': 'a step of .ci/run',
  'npm run mutate': 'takes an hour: a sample of it is a part of test:slow',
  'npm run check': 'a step of .ci/run',
  'npm run test:slow': 'a step of .ci/run',
  'npm run test:cluster': 'a step of .ci/run, which needs Go',
  'npm run bench': 'needs the control plane of test:cluster, and a quiet machine',
  'npm run bench:long': 'the same, for most of an hour',
  'npm run control-plane': 'what test:cluster starts',
  'kubectl krew install seldon-lifecycle':
    'needs krew and its index: test/shipping/krew.slow-test.ts does as krew does',
  'npx kubectl-seldon-lifecycle --help':
    'needs the registry: test/shipping/npm-package.slow-test.ts does it with what is packed',
  'npm install -g kubectl-seldon-lifecycle':
    'needs the registry: test/shipping/npm-package.slow-test.ts installs what is packed',
  'install dist/kubectl-seldon_lifecycle.cjs ~/.local/bin/kubectl-seldon_lifecycle':
    'copies a file into the home folder',
  'container=$': OF_THE_OPERATOR,
  'docker create seldonio/seldon-core-operator:1.18.2': OF_THE_OPERATOR,
  'helm template seldon-core seldon-core-operator --repo https://storage.googleapis.com/seldon-charts --version 1.18.2 --namespace seldon-system --kube-version 1.36':
    OF_THE_OPERATOR,
  'SELDON_OPERATOR=/tmp/manager SELDON_CRD=/tmp/chart.yaml npm run test:cluster': OF_THE_OPERATOR,
  'helm install seldon-core seldon-core-operator --repo https://storage.googleapis.com/seldon-charts --version 1.18.2 --namespace seldon-system --create-namespace --wait':
    'needs Helm and a cluster: .github/workflows/kind.yml does it',
  'cat model.json': 'somebody else’s program',
  'jq ."$defs".summary': 'somebody else’s program',
  'jq -s .[-1].outcome': 'somebody else’s program',
  'generate-models': 'stands for a program of the reader’s',
  'follow-models': 'stands for a program of the reader’s',
  'docker build -t registry.example.com/seldon-lifecycle:0.1.0 .':
    'needs Docker: test/real-cluster/image-root.ts makes what the Dockerfile says, without it',
  'docker build -t seldon-lifecycle .':
    'needs Docker: test/real-cluster/image-root.ts makes what the Dockerfile says, without it',
  'docker run':
    'needs Docker: test/documents/container.test.ts reads it, test/real-cluster/container.cluster-test.ts does as it says',
  'cat model.yaml': 'somebody else’s program',
  'kind get kubeconfig --internal': 'needs kind',
  'kind create cluster': 'needs kind: .github/workflows/kind.yml',
  'kind delete cluster': 'needs kind',
  'helm install seldon-core': 'needs Helm and a cluster: .github/workflows/kind.yml',
  'sed s,example/iris:1.0,seldonio/mock_classifier:1.18.2, demo/model.yaml':
    'somebody else’s program: .github/workflows/kind.yml',
  'container=$(docker create seldonio/seldon-core-operator:1.18.2)':
    'needs Docker: .github/workflows/seldon-operator.yml',
  'docker cp $container:/manager /tmp/manager': 'needs Docker: .github/workflows/seldon-operator.yml',
  'helm template seldon-core': 'needs Helm: .github/workflows/seldon-operator.yml',
  'kubectl config view --raw --flatten --minify': 'needs kubectl: test/real-cluster/container.cluster-test.ts',
  'kubectl create namespace models': 'needs kubectl and a cluster',
  'kubectl create namespace seldon-agent': 'needs kubectl and a cluster',
  'git pull': 'somebody else’s program',
  'git show HEAD~1:agent.yaml': 'somebody else’s program',
  'rm -f ~/.local/bin/kubectl-seldon_lifecycle ~/.local/bin/kubectl_complete-seldon_lifecycle':
    'removes files of the home folder',
  'rm -rf ~/.cache/kubectl-seldon-lifecycle': 'removes files of the home folder',
  'docker build -t registry.example.com/seldon-lifecycle:0.2.0 .': 'as with 0.1.0',
  'kubectl plugin list': 'needs kubectl: test/real-cluster/kubectl-plugin.cluster-test.ts runs the plugin by it',
  'kubectl diff -f agent.yaml': 'needs kubectl and a cluster',
  'kubectl apply -f agent.yaml': 'needs kubectl: test/real-cluster/agent.cluster-test.ts',
  'kubectl rollout status deployment/seldon-lifecycle-generator -n seldon-agent': 'needs kubectl and a cluster',
  'kubectl logs -n seldon-agent -l app.kubernetes.io/instance=seldon-lifecycle-generator --prefix':
    'needs kubectl and a cluster with nodes',
  'kubectl delete -f agent.yaml': 'needs kubectl: test/real-cluster/agent.cluster-test.ts',
  'kubectl delete secret source -n seldon-agent': 'needs kubectl and a cluster',
  'kubectl label seldondeployment iris -n models seldon-lifecycle.io/owner- app.kubernetes.io/managed-by-':
    'needs kubectl and a cluster',
  'kubectl delete controllerrevisions -n models -l seldon-lifecycle.io/deployment-uid': 'needs kubectl and a cluster',
  'kubectl delete -f -': 'needs kubectl: test/real-cluster/agent.cluster-test.ts',
  'kubectl delete lease seldon-lifecycle-generator -n seldon-agent': 'needs kubectl and a cluster',
  'kubectl get seldondeployments -n models -l seldon-lifecycle.io/owner=generator': 'needs kubectl and a cluster',
  'kubectl create clusterrole ingress-classes --verb=list --resource=ingressclasses.networking.k8s.io':
    'needs kubectl and a cluster',
  'kubectl create clusterrolebinding ingress-classes --clusterrole=ingress-classes --serviceaccount=seldon-agent:seldon-lifecycle-generator':
    'needs kubectl and a cluster',
  'kubectl create configmap source-ca -n seldon-agent --from-file=ca.crt': 'needs kubectl and a cluster',
  'kubectl apply -f -': 'needs kubectl and a cluster: test/real-cluster has both',
  'kubectl create secret generic source -n seldon-agent --from-file=token': 'needs kubectl and a cluster',
  'export KUBECONFIG=$PWD/sandbox.yaml': 'of the shell',
  source: 'of the shell',
  'kubectl get sdep,deploy,pods': 'needs kubectl: test/real-cluster/kubectl-in-sandbox.cluster-test.ts',
  'kubectl events -w': 'needs kubectl: test/real-cluster/kubectl-in-sandbox.cluster-test.ts',
};
