import type { CustomResourceDefinition } from '../../src/sandbox/api-server/custom-resource.ts';

const text = { type: 'string' };
const number = { type: 'integer', format: 'int32' };

/** A custom resource with one of everything that a schema can ask for; its predictors are one atomic list. */
export const widgetCrd: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              apiVersion: text,
              kind: text,
              metadata: { type: 'object' },
              spec: {
                type: 'object',
                required: ['predictors'],
                properties: {
                  replicas: number,
                  mode: { type: 'string', enum: ['a', 'b'] },
                  percent: { type: 'integer', minimum: 0, maximum: 100 },
                  labels: { type: 'object', additionalProperties: text },
                  keyed: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: { type: 'object', required: ['name'], properties: { name: text, value: text } },
                  },
                  predictors: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['name', 'graph'],
                      properties: {
                        name: text,
                        replicas: number,
                        graph: { type: 'object', required: ['name'], properties: { name: text } },
                        ports: {
                          type: 'array',
                          items: {
                            type: 'object',
                            properties: { protocol: { ...text, default: 'TCP' }, port: number },
                          },
                        },
                      },
                    },
                  },
                },
              },
              status: { type: 'object', properties: { state: text, replicas: number } },
            },
          },
        },
      },
      { name: 'v1alpha2', served: true, storage: false },
    ],
  },
};
