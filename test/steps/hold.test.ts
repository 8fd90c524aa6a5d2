import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { howToReach } from '../../src/steps/hold.ts';
import { written } from '../written.ts';

const iris = (url: string | undefined) => ({
  metadata: { name: 'iris', namespace: 'try' },
  status: { ...(url !== undefined && { address: { url } }) },
});

describe('How to reach a model', () => {
  it('names its address, a prediction and a way from here', () => {
    assert.deepEqual(
      howToReach(iris('http://iris-default.try.svc.cluster.local:8000/api/v1.0/predictions')).map(written),
      [
        'the model iris is running at http://iris-default.try.svc.cluster.local:8000/api/v1.0/predictions (inside the cluster)',
        'to try it: kubectl seldon-lifecycle predict iris -d @payload.json -n try',
        'to reach it from here: kubectl port-forward service/iris-default 8000:8000 -n try, then http://localhost:8000/api/v1.0/predictions',
      ],
    );
  });

  it('names the URL of its Ingress first', () => {
    const annotations = {
      'seldon-lifecycle.io/ingress-class': 'nginx',
      'seldon-lifecycle.io/ingress-host': 'iris.example.com',
    };
    const predictors = [{ name: 'default' }];
    const { metadata, ...rest } = iris('http://iris-default.try.svc.cluster.local:8000/api/v1.0/predictions');
    const routed = { metadata: { ...metadata, annotations }, spec: { predictors }, ...rest };
    assert.equal(
      howToReach(routed).map(written)[0],
      'the model iris is running at http://iris.example.com/api/v1.0/predictions',
    );
  });

  for (const url of [undefined, '', 'nowhere']) {
    it(`names what can be named where the operator says ${JSON.stringify(url)}`, () => {
      assert.deepEqual(howToReach(iris(url)).map(written), [
        'the model iris is running',
        'to try it: kubectl seldon-lifecycle predict iris -d @payload.json -n try',
      ]);
    });
  }
});
