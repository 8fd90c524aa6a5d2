import { parse } from 'yaml';
import { withDefaults } from '../../src/operator/defaulting.ts';
import { desiredObjects } from '../../src/operator/desired-objects.ts';
import type { SeldonDeployment } from '../../src/operator/seldon-deployment.ts';

/** A SeldonDeployment "m" in the namespace "ns" with this spec. */
export function seldonDeployment(spec: string, name = 'm'): SeldonDeployment {
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name, namespace: 'ns', uid: `uid-of-${name}` },
    spec: parse(spec),
  };
}

export function desired(spec: string, name = 'm') {
  return desiredObjects(withDefaults(seldonDeployment(spec, name)));
}

export const oneModel = `
predictors:
- name: p
  componentSpecs:
  - spec: {containers: [{name: c, image: "img:1"}]}
  graph: {name: c, type: MODEL}
`;
