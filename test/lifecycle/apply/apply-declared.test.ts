import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../../src/cluster/api-failure.ts';
import { applyDeclared } from '../../../src/lifecycle/apply/apply-declared.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

const deployment = (...fields: string[]): SeldonDeployment => ({
  metadata: { name: 'iris' },
  spec: { predictors: [{ name: 'p' }], ...Object.fromEntries(fields.map((field) => [field, 1])) },
});

/** A server whose CRD declares only predictors in the spec, and which names one other field at a time. */
class Server {
  readonly retries: boolean[] = [];
  readonly otherwise: ApiFailure | undefined;

  constructor(otherwise?: ApiFailure) {
    this.otherwise = otherwise;
  }

  apply = async (sent: SeldonDeployment, isRetry: boolean) => {
    this.retries.push(isRetry);
    const field = Object.keys(sent.spec ?? {}).find((name) => name !== 'predictors');
    if (field) throw refusal(`failed to create typed patch object (…): .spec.${field}: field not declared in schema`);
    if (this.otherwise) throw this.otherwise;
    return { deployment: sent, created: true };
  };
}

function refusal(message: string): ApiFailure {
  return new ApiFailure(500, JSON.stringify({ kind: 'Status', message }));
}

describe('an apply', () => {
  it('takes one request where every field is declared', async () => {
    const server = new Server();
    const attempt = await applyDeclared(deployment(), server.apply);
    assert.deepEqual([attempt.state, attempt.undeclared, server.retries], ['applied', [], [false]]);
  });

  it('is tried again without each field that the server names', async () => {
    const server = new Server();
    const attempt = await applyDeclared(deployment('a', 'b'), server.apply);
    assert.deepEqual(attempt.undeclared, [
      ['spec', 'a'],
      ['spec', 'b'],
    ]);
    assert.deepEqual([attempt.state, attempt.sent], ['applied', deployment()]);
    assert.deepEqual(server.retries, [false, true, true]);
  });

  it('ends with the other reason that the server has', async () => {
    const other = refusal('no');
    const attempt = await applyDeclared(deployment('a'), new Server(other).apply);
    assert.equal(attempt.state === 'failed' && attempt.error, other);
    assert.deepEqual(attempt.undeclared, [['spec', 'a']]);
  });

  it('is given up after 50 fields', async () => {
    const server = new Server();
    const attempt = await applyDeclared(deployment(...Array.from({ length: 60 }, (_, i) => `f${i}`)), server.apply);
    assert.deepEqual([attempt.state, attempt.undeclared.length, server.retries.length], ['failed', 50, 51]);
  });

  it('rejects with what is not the server’s answer', async () => {
    const stop = new Error('interrupted');
    await assert.rejects(
      applyDeclared(deployment(), () => Promise.reject(stop)),
      stop,
    );
  });
});
