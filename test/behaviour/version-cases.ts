import assert from 'node:assert/strict';
import { it } from 'node:test';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

export function versionCases(server: () => ServerUnderTest): void {
  it('prints the versions of client, server, operator and resource', async () => {
    const finished = await server().run(['version']);
    assert.equal(finished.exitCode, 0, finished.stderr);
    // The next case may be under way, with an operator for all to see.
    assert.match(
      finished.stdout,
      /^Client Version: v\d+\.\d+\.\d+\nClient Commit: (unknown|[0-9a-f]{40}.*)\nServer Version: v1\.\d+\.\d+\nOperator Version: .+\nSeldonDeployment Versions: v1, v1alpha[23], v1alpha[23]\n$/,
    );
    const json = JSON.parse((await server().run(['version', '-o', 'json'])).stdout);
    assert.match(json.serverVersion.gitVersion, /^v1\./);
    assert.equal(json.seldonDeploymentVersions[0], 'v1');
    assert.match(json.clientVersion.gitCommit, /^(unknown|[0-9a-f]{40})$/);
    assert.match(json.operatorVersion.gitVersion, /./);
  });

  it('reads the version of the operator from the image of its deployment', async () => {
    const namespace = await newNamespace(server());
    const labels = { 'control-plane': 'seldon-controller-manager' };
    const spec = { containers: [{ name: 'manager', image: 'seldonio/seldon-core-operator:1.18.2' }] };
    const collection = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    await server().api.call({
      method: 'POST',
      path: collection,
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'seldon-controller-manager', labels },
        spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      },
    });
    const finished = await server().run(['version']);
    const json = JSON.parse((await server().run(['version', '-o', 'json'])).stdout);
    await server().api.call({ method: 'DELETE', path: `${collection}/seldon-controller-manager` });
    assert.match(finished.stdout, /\nOperator Version: 1\.18\.2\n/);
    assert.deepEqual(json.operatorVersion, {
      gitVersion: '1.18.2',
      image: 'seldonio/seldon-core-operator:1.18.2',
    });
  });

  it('prints its own version without asking a server', async () => {
    const client = await server().run(['version', '--client'], { kubeconfig: '/no/kubeconfig' });
    assert.equal(client.exitCode, 0);
    assert.match(client.stdout, /^Client Version: v\d+\.\d+\.\d+\nClient Commit: .+\n$/);
    const { stdout } = await server().run(['version', '--client', '-o', 'yaml'], { kubeconfig: '/no/kubeconfig' });
    assert.match(stdout, /^clientVersion:\n {2}gitCommit: \S+\n( {2}gitTreeState: \w+\n)? {2}gitVersion: v\d/);
  });
}
