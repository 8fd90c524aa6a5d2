import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { desiredOf } from '../../src/sync/desired/desired.ts';
import { type KnownState, maxPruneOf, type PruneRules, whatToPrune } from '../../src/sync/reconcile/prune.ts';
import { model } from '../behaviour/models.ts';

const desired = (name: string) =>
  desiredOf(
    { id: name, namespace: 'ns', name, deployment: model({ name, namespace: 'ns' }) as SeldonDeployment },
    'one',
  );
const owned = (names: string) => [...names].map((name) => desired(name).owned);

describe('What is pruned', () => {
  interface Case {
    name: string;
    owned: string;
    wanted: string;
    state?: Partial<KnownState>;
    rules?: Partial<PruneRules>;
    pruned: string;
    kept?: RegExp;
  }
  const cases: Case[] = [
    { name: 'is what the source does not want', owned: 'abc', wanted: 'ab', pruned: 'c' },
    {
      name: 'is nothing without --prune',
      owned: 'abc',
      wanted: 'ab',
      rules: { prune: false },
      pruned: '',
      kept: /--prune/,
    },
    {
      name: 'is nothing before a whole state was seen',
      owned: 'abc',
      wanted: 'ab',
      state: { complete: false },
      pruned: '',
      kept: /no whole state/,
    },
    {
      name: 'is nothing where a record cannot be read at all',
      owned: 'abc',
      wanted: 'ab',
      state: { hasUnknown: true },
      pruned: '',
      kept: /cannot be read/,
    },
    {
      name: 'is not what a record is about that cannot be read',
      owned: 'abcd',
      wanted: 'ab',
      state: { badIds: new Set('c') },
      pruned: 'd',
    },
    {
      name: 'is no more than the share that may',
      owned: 'abcd',
      wanted: 'a',
      pruned: '',
      kept: /3 of 4.*--max-prune=50%/,
    },
    { name: 'is just the share that may', owned: 'abcd', wanted: 'ab', pruned: 'cd' },
    {
      name: 'is no more than the number that may',
      owned: 'abcd',
      wanted: 'ab',
      rules: { maxPrune: { count: 1 } },
      pruned: '',
      kept: /--max-prune=1/,
    },
    {
      name: 'is nothing where the source is empty',
      owned: 'ab',
      wanted: '',
      rules: { maxPrune: { share: 1 } },
      pruned: '',
      kept: /--allow-empty/,
    },
    {
      name: 'is everything where the source is empty on purpose',
      owned: 'ab',
      wanted: '',
      rules: { allowEmpty: true },
      pruned: 'ab',
    },
    {
      name: 'is what the source has said is to go, however much',
      owned: 'ab',
      wanted: '',
      state: { deletedIds: new Set('ab') },
      pruned: 'ab',
    },
    {
      name: 'is not even that without --prune',
      owned: 'ab',
      wanted: 'a',
      state: { deletedIds: new Set('b') },
      rules: { prune: false },
      pruned: '',
      kept: /--prune/,
    },
  ];
  for (const { name, owned: there, wanted, state, rules, pruned, kept } of cases) {
    it(name, () => {
      const answer = whatToPrune(
        owned(there),
        {
          complete: true,
          hasUnknown: false,
          items: [...wanted].map(desired),
          badIds: new Set(),
          deletedIds: new Set(),
          ...state,
        },
        { prune: true, maxPrune: { share: 0.5 }, allowEmpty: false, ...rules },
      );
      assert.equal(answer.prune.map(({ metadata }) => metadata.name).join(''), pruned);
      if (kept) assert.match(`${answer.kept?.why} ${answer.kept?.hint}`, kept);
      else assert.equal(answer.kept, undefined);
    });
  }

  it('is limited by a percentage or a number', () => {
    assert.deepEqual(maxPruneOf('25%'), { share: 0.25 });
    assert.deepEqual(maxPruneOf('3'), { count: 3 });
    for (const text of ['', '-1', '101%', 'all']) assert.throws(() => maxPruneOf(text), /--max-prune/);
  });
});
