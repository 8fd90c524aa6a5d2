import { seldonDeploymentSchema } from './crd-schema.ts';

/** v1 is stored; nothing is converted between the versions but apiVersion itself. */
const versions = ['v1', 'v1alpha2', 'v1alpha3'].map((name) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: seldonDeploymentSchema },
  subresources: {
    status: {},
    // No labelSelectorPath: https://github.com/SeldonIO/seldon-core/issues/2485
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  },
}));

/** Our own CustomResourceDefinition of SeldonDeployments. Source: helm-charts/seldon-core-operator at v1.18.2. */
export const seldonDeploymentCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'seldondeployments.machinelearning.seldon.io' },
  spec: {
    group: 'machinelearning.seldon.io',
    names: {
      kind: 'SeldonDeployment',
      listKind: 'SeldonDeploymentList',
      plural: 'seldondeployments',
      singular: 'seldondeployment',
      shortNames: ['sdep'],
    },
    scope: 'Namespaced',
    versions,
  },
};
