import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../../src/cluster/api-failure.ts';
import { Failure } from '../../../src/failures.ts';
import { sendScale } from '../../../src/lifecycle/scale/send-scale.ts';
import type { ScaleRequest } from '../../../src/seldon/scale-request.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';
import { FakeClock } from '../../fake-clock.ts';
import { asked } from '../observed.ts';

const stale = new ApiFailure(409, JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'has been modified' }));
const owned = new ApiFailure(
  409,
  JSON.stringify({
    kind: 'Status',
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "you": .spec.predictors',
    details: {
      causes: [{ reason: 'FieldManagerConflict', field: '.spec.predictors', message: 'conflict with "you"' }],
    },
  }),
);

const toTwo: ScaleRequest = { replicas: 2, includeSvcOrch: false, includeExplainer: false, through: 'spec' };

/** A server that holds one deployment and answers each write with the next of these failures, until there are none. */
function sending(failures: ApiFailure[], live: SeldonDeployment | undefined, request = toTwo) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const writes: string[] = [];
  const told: string[] = [];
  const write = (what: string) => {
    writes.push(what);
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const desired = asked();
  const end = sendScale(
    { desired, applied: desired.deployment },
    request,
    { answer: 'change', spec: { replicas: 2 }, changes: [], restarts: [], unasked: [], missing: [] },
    {
      retry: { clock, signal: stop.signal, withinMs: 60_000, tell: (_, message) => told.push(String(message)) },
      applying: { dropUnknownFields: false },
      cluster: {
        resource: { apiVersion: 'v1', kind: 'SeldonDeployment', plural: 's', namespaced: true, scalable: true },
        apply: async (deployment) => {
          write(`apply to ${deployment.metadata.uid}`);
          return { deployment, created: false };
        },
        read: async () => live,
        replaceSpec: async (read, spec) => {
          write(`replace at ${read.metadata.resourceVersion}: ${JSON.stringify(spec.predictors?.[0])}`);
          return { ...read, spec };
        },
        scale: async (read, replicas) => write(`scale at ${read.metadata.resourceVersion} to ${replicas}`),
      },
    },
  );
  end.catch(() => {});
  return { clock, stop, writes, told, end };
}

const theirs: SeldonDeployment = {
  metadata: { name: 'm', namespace: 'ns', uid: 'u-m', generation: 7, resourceVersion: '70' },
  spec: { predictors: [{ name: 'p', replicas: 4, annotations: { from: 'you' } }] },
};

describe('Sending a scale', () => {
  it('applies to the object that we made', async () => {
    const { end, writes } = sending([], undefined);
    assert.equal((await end).remark, undefined);
    assert.deepEqual(writes, ['apply to u-m']);
  });

  it('tries again after a conflict of versions', async () => {
    const { end, writes, clock } = sending([stale, stale], undefined);
    await clock.advance(300);
    await end;
    assert.equal(writes.length, 3);
    assert.equal(clock.pending, 0);
  });

  it('goes on beside a writer that never rests, says so after a while, and gives up when the time is over', async () => {
    const many = Array.from({ length: 100 }, () => stale);
    const { end, writes, told, clock } = sending(many, undefined);
    await clock.advance(400);
    assert.deepEqual(told, []);
    await clock.advance(400);
    assert.deepEqual(told, [
      'cannot scale seldondeployment "m" yet: somebody else keeps changing the object (5 times so far)',
    ]);
    await clock.advance(60_000);
    await assert.rejects(end, stale);
    assert.equal(told.length, 1);
    assert.ok(writes.length > 15 && writes.length < 25, String(writes.length));
  });

  it('by the scale subresource where spec.replicas alone governs and our own apply does not own it', async () => {
    const { end, writes } = sending([owned], {
      ...theirs,
      spec: { replicas: 1, predictors: [{ name: 'p', componentSpecs: [{ spec: { containers: [{ name: 'c' }] } }] }] },
    });
    assert.equal((await end).plan?.changes[0]?.path, 'spec.replicas');
    assert.deepEqual(writes, ['apply to u-m', 'scale at 70 to 2']);
  });

  it('stops trying when it is interrupted', async () => {
    const { end, writes, stop } = sending([stale, stale], undefined);
    await new Promise(setImmediate);
    stop.abort(new Error('interrupted'));
    await assert.rejects(end, /^Error: interrupted$/);
    assert.equal(writes.length, 1);
  });

  it('changes the number in what is there now where somebody else owns a field, on condition that it stays so', async () => {
    const { end, writes, clock } = sending([owned, stale], {
      ...theirs,
      spec: {
        predictors: [
          {
            name: 'p',
            replicas: 4,
            annotations: { from: 'you' },
            graph: { name: 'c' },
            componentSpecs: [{ spec: { containers: [{ name: 'c' }] } }],
          },
        ],
      },
    });
    await clock.advance(100);
    const sent = await end;
    assert.match(
      sent.remark ?? '',
      /^only the number of replicas was changed, .*: spec\.predictors is managed by "you"$/,
    );
    assert.deepEqual(sent.plan?.changes, [{ path: 'spec.predictors[0].replicas', from: 4, to: 2 }]);
    const replaced =
      'replace at 70: {"name":"p","replicas":2,"annotations":{"from":"you"},"graph":{"name":"c"},"componentSpecs":[{"spec":{"containers":[{"name":"c"}]}}]}';
    assert.deepEqual(writes, ['apply to u-m', replaced, replaced]);
  });

  it('fails where somebody else has left nothing to scale', async () => {
    const hpaSpec = { maxReplicas: 3 };
    const componentSpecs = [{ hpaSpec, spec: { containers: [{ name: 'c' }] } }];
    const { end } = sending([owned], { ...theirs, spec: { predictors: [{ name: 'p', componentSpecs }] } });
    await assert.rejects(end, {
      constructor: Failure,
      exitCode: 1,
      message: /^somebody else changed the deployment, and now .*hpaSpec is set/,
    });
  });

  it('touches nothing that another has made in its place', async () => {
    const another = { ...theirs, metadata: { ...theirs.metadata, uid: 'u-other' } };
    const { end, writes } = sending([owned], another);
    await assert.rejects(end, {
      exitCode: 5,
      message: /deleted by somebody else, and another one created in its place$/,
    });
    assert.deepEqual(writes, ['apply to u-m']);
  });

  it('by the subresource asks afterwards for the generation that came of it', async () => {
    const { end, writes } = sending([], theirs, { ...toTwo, through: 'subresource' });
    assert.deepEqual((await end).desired, { uid: 'u-m', generation: 7, deployment: theirs });
    assert.deepEqual(writes, ['scale at 70 to 2']);
  });

  it('by the subresource tries again after a conflict of versions', async () => {
    const { end, writes, clock } = sending([stale], theirs, { ...toTwo, through: 'subresource' });
    await clock.advance(100);
    await end;
    assert.deepEqual(writes, ['scale at 70 to 2', 'scale at 70 to 2']);
  });

  it('by the subresource touches nothing that another has made in its place', async () => {
    const another = { ...theirs, metadata: { ...theirs.metadata, uid: 'u-other' } };
    const { end, writes } = sending([], another, { ...toTwo, through: 'subresource' });
    await assert.rejects(end, { exitCode: 5 });
    assert.deepEqual(writes, []);
  });
});
