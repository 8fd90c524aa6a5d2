import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelledForAnother, type Served, servedOf } from '../../../src/lifecycle/waits/other-operator.ts';
import { written } from '../../written.ts';

const deployment = (controller?: string) => ({
  metadata: {
    name: 'iris',
    namespace: 'ns',
    uid: 'u-iris',
    ...(controller !== undefined && { labels: { 'seldon.io/controller-id': controller } }),
  },
});
const served = (namespace: string, controller?: string): Served => ({
  uid: `u-${namespace}`,
  namespace,
  controller,
  isServed: true,
});
const unserved = { ...served('ns', 'team-a'), isServed: false };
const itself = { ...served('ns', 'team-a'), uid: 'u-iris' };

const cases: Record<string, { own?: string; ofNamespace?: string; all: Served[]; says: RegExp | undefined }> = {
  'its label is that of an operator that serves nothing, while another one serves': {
    own: 'team-a',
    all: [served('ns'), unserved],
    says: /^no Seldon operator has touched seldondeployment "iris" yet: it has the label seldon\.io\/controller-id=team-a, .*; to remove the label: kubectl label seldondeployment iris seldon\.io\/controller-id- -n ns$/,
  },
  'its label is that of an operator that serves elsewhere': {
    own: 'team-a',
    all: [served('other', 'team-a'), served('ns')],
    says: undefined,
  },
  'it has a label, and nothing is served at all': { own: 'team-a', all: [unserved, itself], says: undefined },
  'its namespace has the label, and others are served in other namespaces': {
    ofNamespace: 'team-a',
    all: [served('other')],
    says: /: namespace "ns" has the label seldon\.io\/controller-id=team-a, so cluster-wide operators ignore it/,
  },
  'its namespace has the label, and others are served in it': {
    ofNamespace: 'team-a',
    all: [served('other'), served('ns')],
    says: undefined,
  },
  'neither has a label': { all: [served('ns')], says: undefined },
  'its label is empty, which is none': { own: '', all: [served('ns')], says: undefined },
};

describe('Of a deployment that no operator has touched is said at once whether', () => {
  for (const [sentence, { own, ofNamespace, all, says }] of Object.entries(cases)) {
    it(sentence, () => {
      const said = labelledForAnother(deployment(own), ofNamespace, all);
      if (says === undefined) assert.equal(said, undefined);
      else assert.match(written(said ?? ''), says);
    });
  }

  it('of each other deployment is looked at its state, which an operator writes', () => {
    const isServed = (status?: object) => servedOf({ ...deployment(), ...(status && { status }) }).isServed;
    assert.deepEqual([isServed(), isServed({}), isServed({ state: 'Creating' })], [false, false, true]);
  });
});
