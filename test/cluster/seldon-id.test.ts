import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayLackSeldonId } from '../../src/cluster/seldon-id.ts';

const selected = { selector: { matchLabels: { app: 'iris', 'seldon-deployment-id': 'iris' } } };
const otherwise = { selector: { matchLabels: { app: 'iris' } } };

const cases: [name: string, ownerKind: string | undefined, spec: object | undefined, lacks: boolean][] = [
  ['of a SeldonDeployment, selecting by the id, do not', 'SeldonDeployment', selected, false],
  ['of a SeldonDeployment, selecting otherwise, may', 'SeldonDeployment', otherwise, true],
  ['of a SeldonDeployment, selecting by expressions alone, may', 'SeldonDeployment', { selector: {} }, true],
  ['of a SeldonDeployment, of which nothing more is known, may', 'SeldonDeployment', undefined, true],
  ['of somebody else do not matter', 'Other', otherwise, false],
  ['of nobody do not matter', undefined, otherwise, false],
];

describe('the pods of a Deployment that may lack the label seldon-deployment-id', () => {
  for (const [name, kind, spec, lacks] of cases) {
    it(name, () => {
      const ownerReferences = kind ? [{ apiVersion: 'v1', kind, name: 'iris', uid: 'iris' }] : [];
      assert.equal(mayLackSeldonId({ metadata: { name: 'd', ownerReferences }, ...(spec && { spec }) }), lacks);
    });
  }
});
