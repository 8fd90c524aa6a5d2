import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exitCodes, Failure } from '../../src/failures.ts';
import type { OpenSource } from '../../src/sync/source/open-source.ts';
import { syncOnce } from '../../src/sync/sync.ts';
import type { ToldSync } from '../../src/sync/sync-report.ts';
import { FakeClock } from '../fake-clock.ts';
import { ClusterOfDeployments } from './poison/cluster-of-deployments.ts';
import { environment, optionsOfOnce } from './poison/poisoned-sync.ts';

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
  const tell = (report: ToldSync) => told.push(report);
  const around = { ...environment(new ClusterOfDeployments(), new FakeClock()), tell };
  await assert.rejects(syncOnce(optionsOfOnce(source, false), around), { message: 'cannot read the source' });
  assert.deepEqual(
    told.map((report) => 'message' in report && report.message),
    ['connect ECONNREFUSED: trying again in 1 s', 'it answered 503: trying again in 4 s'],
  );
});
