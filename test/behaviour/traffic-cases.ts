import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { component, model } from './models.ts';
import { linesOf, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';
import { Witness } from './witness.ts';

const IRIS = 'seldondeployment.machinelearning.seldon.io/iris';

const predictor = (name: string, traffic: number | undefined, more: object = {}) => ({
  name,
  replicas: 1,
  ...(traffic !== undefined && { traffic }),
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component()],
  ...more,
});
const shadow = predictor('probe', 30, { shadow: true });
const twoAndShadow = [predictor('main', 75), predictor('canary', 25), shadow];

export function trafficCases(server: () => ServerUnderTest): void {
  const run = async (args: readonly string[], stdin = '') => await server().run(args, { stdin });
  const weights = async (namespace: string) => {
    const [live] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    return live?.spec?.predictors?.map(({ name, traffic }) => `${name}=${traffic}`).join(' ');
  };
  const generation = async (namespace: string) =>
    (await list<SeldonDeployment>(server(), seldonPath(namespace)))[0]?.metadata.generation;
  const applied = async (predictors: readonly object[]) => {
    const namespace = await newNamespace(server());
    const file = stringify(model({ spec: { predictors } }));
    const apply = async () => {
      const finished = await run(['apply', '-f', '-', '--wait', '-n', namespace], file);
      assert.equal(finished.exitCode, 0, finished.stderr);
    };
    await apply();
    return { namespace, apply };
  };

  it('changes weights together in one write, leaves a shadow alone, and shows them', async () => {
    const { namespace, apply } = await applied(twoAndShadow);
    const before = (await generation(namespace)) ?? 0;
    const finished = await run(['traffic', 'sdep/iris', 'main=90', 'canary=10', '--wait', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, new RegExp(`^${IRIS} traffic updated\n${IRIS} available after .*\n$`));
    assert.match(afterDestination(finished), /^iris: main: 75 -> 90, canary: 25 -> 10\n/);
    assert.equal(await weights(namespace), 'main=90 canary=10 probe=30');
    assert.equal(await generation(namespace), before + 1);
    const status = await run(['status', 'iris', '-n', namespace]);
    assert.match(status.stdout, /^traffic: main=90 canary=10 probe=shadow$/m);
    const wide = await run(['list', '-o', 'wide', '-n', namespace]);
    assert.match(wide.stdout, / main=90,canary=10,probe=shadow +example\/iris:1\.0 +<none>/);
    const { traffic } = JSON.parse((await run(['status', 'iris', '-o', 'json', '-n', namespace])).stdout);
    assert.deepEqual(traffic, [
      { predictor: 'main', weight: 90, shadow: false },
      { predictor: 'canary', weight: 10, shadow: false },
      { predictor: 'probe', weight: 30, shadow: true },
    ]);
    // As after a scale: the file is what counts, and nobody is in conflict.
    await apply();
    assert.equal(await weights(namespace), 'main=75 canary=25 probe=30');
  });

  for (const [what, words, says] of [
    [
      'weights that do not come to 100, with those that there are',
      ['main=90', 'canary=20'],
      /: main=90 canary=20 add up to 110, not to 100\nThe weights are now: main=75 canary=25 probe=shadow\n$/,
    ],
    ['a weight that the others do not leave', ['canary=30'], /: main=75 canary=30 add up to 105, not to 100\n/],
    [
      'a predictor that is not there, with the nearest name',
      ['main=90', 'canry=10'],
      /there is no predictor "canry"\nDid you mean "canary"\? It has: main, canary\n$/,
    ],
    [
      'a weight for a shadow',
      ['main=90', 'probe=10'],
      /predictor "probe" is a shadow, which gets a copy of the traffic/,
    ],
    ['a weight that is none', ['main=lots'], /^error: invalid argument "main=lots": expected PREDICTOR=WEIGHT/],
    ['two weights for one', ['main=90', 'main=10'], /^error: predictor "main" has two weights/],
    ['nothing', [], /^error: no weights given\n/],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const namespace = await newNamespace(server());
      await new SomebodyElse(server(), namespace).createsSeldonDeployment(
        model({ spec: { predictors: twoAndShadow } }),
      );
      const refused = await run(['traffic', 'iris', ...words, '-n', namespace]);
      assert.equal(refused.exitCode, 2);
      assert.match(refused.stderr.replace(/^Context.*\n/, ''), says);
      assert.equal(await weights(namespace), 'main=75 canary=25 probe=30');
    });
  }

  it('promotes a predictor that is available, and removes the others after that', async () => {
    const { namespace } = await applied(twoAndShadow);
    const witness = await Witness.of(server(), namespace);
    try {
      const finished = await run(['promote', 'iris', 'canary', '-o', 'json', '-n', namespace]);
      assert.equal(finished.exitCode, 0, finished.stdout);
      assert.deepEqual(
        summaryOf(finished).deployments[0].steps.map(({ step }: { step: string }) => step),
        ['wait-predictor', 'promote', 'wait-promoted', 'remove-predictors', 'wait-available'],
      );
      const promoted = linesOf(finished).find(({ step, state }) => step === 'promote' && state === 'succeeded');
      assert.equal(promoted?.message, 'promoted (main: 75 -> 0, canary: 25 -> 100)');
      assert.equal(await weights(namespace), 'canary=100 probe=30');
      const seen = witness.moments.flatMap(({ seldon }) => {
        const spec = seldon.get('iris')?.spec;
        return [spec?.predictors?.map(({ name, traffic }) => `${name}=${traffic}`).join(' ') ?? ''];
      });
      assert.deepEqual(
        [...new Set(seen.filter(Boolean))],
        ['main=75 canary=25 probe=30', 'main=0 canary=100 probe=30', 'canary=100 probe=30'],
      );
    } finally {
      await witness.end();
    }
  });

  it('promotes and keeps the old predictor, with no traffic, and says so in a dry run', async () => {
    const { namespace } = await applied([predictor('main', 75), predictor('canary', 25)]);
    const dry = await run(['promote', 'iris', 'canary', '--dry-run=server', '-n', namespace]);
    assert.equal(dry.stdout, `${IRIS} promoted (server dry run)\n`);
    assert.match(afterDestination(dry), /^iris: main: 75 -> 0, canary: 25 -> 100; predictor main removed\n$/);
    assert.equal(await weights(namespace), 'main=75 canary=25');
    const finished = await run(['promote', 'iris', 'canary', '--keep-old', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(await weights(namespace), 'main=0 canary=100');
    const back = await run(['promote', 'iris', 'main', '-n', namespace]);
    assert.equal(back.exitCode, 0, back.stderr);
    assert.equal(await weights(namespace), 'main=100');
  });

  it('moves no traffic to what is not available, and none to what has no replicas or is not there', async () => {
    const namespace = await newNamespace(server());
    const broken = predictor('canary', 25, { componentSpecs: [component('missing')] });
    const off = predictor('off', 0, { replicas: 0 });
    const predictors = [predictor('main', 75), broken, off, shadow];
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ spec: { predictors } }));
    const failed = await run(['promote', 'iris', 'canary', '--timeout=20s', '--fail-grace=1s', '-n', namespace]);
    assert.equal(failed.exitCode, 5, failed.stderr);
    for (const [name, says] of [
      ['off', /cannot promote predictor "off" .*: deployment "iris-off-0-classifier" has 0 replicas/],
      ['canry', /there is no predictor "canry"\nDid you mean "canary"\?/],
      ['probe', /predictor "probe" is a shadow/],
    ] as const) {
      const refused = await run(['promote', 'iris', name, '-n', namespace]);
      assert.equal(refused.exitCode, 2);
      assert.match(refused.stderr, says);
    }
    assert.equal(await weights(namespace), 'main=75 canary=25 off=0 probe=30');
  });
}
