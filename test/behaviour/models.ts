import { stringify } from 'yaml';

export interface ModelOptions {
  name?: string;
  namespace?: string;
  /** Its tag tells the story of the pods: see test/control-plane/kubelet. */
  tag?: string;
  replicas?: number;
  spec?: object;
}

/** The object of a model with one predictor and one container. */
export function model({ name = 'iris', namespace, tag = '1.0', replicas = 1, spec }: ModelOptions = {}) {
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name, ...(namespace && { namespace }) },
    spec: spec ?? {
      predictors: [
        {
          name: 'default',
          replicas,
          graph: { name: 'classifier', type: 'MODEL' },
          componentSpecs: [component(tag)],
        },
      ],
    },
  };
}

export function component(tag = '1.0', more: object = {}) {
  return { ...more, spec: { containers: [{ name: 'classifier', image: `example/iris:${tag}` }] } };
}

/** The same as a file would have it. */
export function modelYaml(options?: ModelOptions): string {
  return stringify(model(options));
}
