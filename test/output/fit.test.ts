import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { Columns } from '../../src/output/columns.ts';
import { deploymentHeader, deploymentLines } from '../../src/output/deployment-table.ts';
import { eventConcessions, eventHeader } from '../../src/output/event-table.ts';
import { atTheEnd, cellsFor, inTheMiddle, layoutFor } from '../../src/output/fit.ts';
import { statusLines } from '../../src/output/status-tree.ts';
import { summaryTable } from '../../src/output/summary-table.ts';
import { usageLines } from '../../src/output/usage-table.ts';
import { CapturedOutput } from '../captured-output.ts';

const header = ['NAMESPACE', 'NAME', 'URL', 'AGE'];
const concessions = [
  { column: 'URL', leaveOut: true },
  { column: 'NAME', to: 7 },
  { column: 'NAMESPACE', to: 5, by: atTheEnd },
] as const;
const row = ['team-vision', 'fraud-detector', 'http://fraud-detector-default.team-vision', '3d'];

describe('A table that is wider than the terminal', () => {
  for (const [room, expected] of [
    [80, row],
    [74, row],
    [73, ['team-vision', 'fraud-detector', '3d']],
    [31, ['team-vision', 'fraud-detector', '3d']],
    [30, ['team-vision', 'fraud-…tector', '3d']],
    [24, ['team-vision', 'fra…tor', '3d']],
    [23, ['team-visi…', 'fra…tor', '3d']],
    [10, ['team…', 'fra…tor', '3d']],
  ] as const) {
    it(`gives up what matters least, and no more than it takes: ${room} columns`, () => {
      const layout = layoutFor(
        header,
        row.map((cell) => cell.length),
        room,
        concessions,
      );
      assert.deepEqual(cellsFor(row, header, layout, concessions), expected);
    });
  }

  it('shortens by letters that are whole, and as wide as they are on the screen', () => {
    assert.equal(inTheMiddle('😀😀😀😀', 5), '😀…😀');
    assert.equal(atTheEnd('a word and more', 8), 'a word…');
  });
});

const MODEL = 'fraud-detector-for-card-payments';
const POD = `${MODEL}-canary-0-classifier-gj7727tctn-dbvpz`;

/** Each table as a terminal of that width gets it. */
const tables: Record<string, (stdout: CapturedOutput) => string[]> = {
  events: (stdout) => {
    const columns = new Columns([17, 7, 17, 47], stdout, { header: eventHeader, concessions: eventConcessions });
    const rows = [
      eventHeader,
      ['0s', 'Normal', 'Pulling', `Pod/${POD}`, 'Pulling image'],
      ['1s (x2 over 2s)', 'Warning', 'BackOff', `Pod/${POD}`, 'Back-off restarting failed container classifier in pod'],
    ];
    return rows.map((cells) => columns.line(cells));
  },
  list: (stdout) => {
    const asked = { namespace: true, wide: false, labels: false };
    const cells = ['fraud-prevention-team', MODEL, 'Creating', '1/2', '2', `http://${MODEL}-default.fraud:8000`, '12d'];
    return deploymentLines(asked, stdout).lines([deploymentHeader(asked), cells]);
  },
  status: (stdout) => {
    const { tree } = parse(`
      tree:
        kind: SeldonDeployment
        name: ${MODEL}
        status: Creating
        children:
          - {kind: Pod, name: ${POD}, part: "canary: classifier", status: CrashLoopBackOff, ready: {ready: 0, of: 1}, children: [],
             lastWarning: {reason: BackOff, message: Back-off restarting failed container classifier in pod, count: 3, lastTime: 0}}`);
    const report = { deployment: { metadata: { name: MODEL } }, tree };
    return statusLines([report as never], { now: 12_000, withNamespace: false, stdout });
  },
  'status -o wide': (stdout) => {
    const { tree } = parse(`
      tree:
        kind: SeldonDeployment
        name: ${MODEL}
        status: Creating
        children:
          - {kind: Pod, name: ${POD}, part: "canary: classifier", status: CrashLoopBackOff, ready: {ready: 0, of: 1}, children: [],
             restarts: {count: 12, last: "1969-12-31T23:54:48Z"}, created: "1969-12-31T12:00:00Z",
             lastWarning: {reason: BackOff, message: Back-off restarting failed container classifier in pod, count: 3, lastTime: 0}}`);
    const report = { deployment: { metadata: { name: MODEL, namespace: 'fraud-prevention-team' } }, tree };
    const wide = { usage: () => undefined };
    return statusLines([report as never], { now: 12_000, withNamespace: true, stdout, wide });
  },
  top: (stdout) => {
    const deployment = { metadata: { name: MODEL, namespace: 'fraud-prevention-team' } };
    const container = { name: 'seldon-container-engine', nanocores: 5_000_000, bytes: 2 ** 30 };
    const usage = { nanocores: 250_000_000, bytes: 2 ** 30, containers: [container] };
    const pods = [{ predictor: 'default', name: POD, usage }];
    const asked = { namespace: true, containers: true, noHeaders: false, sum: true, sortBy: undefined, stdout };
    return usageLines([{ deployment, pods }], asked);
  },
  summary: (stdout) => {
    const steps = ['apply', 'wait-available', 'scale', 'wait-scaled', 'delete', 'wait-deleted'];
    const one = { namespace: 'fraud-prevention', name: MODEL, outcome: 'succeeded', events: 128, left: [] };
    const summary = { ...one, steps: steps.map((step) => ({ step, state: 'succeeded', durationMs: 83_000 })) };
    return summaryTable([summary as never], (_, text) => text, stdout);
  },
};

