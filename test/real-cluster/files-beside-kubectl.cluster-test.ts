import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { withoutNulls } from '../../src/manifests/without-nulls.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { runProcess } from '../behaviour/built-file.ts';
import { withNulls } from '../behaviour/file-cases.ts';
import { model, modelYaml } from '../behaviour/models.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { readAudit } from '../control-plane/audit.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

describe('Files are read as kubectl reads them', () => {
  let cluster: RealCluster;
  let folder: string;
  before(async () => {
    cluster = await startRealCluster('files-beside-kubectl');
    folder = mkdtempSync(path.join(tmpdir(), 'files-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await cluster.stop();
  });

  const kubectl = (args: string[], { stdin = '', kubeconfig = cluster.kubeconfig } = {}) =>
    runProcess(cluster.controlPlane.kubectlPath, args, ownEnvironment({ KUBECONFIG: kubeconfig }), { stdin });
  const made = async (namespace: string) => (await list<SeldonDeployment>(cluster, seldonPath(namespace)))[0];
  /** Without what differs between any two objects. */
  const settable = (deployment: SeldonDeployment | undefined) => {
    const { labels = {}, annotations = {} } = deployment?.metadata ?? {};
    const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...others } = annotations;
    return { labels, annotations: others, spec: deployment?.spec };
  };

  for (const [what, text] of [
    ['nulls', withNulls],
    ['a label that is null', withNulls.replace('annotations: null', 'labels: {a: null, b: x}')],
    ['a null in a list of texts', withNulls.replace('env: null', 'args: [a, null]')],
    ['a null in a list of objects', withNulls.replace('volumes: null', 'volumes: [null]')],
    ['a null as a predictor', modelYaml().replace('predictors:', 'predictors:\n    - null')],
    ['merges of anchors', modelYaml().replace('type: MODEL', '<<: &base {type: MODEL}')],
    ['octal numbers', modelYaml().replace('replicas: 1', 'replicas: 0o1')],
    ['Windows line ends', modelYaml().replaceAll('\n', '\r\n')],
    ['a byte order mark before the second document', `# nothing\n---\n\ufeff${modelYaml()}`],
    ['empty documents', `---\n---\n${modelYaml()}---\nnull\n---\n# nothing\n`],
    ['UTF-16', Buffer.from(`\ufeff${modelYaml()}`, 'utf16le')],
  ] as const) {
    it(`makes the object that kubectl apply makes, or refuses what it refuses: ${what}`, async () => {
      const [theirs, ours] = [await newNamespace(cluster), await newNamespace(cluster)];
      const file = path.join(folder, 'model.yaml');
      writeFileSync(file, text);
      const byKubectl = await kubectl(['apply', '--validate=ignore', '-f', file, '-n', theirs]);
      const byUs = await cluster.run(['apply', '-f', file, '-n', ours]);
      assert.equal(byUs.exitCode === 0, byKubectl.exitCode === 0, `${byKubectl.stderr}\n${byUs.stderr}`);
      assert.deepEqual(settable(await made(ours)), settable(await made(theirs)));
    });
  }

  it('creates of nulls what kubectl create does, but for those that the CRD lets be', async () => {
    const [theirs, ours] = [await newNamespace(cluster), await newNamespace(cluster)];
    const byKubectl = await kubectl(['create', '-f', '-', '-n', theirs], { stdin: withNulls });
    assert.equal(byKubectl.exitCode, 0, byKubectl.stderr);
    const byUs = await cluster.run(['apply', '-f', '-', '-n', ours], { stdin: withNulls });
    assert.equal(byUs.exitCode, 0, byUs.stderr);
    assert.deepEqual(
      settable(await made(ours)),
      withoutNulls(settable(await made(theirs)), () => {}),
    );
  });

  it('makes of nulls in other objects what kubectl apply makes', async () => {
    const others = `apiVersion: v1
kind: Secret
metadata: {name: other, labels: null, annotations: null}
data: null
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: other, creationTimestamp: null}
imagePullSecrets: null
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {a: null, b: x}
`;
    const [theirs, ours] = [await newNamespace(cluster), await newNamespace(cluster)];
    const byKubectl = await kubectl(['apply', '-f', '-', '-n', theirs], { stdin: others });
    assert.equal(byKubectl.exitCode, 0, byKubectl.stderr);
    const byUs = await cluster.run(['apply', '-f', '-', '-n', ours], { stdin: `${others}---\n${modelYaml()}` });
    assert.equal(byUs.exitCode, 0, byUs.stderr);
    for (const plural of ['secrets', 'serviceaccounts', 'configmaps']) {
      const [a, b] = await Promise.all(
        [theirs, ours].map(async (namespace) => {
          const all = await list<KubernetesObject>(cluster, `/api/v1/namespaces/${namespace}/${plural}`);
          const {
            kind: _1,
            apiVersion: _2,
            metadata,
            ...rest
          } = all.find(({ metadata: { name } }) => name === 'other') ?? { metadata: { name: '' } };
          const { labels = {}, annotations = {} } = metadata;
          const { 'kubectl.kubernetes.io/last-applied-configuration': _3, ...more } = annotations;
          return { labels, annotations: more, ...rest };
        }),
      );
      assert.deepEqual(b, a, plural);
    }
  });

  it('reads the files of a directory that kubectl reads, whatever they are called, but for hidden ones', async () => {
    const models = path.join(folder, 'models');
    mkdirSync(path.join(models, 'below'), { recursive: true });
    const names = ['a.yaml', 'b.yml', 'c.json', 'd.txt', 'e.yaml~', 'below/f.yaml', '.g.yaml', '#h.yaml#'];
    for (const [index, name] of names.entries()) {
      writeFileSync(path.join(models, name), JSON.stringify(model({ name: `model-${index}` })));
    }
    writeFileSync(
      Buffer.concat([Buffer.from(`${models}/caf`), Buffer.from([0xe9]), Buffer.from('.yaml')]),
      modelYaml({ name: 'latin' }),
    );
    for (const more of [[], ['-R']]) {
      const namespace = await newNamespace(cluster);
      const args = ['-f', models, ...more, '-n', namespace];
      const byKubectl = await kubectl(['apply', '--dry-run=server', '-o', 'name', ...args]);
      assert.equal(byKubectl.exitCode, 0, byKubectl.stderr);
      const byUs = await cluster.run(['apply', '--dry-run=server', '-o', 'name', ...args]);
      assert.equal(byUs.exitCode, 0, byUs.stderr);
      const lines = (text: string) => text.split('\n').sort();
      const hidden = 'seldondeployment.machinelearning.seldon.io/model-6';
      assert.deepEqual(
        lines(byUs.stdout),
        lines(byKubectl.stdout).filter((line) => line !== hidden),
      );
    }
  });

  it('reads kubeconfigs of every encoding, and with a key that stands twice, as kubectl does', async () => {
    const text = readFileSync(cluster.kubeconfig, 'utf8');
    const isJson = text.startsWith('{');
    const twice = isJson ? text.replace('{', '{"current-context": "nowhere", ') : `current-context: nowhere\n${text}`;
    for (const [name, content] of Object.entries({
      'utf-16-le': Buffer.from(`\ufeff${text}`, 'utf16le'),
      'utf-16-be': Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      'utf-8-with-mark': `\ufeff${text}`,
      twice,
    })) {
      const kubeconfig = path.join(folder, name);
      writeFileSync(kubeconfig, content, { mode: 0o600 });
      const theirs = await kubectl(['get', 'sdep', '-n', 'default'], { kubeconfig });
      assert.equal(theirs.exitCode, 0, `${name}: ${theirs.stderr}`);
      assert.deepEqual(await cluster.run(['list', '-n', 'default'], { kubeconfig }), theirs, name);
    }
  });

  it('tells unknown fields of metadata too, with what was meant', async () => {
    const namespace = await newNamespace(cluster);
    const stdin = modelYaml().replace('name: iris', 'name: iris\n  lables: {a: b}');
    const finished = await cluster.run(['apply', '-f', '-', '-n', namespace], { stdin });
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /standard input:5:3: metadata\.lables \(did you mean "labels"\?\)$/m);
  });

  it('asks no more of the server for many mistakes than for one, and nothing more where there is none', async () => {
    const namespace = await newNamespace(cluster);
    const requestsOf = async (stdin: string, exitCode: number) => {
      const since = new Date();
      const finished = await cluster.run(['apply', '-f', '-', '-n', namespace], { stdin });
      assert.equal(finished.exitCode, exitCode, finished.stderr);
      const { auditLogPath } = cluster.controlPlane;
      const seen = await readAudit(auditLogPath, { since, userAgent: 'kubectl-seldon-lifecycle/' });
      return seen.map(({ verb, requestURI }) => `${verb} ${requestURI.split('?')[0]?.replace(/.*\/(?=.)/, '')}`);
    };
    const wrong = modelYaml().replace('replicas: 1', 'a: 1\n      b: 1\n      c: 1\n      replica: 1');
    // Discovery and the schema are none of the requests that a server writes into its log for objects.
    const ofMany = await requestsOf(wrong, 2);
    assert.deepEqual(
      ofMany.filter((request) => request.startsWith('patch')),
      ['patch iris', 'patch iris'],
      ofMany.join('\n'),
    );
    const ofNone = await requestsOf(modelYaml(), 0);
    assert.deepEqual(
      ofNone.filter((request) => /^(patch|get) (?!v1$)/.test(request)),
      ['get iris', 'patch iris'],
      ofNone.join('\n'),
    );
  });
});
