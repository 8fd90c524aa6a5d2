import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { historyOf, rollbackTarget } from '../../../src/lifecycle/history/history.ts';
import type { ControllerRevision } from '../../../src/seldon/revision.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

const spec = (image: string) => ({
  predictors: [{ name: 'p', componentSpecs: [{ spec: { containers: [{ name: 'c', image }] } }] }],
});
const live = (image: string): SeldonDeployment => ({
  metadata: {
    name: 'm',
    uid: 'u',
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [
      { time: '2026-01-03T00:00:00Z', subresource: 'status' },
      { time: '2026-01-02T00:00:00Z' },
      { time: '2026-01-01T00:00:00Z' },
    ],
  },
  spec: spec(image),
});
const stored = (revision: number, image: string, annotations = {}): ControllerRevision => ({
  metadata: { name: `m-${revision}`, creationTimestamp: '2026-01-05T00:00:00Z', annotations },
  revision,
  data: { spec: spec(image) },
});

describe('The history of a deployment', () => {
  const cases: { it: string; stored: ControllerRevision[]; live: string; is: string[]; goesTo: number | undefined }[] =
    [
      {
        it: 'is what it is now, where nothing is recorded',
        stored: [],
        live: 'a',
        is: ['1 current'],
        goesTo: undefined,
      },
      {
        it: 'ends with what it is now, with the next number, where that is not recorded',
        stored: [stored(3, 'a')],
        live: 'b',
        is: ['3', '4 current'],
        goesTo: 3,
      },
      {
        it: 'ends with what it is now, with its own number, where that is recorded',
        stored: [stored(3, 'a'), stored(4, 'b')],
        live: 'b',
        is: ['3', '4 current'],
        goesTo: 3,
      },
      {
        it: 'gives the newest number to an earlier state that somebody has put back',
        stored: [stored(3, 'a'), stored(4, 'b'), stored(5, 'c')],
        live: 'b',
        is: ['3', '5', '6 current'],
        goesTo: 5,
      },
    ];
  for (const { it: sentence, goesTo, ...one } of cases) {
    it(sentence, () => {
      const entries = historyOf(one.stored, live(one.live));
      assert.deepEqual(
        entries.map(({ revision, current }) => `${revision}${current ? ' current' : ''}`),
        one.is,
      );
      const target = () => rollbackTarget(entries, live(one.live), undefined).revision;
      if (goesTo === undefined) {
        assert.throws(target, { exitCode: 1, message: 'no rollout history found for seldondeployment "m"' });
      } else assert.equal(target(), goesTo);
    });
  }

  it('dates a state from when it came about, not from when it was recorded, and the current one by its spec', () => {
    const since = { 'seldon-lifecycle.io/since': '2026-01-04T00:00:00Z', 'seldon-lifecycle.io/available': 'true' };
    const entries = historyOf([stored(1, 'a', since), stored(2, 'b')], live('c'));
    assert.deepEqual(
      entries.map(({ since, available }) => [since, available]),
      [
        ['2026-01-04T00:00:00Z', true],
        ['2026-01-05T00:00:00Z', undefined],
        ['2026-01-02T00:00:00Z', undefined],
      ],
    );
  });

  it('refuses a number that there is not, and names those that there are', () => {
    const entries = historyOf([stored(3, 'a')], live('b'));
    assert.throws(() => rollbackTarget(entries, live('b'), 2), {
      exitCode: 1,
      message: 'unable to find specified revision 2 in history',
      hint: 'seldondeployment "m" has: 3, 4',
    });
  });
});
