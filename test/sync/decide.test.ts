import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FieldSet } from '../../src/kubernetes/objects.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { desiredItemOf } from '../../src/sync/desired/desired.ts';
import { SYNC_FIELD_MANAGER } from '../../src/sync/ownership.ts';
import { decide } from '../../src/sync/reconcile/decide.ts';
import { model } from '../behaviour/models.ts';

const wanted = (tag = '1.0') => {
  const deployment = model({ namespace: 'ns', tag }) as SeldonDeployment;
  return desiredItemOf({ id: 'iris', namespace: 'ns', name: 'iris', deployment }, 'one');
};

const fields = {
  'f:metadata': {
    'f:labels': { 'f:app.kubernetes.io/managed-by': {}, 'f:seldon-lifecycle.io/owner': {} },
    'f:annotations': { 'f:seldon-lifecycle.io/id': {}, 'f:seldon-lifecycle.io/applied': {} },
  },
  'f:spec': { 'f:predictors': {} },
};

/** As the server holds it after it was applied for the owner. */
function live(owner = 'one', fieldsV1: FieldSet = fields): SeldonDeployment {
  const { owned } = desiredItemOf(wanted(), owner);
  const managedFields = [{ manager: SYNC_FIELD_MANAGER, operation: 'Apply', fieldsV1 }];
  return { ...owned, metadata: { ...owned.metadata, uid: 'u', managedFields } };
}

function changed(object: SeldonDeployment, image: string): SeldonDeployment {
  return JSON.parse(JSON.stringify(object).replace('example/iris:1.0', image));
}

describe('What is to be done about a deployment that a source wants', () => {
  const cases: [name: string, live: SeldonDeployment | undefined, expected: string, tag?: string, adopt?: boolean][] = [
    ['is to make it where there is none', undefined, 'create'],
    ['is nothing where it is as it was applied', live(), 'nothing'],
    ['is to apply it where the source wants another image', live(), 'apply', '2.0'],
    ['is to ask the server where somebody has changed a value', changed(live(), 'other:1'), 'ask'],
    [
      'is to ask the server where a field is not ours any more',
      live('one', { 'f:metadata': fields['f:metadata'] }),
      'ask',
    ],
    ['is nothing but a conflict where it belongs to another owner', live('two'), 'conflict'],
    [
      'is nothing but a conflict where it belongs to nobody',
      model({ namespace: 'ns' }) as SeldonDeployment,
      'conflict',
    ],
    ['is to take it over where that is asked for', live('two'), 'adopt', '1.0', true],
    [
      'is to wait where it is being deleted',
      { ...live(), metadata: { ...live().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
      'wait',
    ],
  ];
  for (const [name, object, expected, tag, adopt = false] of cases) {
    it(name, () => assert.equal(decide(wanted(tag), object, { owner: 'one', adopt }).do, expected));
  }

  it('does not depend on what the server has filled in', () => {
    const filled = live();
    const spec = { ...filled.spec, annotations: { filled: 'in' } };
    assert.equal(decide(wanted(), { ...filled, spec }, { owner: 'one', adopt: false }).do, 'nothing');
  });
});
