import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { exitCodes, Failure } from '../../src/failures.ts';
import { MODELS_ONLY } from '../../src/sync/desired/record-limits.ts';
import type { OpenSource } from '../../src/sync/source/open-source.ts';
import { syncOnce } from '../../src/sync/sync.ts';
import type { ToldSync } from '../../src/sync/sync-report.ts';
import { FakeClock } from '../fake-clock.ts';
import { ClusterOfDeployments } from './poison/cluster-of-deployments.ts';

it('What keeps a source from answering is told once, with when it is tried again, until it is something else', async () => {
  const told: ToldSync[] = [];
  const source: OpenSource = {
    name: 'https://x/desired',
    async read({ trouble }) {
      trouble('connect ECONNREFUSED', 800);
      trouble('connect ECONNREFUSED', 1_700);
      trouble('it answered 503', 3_100);
      trouble('it answered 503', 6_400);
      throw new Failure(exitCodes.failed, 'cannot read the source');
    },
  };
  const options = {
    ...{
      owner: 'one',
      adopt: false,
      dryRun: false,
      concurrency: 1,
      prune: true,
      maxPrune: { share: 1 },
      allowEmpty: false,
    },
    source,
    scope: { namespace: 'ns', byDefault: 'ns' },
    limits: MODELS_ONLY,
    connection: undefined as never,
    reportUrl: undefined,
  };
  const around = {
    cluster: new ClusterOfDeployments().seen,
    tell: (report: ToldSync) => told.push(report),
    clock: new FakeClock(),
    signal: new AbortController().signal,
    stdin: Readable.from([]),
    random: () => 0,
  };
  await assert.rejects(syncOnce(options, around), { message: 'cannot read the source' });
  assert.deepEqual(
    told.map((report) => 'message' in report && report.message),
    ['connect ECONNREFUSED: trying again in 1 s', 'it answered 503: trying again in 4 s'],
  );
});
