import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { DeploymentUsage } from '../../src/lifecycle/overview/read-usage.ts';
import { type UsageColumns, usageLines, usageObject } from '../../src/output/usage-table.ts';

const usages: DeploymentUsage[] = parse(`
  - deployment: {metadata: {name: iris, namespace: ns, uid: u-iris}}
    pods:
    - predictor: main
      name: iris-main-a
      usage:
        nanocores: 250000001
        bytes: 134217728
        containers: [{name: server, nanocores: 240000000, bytes: 104857600}, {name: engine, nanocores: 10000001, bytes: 29360128}]
    - {predictor: canary, name: iris-canary-b}
  - deployment: {metadata: {name: rose, namespace: ns, uid: u-rose}}
    pods:
    - name: rose-old-c
      usage: {nanocores: 900000, bytes: 1073741823, containers: [{name: server, nanocores: 900000, bytes: 1073741823}]}`);

const drawn = (columns: Partial<UsageColumns>) => {
  const all = { namespace: false, containers: false, noHeaders: false, sum: false, sortBy: undefined, ...columns };
  return `\n${usageLines(usages, all).join('\n')}\n`;
};

describe('The table of what pods use', () => {
  it('is of each pod, the CPU rounded up and the memory cut off, as in kubectl top', () => {
    assert.equal(
      drawn({}),
      `
NAME   PREDICTOR   POD             CPU(cores)   MEMORY(bytes)
iris   main        iris-main-a     251m         128Mi
iris   canary      iris-canary-b   <unknown>    <unknown>
rose   <none>      rose-old-c      1m           1023Mi
`,
    );
  });

  it('has a row for each container, by name', () => {
    assert.equal(
      drawn({ containers: true, namespace: true }),
      `
NAMESPACE   NAME   PREDICTOR   POD             CONTAINER   CPU(cores)   MEMORY(bytes)
ns          iris   main        iris-main-a     engine      11m          28Mi
ns          iris   main        iris-main-a     server      240m         100Mi
ns          iris   canary      iris-canary-b   <unknown>   <unknown>    <unknown>
ns          rose   <none>      rose-old-c      server      1m           1023Mi
`,
    );
  });

  it('puts the greatest first, what is not known last, and the sum of what is known below', () => {
    assert.equal(
      drawn({ sortBy: 'memory', sum: true }),
      `
NAME   PREDICTOR   POD             CPU(cores)   MEMORY(bytes)
rose   <none>      rose-old-c      1m           1023Mi
iris   main        iris-main-a     251m         128Mi
iris   canary      iris-canary-b   <unknown>    <unknown>
                                   ________     ________
                                   251m         1151Mi
`,
    );
    assert.match(drawn({ sortBy: 'cpu', noHeaders: true }), /^\niris +main .*\nrose .*\niris +canary .*\n$/);
  });

  it('is an object for each deployment too, without what is not known', () => {
    const [iris, rose] = JSON.parse(JSON.stringify(usages.map(usageObject)));
    assert.deepEqual(iris, {
      apiVersion: 'seldon-lifecycle.io/v1',
      kind: 'SeldonDeploymentUsage',
      metadata: { name: 'iris', namespace: 'ns', uid: 'u-iris' },
      cpu: '251m',
      memory: '128Mi',
      pods: [
        {
          predictor: 'main',
          name: 'iris-main-a',
          cpu: '251m',
          memory: '128Mi',
          containers: [
            { name: 'server', cpu: '240m', memory: '100Mi' },
            { name: 'engine', cpu: '11m', memory: '28Mi' },
          ],
        },
        { predictor: 'canary', name: 'iris-canary-b' },
      ],
    });
    assert.deepEqual([rose.cpu, rose.memory], ['1m', '1023Mi']);
  });
});
