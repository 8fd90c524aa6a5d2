import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { desiredItemOf } from '../../src/sync/desired/desired.ts';
import { type KnownState, maxPruneOf, type PruneRules, whatToPrune } from '../../src/sync/reconcile/prune.ts';
import { model } from '../behaviour/models.ts';

const desired = (name: string) =>
  desiredItemOf(
    { id: name, namespace: 'ns', name, deployment: model({ name, namespace: 'ns' }) as SeldonDeployment },
    'one',
  );
const owned = (names: string) => [...names].map((name) => desired(name).owned);
/** A record that cannot be read, of this id and name. */
const bad = (id: string, name = id) => ({ meaning: { id, ids: [id], keys: [`ns/${name}`] } });

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
      kept: /no complete state/,
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
      state: { bad: [bad('c')] },
      pruned: 'd',
    },
    {
      name: 'is not what bears the name of such a record, whatever its id',
      owned: 'abcd',
      wanted: 'ab',
      state: { bad: [bad('new', 'c')] },
      pruned: 'd',
    },
    {
      name: 'is neither what has its id nor what has its name',
      owned: 'abcd',
      wanted: 'a',
      rules: { maxPrune: { share: 1 } },
      state: { bad: [bad('b', 'c')] },
      pruned: 'd',
    },
    {
      name: 'is nothing where such a record is about nothing that is there: its id and its name may be mistaken',
      owned: 'abc',
      wanted: 'ab',
      state: { bad: [bad('x')] },
      pruned: '',
      kept: /cannot be read/,
    },
    {
      name: 'is nothing where such a record is about what another wants',
      owned: 'abc',
      wanted: 'ab',
      state: { bad: [bad('a')] },
      pruned: '',
      kept: /cannot be read/,
    },
    {
      name: 'is nothing where two such records are about the same',
      owned: 'abcd',
      wanted: 'ab',
      state: { bad: [bad('c'), bad('c')] },
      pruned: '',
      kept: /cannot be read/,
    },
    {
      name: 'is the rest where such a record is about what was wanted before, and is not there yet',
      owned: 'abd',
      wanted: 'abc',
      state: { carried: new Set(['ns/c']), bad: [bad('c')] },
      pruned: 'd',
    },
    {
      name: 'is what the source has said is to go, although another record is about nothing that is there',
      owned: 'abc',
      wanted: 'a',
      state: { bad: [bad('x')], deletedIds: new Set('b') },
      pruned: 'b',
      kept: /cannot be read: 1 of 3/,
    },
    {
      name: 'is not even that where a record does not say at all what it is about: it may be wanted again',
      owned: 'abc',
      wanted: 'a',
      state: { hasUnknown: true, deletedIds: new Set('b') },
      pruned: '',
      kept: /cannot be read: 2 of 3/,
    },
    {
      name: 'is not what the source has said is to go, and then said something of that cannot be read',
      owned: 'ab',
      wanted: 'a',
      state: { bad: [bad('b')], deletedIds: new Set('b') },
      pruned: '',
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
      state: { saysNothing: true },
      pruned: 'ab',
    },
    {
      name: 'is no more than may where a source is not empty, but wants nothing that can be read',
      owned: 'ab',
      wanted: '',
      rules: { allowEmpty: true },
      pruned: '',
      kept: /2 of 2.*--max-prune=50%/,
    },
    {
      name: 'is nothing where all that is wanted is wanted as it was before',
      owned: 'abc',
      wanted: 'ab',
      rules: { maxPrune: { share: 1 } },
      state: { carried: new Set(['ns/a', 'ns/b']), bad: [bad('a'), bad('b')] },
      pruned: '',
      kept: /--allow-empty/,
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
          saysNothing: false,
          carried: new Set(),
          bad: [],
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