describe('On a terminal of', () => {
  for (const columns of [80, 100, 140]) {
    for (const [name, lines] of Object.entries(tables)) {
      it(`${columns} columns, no line of the table of ${name} is longer than that`, () => {
        const written = lines(new CapturedOutput({ isTTY: true, columns })).join('\n');
        for (const line of written.split('\n')) assert.ok(line.length <= columns, `${line.length}: ${line}`);
      });
    }
  }

  it('80 columns, they look so', () => {
    const drawn = Object.values(tables).flatMap((lines) => lines(new CapturedOutput({ isTTY: true, columns: 80 })));
    const expected = `
LAST SEEN   TYPE     REASON             OBJECT
    MESSAGE
0s          Normal   Pulling            Pod/fraud-detector-f…er-gj7727tctn-dbvpz
    Pulling image
1s (x2)     Warning  BackOff            Pod/fraud-detector-f…er-gj7727tctn-dbvpz
    Back-off restarting failed container classifier in pod
NAMESPACE              NAME                              STATE     READY  AGE
fraud-prevention-team  fraud-detector-for-card-payments  Creating  1/2    12d
NAME                                                READY  STATUS            AGE
SeldonDeployment/fraud-detector-for-card-payments          Creating
└─ Pod/fraud-detector-for…vpz (canary: classifier)  0/1    CrashLoopBackOff
NAMESPACE     NAME                 READY  STATUS            CPU        MEMORY
fraud-…-team  SeldonDep…-payments         Creating
fraud-…-team  └─ Pod/fr…assifier)  0/1    CrashLoopBackOff  <unknown>  <unknown>
NAMESPACE     POD                    CONTAINER         CPU(cores)  MEMORY(bytes)
fraud-…-team  fraud-dete…tctn-dbvpz  seldon-c…-engine  5m          1024Mi
                                                       ________    ________
                                                       250m        1024Mi
NAMESPACE     NAME                   OUTCOME    AVAILABLE  SCALED  DELETED  LEFT
fraud-…ntion  fraud-dete…d-payments  succeeded  83s        83s     83s      0`;
    assert.equal(drawn.join('\n'), expected.trim());
  });
});

describe('In a pipe', () => {
  for (const [name, lines] of Object.entries(tables)) {
    it(`nothing of the table of ${name} is left out or shortened`, () => {
      const written = lines(new CapturedOutput()).join('\n');
      assert.doesNotMatch(written, /…/);
      assert.ok(written.includes(MODEL));
    });
  }
});
