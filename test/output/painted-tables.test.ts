import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { ColourChoice } from '../../src/context.ts';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import type { Overview } from '../../src/lifecycle/overview/overview.ts';
import type { StatusReport } from '../../src/lifecycle/overview/status-report.ts';
import { paintFor } from '../../src/output/colours.ts';
import { ChangedRows } from '../../src/output/deployment-table.ts';
import { ages } from '../../src/output/event-table.ts';
import { EventWriter } from '../../src/output/event-writer.ts';
import { statusLines } from '../../src/output/status-tree.ts';
import { CapturedOutput } from '../captured-output.ts';

const metadata = (name: string) => ({ name, namespace: 'default', uid: name });
const overview = (name: string, state: string) =>
  ({ deployment: { metadata: metadata(name) }, state, pods: undefined }) as unknown as Overview;
const event = (type: string) =>
  ({
    metadata: metadata(type),
    type,
    reason: 'Because',
    message: 'Warning',
    involvedObject: { kind: 'Pod', name: 'p' },
  }) as unknown as KubernetesEvent;
const report = (state: string) =>
  ({
    deployment: { metadata: metadata('iris') },
    tree: { kind: 'SeldonDeployment', name: 'iris', uid: 'iris', status: state, children: [] },
  }) as unknown as StatusReport;

/** Each table, as it is written with such a --color. */
const tables: Record<string, (color: ColourChoice) => string> = {
  list: (color) => {
    const asked = { namespace: true, wide: false, labels: false };
    const rows = new ChangedRows(asked, true, new CapturedOutput(), paintFor(new CapturedOutput(), { color }));
    return rows.of([overview('a', 'Available'), overview('b', 'Failed'), overview('c', 'Creating')], 0).join('\n');
  },
  events: (color) => {
    const stdout = new CapturedOutput();
    const times = () => ages(0);
    const options = { times, withNamespace: true, withHeader: true, showManagedFields: false, colours: { color } };
    new EventWriter(stdout, undefined, options).list([event('Normal'), event('Warning')]);
    return stdout.text;
  },
  status: (color) =>
    statusLines([report('Available'), report('Failed'), report('Creating')], {
      now: 0,
      withNamespace: true,
      paint: paintFor(new CapturedOutput(), { color }),
    }).join('\n'),
};

describe('a table in colours', () => {
  const painted: Record<string, string[]> = {
    list: ['32mAvailable', '31mFailed'],
    events: ['33mWarning'],
    status: ['32mAvailable', '31mFailed'],
  };
  for (const [name, table] of Object.entries(tables)) {
    it(`of ${name} paints types and states, and nothing else`, () => {
      const parts = table('always').split('\u001b[').slice(1);
      assert.deepEqual(
        parts.filter((part) => !part.startsWith('39m')),
        painted[name],
      );
    });

    it(`of ${name} is otherwise the same as without`, () => {
      assert.equal(stripVTControlCharacters(table('always')), table('never'));
      assert.equal(table('auto'), table('never'));
    });
  }
});
