import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Api } from '../../src/cluster/api.ts';
import type { SeldonDeployment } from '../../src/operator/seldon-deployment.ts';
import { refusalOf, WITHOUT_WEBHOOK, webhookConfiguration } from '../../src/sandbox/operator/webhook.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';

/** Where a webhook listens on 127.0.0.1, and the certificate that it shows. */
export interface ListeningWebhook {
  port: number;
  cert: string;
}

const PATH = '/validate-machinelearning-seldon-io-v1-seldondeployment';

/** The stand-in for Seldon's webhook, as a server that an API server can ask. */
export async function startStandInWebhook(): Promise<ListeningWebhook & { close(): void }> {
  const { cert, key } = selfSignedCertificate();
  // The API server does not ask again where a connection is closed just when it uses it anew.
  const server = createServer({ cert, key, keepAliveTimeout: 0 }, (request, answer) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const review = JSON.parse(text) as { request: { uid: string; object: SeldonDeployment } };
      const { uid, object } = review.request;
      const refusal = refusalOf(object);
      const response = refusal
        ? { uid, allowed: false, status: { code: 422, reason: 'Invalid', ...refusal } }
        : { uid, allowed: true };
      answer.setHeader('Content-Type', 'application/json');
      answer.end(JSON.stringify({ ...review, response }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cert,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface WebhookConfiguration {
  metadata: { name: string };
  webhooks: {
    clientConfig: object;
    namespaceSelector?: { matchExpressions?: object[] };
    [field: string]: unknown;
  }[];
}

const absent = (key: string) => ({ key, operator: 'DoesNotExist' });

/** As Seldon's chart writes it. */
const charted: WebhookConfiguration = {
  metadata: { name: 'seldon-validating-webhook-configuration-seldon-system' },
  webhooks: [
    {
      name: webhookConfiguration.name,
      admissionReviewVersions: ['v1'],
      clientConfig: {},
      failurePolicy: 'Fail',
      sideEffects: 'None',
      namespaceSelector: { matchExpressions: [absent('seldon.io/controller-id')] },
      objectSelector: { matchExpressions: [absent('seldon.io/controller-id')] },
      rules: [
        {
          apiGroups: [webhookConfiguration.group],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: [webhookConfiguration.plural],
        },
      ],
    },
  ],
};

/** Has the API server ask the webhook, but for namespaces that are without it. */
export async function configureWebhook(
  api: Api,
  { port, cert }: ListeningWebhook,
  { metadata, webhooks }: WebhookConfiguration = charted,
): Promise<void> {
  const caBundle = Buffer.from(cert).toString('base64');
  await api.call({
    method: 'POST',
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    body: {
      metadata: { name: metadata.name },
      webhooks: webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: { url: `https://127.0.0.1:${port}${PATH}`, caBundle },
        namespaceSelector: {
          ...webhook.namespaceSelector,
          matchExpressions: [...(webhook.namespaceSelector?.matchExpressions ?? []), absent(WITHOUT_WEBHOOK)],
        },
      })),
    },
  });
}
