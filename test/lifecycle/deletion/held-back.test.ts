import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldBack } from '../../../src/lifecycle/deletion/held-back.ts';
import { written } from '../../written.ts';
import { observed } from '../observed.ts';

describe('What to do about what finalizers hold', () => {
  it('names each with a command that lets it go, as kubectl takes it', () => {
    const others = `
      - {kind: HorizontalPodAutoscaler, metadata: {name: h, uid: u-h, finalizers: [foregroundDeletion, b.com/x]}}
      - {kind: Service, metadata: {name: s, uid: u-s}}`;
    const deployment = '{metadata: {name: m, uid: u-m, finalizers: [example.com/keep]}}';
    const letGo = (name: string) => `kubectl patch ${name} --type=merge -p '{"metadata":{"finalizers":null}}' -n ns`;
    assert.deepEqual(heldBack(observed({ others, deployment }), 'ns').map(written), [
      `horizontalpodautoscaler.autoscaling/h stays until somebody takes b.com/x from its finalizers. If whoever set that is gone: ${letGo('horizontalpodautoscaler.autoscaling/h')}`,
      `seldondeployment.machinelearning.seldon.io/m stays until somebody takes example.com/keep from its finalizers. If whoever set that is gone: ${letGo('seldondeployment.machinelearning.seldon.io/m')}`,
    ]);
  });

  it('has nothing to say of what the garbage collector holds', () => {
    const deployment = '{metadata: {name: m, uid: u-m, finalizers: [foregroundDeletion]}}';
    assert.deepEqual(heldBack(observed({ deployment }), 'ns'), []);
  });
});
