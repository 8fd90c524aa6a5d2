import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterDestination } from '../behaviour/destination.ts';
import { model, modelYaml } from '../behaviour/models.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

const SELDONS = 'v1.vseldondeployment.kb.io';

/** What Seldon's webhook answers: apierrors.NewInvalid with its misspelt group, and no name. */
const refusal = {
  allowed: false,
  status: {
    code: 422,
    reason: 'Invalid',
    message: `SeldonDeployment.machinelearing.seldon.io "" is invalid: [spec.predictors[1]: Invalid value: "p": Duplicate predictor name, spec: Invalid value: "": Traffic must sum to 100 for multiple predictors]`,
  },
};

describe('With an admission webhook on a real control plane,', () => {
  const { cert, key } = selfSignedCertificate();
  let cluster: RealCluster;
  let webhook: Server;
  /** What the webhook answers. */
  let response: object = { allowed: true };
  /** How often it was asked. */
  let reviews = 0;

  before(async () => {
    cluster = await startRealCluster('webhook');
    // As in seldon-webhook.ts.
    webhook = createServer({ cert, key, keepAliveTimeout: 0 }, (request, answer) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        reviews += 1;
        const review = JSON.parse(text);
        answer.setHeader('Content-Type', 'application/json');
        answer.end(JSON.stringify({ ...review, response: { ...response, uid: review.request.uid } }));
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    webhook.closeAllConnections();
    webhook.close();
    await cluster.stop();
  });

  /** A namespace whose SeldonDeployments go by a webhook. */
  async function namespaceWithWebhook(name: string, port: number): Promise<string> {
    const namespace = await newNamespace(cluster);
    await cluster.api.call({
      method: 'POST',
      path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
      body: {
        metadata: { name: namespace },
        webhooks: [
          {
            name,
            rules: [
              {
                apiGroups: ['machinelearning.seldon.io'],
                apiVersions: ['*'],
                operations: ['CREATE', 'UPDATE'],
                resources: ['seldondeployments'],
              },
            ],
            clientConfig: {
              url: `https://127.0.0.1:${port}/validate`,
              caBundle: Buffer.from(cert).toString('base64'),
            },
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
            failurePolicy: 'Fail',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      },
    });
    // The API server takes a moment to know of it.
    const asked = reviews;
    while (reviews === asked && !(await isRefused(namespace))) await sleep(50);
    return namespace;
  }

  async function isRefused(namespace: string): Promise<boolean> {
    const trial = { method: 'POST', path: seldonPath(namespace), query: { dryRun: 'All' }, body: model() } as const;
    return await cluster.api.call(trial).then(
      () => false,
      () => true,
    );
  }

  const port = () => (webhook.address() as AddressInfo).port;

  it('a refusal by Seldon’s names our object and each reason, with exit code 2', async () => {
    response = refusal;
    const namespace = await namespaceWithWebhook(SELDONS, port());
    const finished = await cluster.run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 2, finished.stderr);
    assert.equal(
      afterDestination(finished),
      `error: cannot apply seldondeployment "iris": Seldon's webhook refused the deployment: spec.predictors[1]: Invalid value: "p": Duplicate predictor name; spec: Invalid value: "": Traffic must sum to 100 for multiple predictors\n`,
    );
    assert.deepEqual(await list(cluster, seldonPath(namespace)), []);
  });

  it('a refusal by another is passed on, with exit code 2', async () => {
    response = { allowed: false, status: { code: 403, message: 'image must be signed' } };
    const namespace = await namespaceWithWebhook('policy.example.com', port());
    const finished = await cluster.run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 2, finished.stderr);
    assert.equal(
      afterDestination(finished),
      'error: cannot apply seldondeployment "iris": admission webhook "policy.example.com" denied the request: image must be signed\n',
    );
  });

  it('one that nobody serves means that the operator is down, with exit code 3', async () => {
    const namespace = await namespaceWithWebhook(SELDONS, 9);
    const finished = await cluster.run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 3, finished.stderr);
    assert.match(
      afterDestination(finished),
      /^error: cannot apply seldondeployment "iris": the Seldon operator, which serves the webhook "v1\.vseldondeployment\.kb\.io", seems to be down: .*connection refused\nCheck the operator: kubectl get pods /,
    );
  });

  it('its warnings are shown, each once', async () => {
    response = { allowed: true, warnings: ['spec.oauth_key is "deprecated"'] };
    const namespace = await namespaceWithWebhook('policy.example.com', port());
    const finished = await cluster.run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(finished.stderr.match(/^warning: .*$/gm)?.join('\n'), 'warning: spec.oauth_key is "deprecated"');
  });
});
