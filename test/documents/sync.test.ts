import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { agentManifest } from '../../src/agent/agent-manifest.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import { metricsText } from '../../src/sync/health/health.ts';
import type { Phase } from '../../src/sync/report/phase.ts';
import { parseMessage } from '../../src/sync/source/message.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/sync.md'), 'utf8');
const [stream = '', record = '', report = ''] = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
  ([, code]) => code,
);
/** The first cells of the table under a heading, or after a line, that begins so. */
const firstCells = (begin: string) => {
  const [, table = ''] = text.slice(text.indexOf(begin)).split(/^\|---.*\n/m);
  return [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) =>
    cell.replaceAll('`', ''),
  );
};

function desiredOf(...messages: string[]) {
  const told: string[] = [];
  const scope = { namespace: undefined, byDefault: 'models' };
  const desired = new DesiredState(scope, 'one', (notice) => told.push(notice));
  for (const message of messages) desired.take(parseMessage(message, 'stream'));
  return { desired, told };
}

describe('docs/sync.md', () => {
  it('shows messages that are understood, each kind of them', () => {
    const lines = stream.trim().split('\n');
    assert.deepEqual(
      lines.map((line) => parseMessage(line, 'stream').type),
      ['snapshot', 'upsert', 'delete', 'heartbeat', 'logs'],
    );
    const { desired } = desiredOf(...lines.slice(0, 2));
    assert.deepEqual([desired.complete, desired.revision, desired.bad], [true, '43', []]);
  });

  it('shows a record whose every field is honoured as it says', () => {
    const { desired, told } = desiredOf(JSON.stringify({ type: 'upsert', item: JSON.parse(record) }));
    assert.deepEqual([told, desired.bad], [[], []]);
    const { metadata, spec } = desired.items[0]?.owned ?? {};
    assert.deepEqual(metadata?.namespace, 'models');
    assert.equal(metadata?.labels?.team, 'vision');
    assert.equal(metadata?.labels?.['seldon-lifecycle.io/owner'], 'one');
    const { 'seldon-lifecycle.io/applied': _, ...annotations } = metadata?.annotations ?? {};
    assert.deepEqual(annotations, {
      'seldon-lifecycle.io/id': '3f2c',
      'seldon-lifecycle.io/ingress-class': 'nginx',
      'seldon-lifecycle.io/ingress-host': 'iris.example.com',
      'seldon-lifecycle.io/classes': 'cat,dog',
    });
    const [predictor] = spec?.predictors ?? [];
    assert.equal(predictor?.replicas, 2);
    assert.deepEqual(predictor?.componentSpecs?.[0]?.spec, {
      containers: [
        {
          name: 'model',
          image: 'registry/iris:1.0',
          ports: [{ name: 'http', containerPort: 9000, protocol: 'TCP' }],
        },
      ],
      imagePullSecrets: [{ name: 'registry' }],
    });
  });

  it('names the fields that are not honoured, and that are told', () => {
    const item = {
      ...JSON.parse(record),
      service: { type: 'loadbalancer' },
      ingress: { class: 'nginx' },
      metrics: { image: 'proxy:1' },
    };
    const { told } = desiredOf(JSON.stringify({ type: 'upsert', item }));
    for (const field of ['service.type', 'ingress.class', 'metrics.image']) {
      assert.ok(text.includes(`\`${field}\``) && told.join().includes(field), field);
    }
  });

  it('names all phases', () => {
    const phases: Record<Phase, true> = { Configuring: true, Ready: true, Failed: true, Conflict: true, Deleted: true };
    assert.deepEqual(firstCells('| phase |'), Object.keys(phases));
    assert.ok(JSON.parse(report).items[0].phase in phases);
  });

  it('names all metrics', () => {
    const health = { source: true, kubernetes: true, snapshot: true, standby: false };
    const served = metricsText({ health, desired: 0, phases: {}, actions: {}, statusReports: 0 });
    const names = [...served.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    assert.deepEqual(firstCells('| metric |'), names);
  });

  it('names all rights of the agent', () => {
    const rights = agentManifest({
      source: 'https://s.example/',
      namespace: 'models',
      agentNamespace: 'models',
      createNamespace: false,
      allNamespaces: false,
      owner: 'one',
      replicas: 2,
      image: 'i',
      reportUrl: 'https://s.example/status',
      prune: true,
      ingresses: true,
      tokenSecret: undefined,
      authorityConfigMap: undefined,
      insecureHttp: false,
      resources: { requests: {}, limits: {} },
      metrics: true,
      livenessProbe: undefined,
      readinessProbe: undefined,
      allowHostAccess: false,
      allowServiceAccounts: [],
    }).find(({ kind }) => kind === 'Role') as unknown as { rules: { resources: string[]; verbs: string[] }[] };
    const table = text.slice(text.indexOf('| resource | verbs |'));
    for (const { resources, verbs } of rights.rules) {
      for (const resource of resources) {
        const row = table.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${resource}\``)) ?? '';
        for (const verb of verbs) assert.match(row, new RegExp(`\\b${verb}\\b`), `${verb} ${resource}`);
      }
    }
    const granted = new Set(rights.rules.flatMap(({ resources }) => resources));
    const said = firstCells('| resource | verbs |').flatMap((cell) => cell.replace(/, in the agent.*/, '').split(', '));
    assert.deepEqual(said.sort(), [...granted].sort());
  });
});
