import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergePatch, startTestServer } from './api-client.ts';

const server = await startTestServer({
  serviceBackend: ({ method, path, body, port }) => ({
    code: 200,
    contentType: 'application/json',
    body: JSON.stringify({ method, path, body, port: port.port }),
  }),
});
const namespace = '/api/v1/namespaces/default';
const predictions = (service: string) => `${namespace}/services/${service}/proxy/api/v1.0/predictions`;

describe('The service proxy in the sandbox', () => {
  it('knows no other services than there are', async () => {
    const { code, body } = await server.post(predictions('nope:8000'), {});
    assert.deepEqual([code, body.message], [404, 'services "nope" not found']);
  });

  it('has nobody to ask while no pod of the service is ready', async () => {
    const ports = [{ name: 'http', port: 8000 }];
    await server.post(`${namespace}/services`, { metadata: { name: 'm' }, spec: { ports, selector: { app: 'm' } } });
    const pod = { metadata: { name: 'm-0', labels: { app: 'm' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    await server.post(`${namespace}/pods`, pod);
    const { code, body } = await server.post(predictions('m:8000'), {});
    assert.deepEqual([code, body.message], [503, 'no endpoints available for service "m"']);
  });

  it('passes requests on to a ready pod, by the port’s number or name', async () => {
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    await server.patch(`${namespace}/pods/m-0/status`, mergePatch, { status });
    for (const service of ['m:8000', 'm:http', 'http:m:8000', 'm']) {
      const { body } = await server.post(`${predictions(service)}?a=b`, { data: 1 });
      assert.deepEqual(body, {
        method: 'POST',
        path: '/api/v1.0/predictions?a=b',
        body: '{"data":1}',
        port: 8000,
      });
    }
    assert.equal((await server.post(predictions('m:9000'), {})).code, 503);
  });
});
