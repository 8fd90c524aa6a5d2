import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { stringify } from 'yaml';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { everybody, fileOf, Hand, type Kubectl, type Made, ours } from './other-tools.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

/** What is done with an object that somebody else has made; answers in a word how it went. */
const columns: { readonly [Column: string]: (hand: Hand, made: Made) => Promise<string> } = {
  /** The same file: what a dry run says comes of it comes of it, and nothing differs then. */
  apply: async (hand, made) => {
    const file = fileFor(hand, made);
    if (made.differs) await refused(hand, made, file);
    const flags = made.differs ? ['--force-conflicts'] : [];
    const live = await asPredicted(hand, file, flags);
    assert.deepEqual(live.spec, file.spec);
    assert.deepEqual(ofTheFile(live), file.metadata.labels);
    await differsInNothing(hand, file);
    return made.differs ? 'forced' : 'applied';
  },

  /** The file without a label and a field that it had: they go, where nobody else owns them. */
  reduced: async (hand, made) => {
    await ours(hand, ['apply', '-f', '-', '--force-conflicts'], fileFor(hand, made));
    const live = await asPredicted(hand, fileFor(hand, made, { reduced: true }));
    assert.deepEqual(
      [live.metadata.labels?.stage, (live.spec as { protocol?: string }).protocol],
      made.stays && !isClientSideArgo(made) ? ['test', 'seldon'] : [undefined, undefined],
    );
    await differsInNothing(hand, fileFor(hand, made, { reduced: true }));
    return live.metadata.labels?.stage === undefined ? 'gone' : 'stays theirs';
  },

  /** A file with another image: whoever comes back to what it has written is named, and each way out works. */
  changed: async (hand, made) => {
    const file = fileFor(hand, made, { tag: '2.0' });
    if (!made.conflict || made.total) {
      await asPredicted(hand, file, made.conflict ? ['--force-conflicts'] : []);
      return 'applied';
    }
    const hint = await refused(hand, made, file);
    const [, manager] = /apply as --field-manager=(\S+)$/m.exec(hint) ?? [];
    if (manager)
      assert.equal(imageOf(await asPredicted(hand, file, [`--field-manager=${manager}`])), 'example/iris:2.0');
    const { spec } = await hand.live();
    await asPredicted(hand, { ...file, spec: { ...file.spec, predictors: spec?.predictors ?? [] } });
    assert.equal(imageOf(await asPredicted(hand, file, ['--force-conflicts'])), 'example/iris:2.0');
    await differsInNothing(hand, file);
    return 'refused, then forced';
  },

  /** A label of another value: it can also be left out of the file. */
  'label left out': async (hand, made) => {
    const file = fileFor(hand, made);
    const other = { ...file, metadata: { ...file.metadata, labels: { ...file.metadata.labels, stage: 'live' } } };
    const forced = made.differs ? ['--force-conflicts'] : [];
    if (!made.stays) return await asPredicted(hand, other, forced).then(() => 'applied');
    const hint = await refused(hand, made, other, 'metadata.labels.stage');
    if (hint.includes('Take it over')) assert.match(hint, /, (or )?leave it out of the file/);
    const live = await asPredicted(hand, { ...file, metadata: { name: hand.name, labels: { team: 'a' } } });
    assert.equal(live.metadata.labels?.stage, 'test');
    return 'refused, then left out';
  },

  /** Scaled, and the file applied again: never in conflict with ourselves. */
  scale: async (hand, made) => {
    await ours(hand, ['scale', hand.name, '--replicas=3']);
    assert.equal(replicasOf(await hand.live()), 3);
    const live = await asPredicted(hand, fileFor(hand, made));
    assert.equal(replicasOf(live), 1);
    await differsInNothing(hand, fileFor(hand, made));
    return 'back to the file';
  },

  /** A sync that takes it over wants neither the label nor the field. */
  adopt: async (hand, made) => {
    const source = fileFor(hand, made, { reduced: true });
    const sync = ['sync', '-', '--owner=garden', '--adopt'];
    const before = await hand.live();
    const asked = await hand.run([...sync, '--dry-run=server', '--exit-code'], stringify(source));
    assert.equal(asked.exitCode, 7, asked.stderr);
    assert.deepEqual(settable(await hand.live()), settable(before));
    assert.match((await ours(hand, sync, source)).stdout, / adopted$/m);
    const live = await hand.live();
    const stays = made.staysAdopted ?? made.stays ?? false;
    assert.equal(/^- +stage: test$/m.test(asked.stdout), before.metadata.labels?.stage !== undefined && !stays);
    assert.equal(live.metadata.labels?.stage, stays ? 'test' : undefined);
    assert.equal((live.spec as { protocol?: string }).protocol, stays ? 'seldon' : undefined);
    assert.equal(live.metadata.labels?.hand, undefined);
    assert.equal(live.metadata.annotations?.['example.com/note'], undefined);
    assert.deepEqual(live.spec?.predictors, source.spec?.predictors);
    const again = await ours(hand, [...sync.slice(0, 3), '-o', 'json'], source);
    assert.deepEqual(JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '').counts, { unchanged: 1 });
    return stays ? 'adopted, stays theirs' : 'adopted';
  },
};

/** A row for each way to make a deployment, a column for each thing that we do then; the matrix is printed at the end. */
export function otherToolsMatrix(server: () => ServerUnderTest, kubectl?: Kubectl): void {
  const matrix = new Map<string, string[]>();
  after(() => process.stdout.write(drawn(matrix)));
  for (const made of everybody) {
    it(`a deployment made by ${made.by}: ${Object.keys(columns).join(', ')}`, async () => {
      const namespace = await newNamespace(server());
      const words: string[] = [];
      matrix.set(made.by, words);
      for (const [column, act] of Object.entries(columns)) {
        words.push('FAILED');
        const hand = new Hand(server(), kubectl, namespace, `iris-${words.length}`);
        await made.make(hand, fileFor(hand, made));
        try {
          words[words.length - 1] = await act(hand, made);
        } catch (error) {
          if (error instanceof Error) error.message = `${made.by}, ${column}: ${error.message}`;
          throw error;
        }
      }
    });
  }
}

function drawn(matrix: ReadonlyMap<string, readonly string[]>): string {
  const rows = [['made by', ...Object.keys(columns)], ...[...matrix].map(([by, words]) => [by, ...words])];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return `${rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

type FileOptions = Parameters<typeof fileOf>[1];

function fileFor(hand: Hand, { total }: Made, options: FileOptions = {}): SeldonDeployment {
  return fileOf(hand.name, { ...(total !== undefined && { total }), ...options });
}

/** With force, it is a client-side apply of whatever tool that is migrated: as kubectl does it. */
function isClientSideArgo({ by }: Made): boolean {
  return /^Argo CD(?!, server-side)/.test(by);
}

/** Applies, after a dry run and a diff, which have to have said what comes of it. */
async function asPredicted(
  hand: Hand,
  file: SeldonDeployment,
  flags: readonly string[] = [],
): Promise<SeldonDeployment> {
  const before = await hand.live();
  const dry = await ours(hand, ['apply', '-f', '-', '--dry-run=server', '-o', 'json', ...flags], file);
  const diff = await hand.run(['diff', '-f', '-', ...flags], stringify(file));
  assert.deepEqual(settable(await hand.live()), settable(before));
  await ours(hand, ['apply', '-f', '-', ...flags], file);
  const live = await hand.live();
  assert.deepEqual(settable(JSON.parse(dry.stdout)), settable(live));
  const isSame = JSON.stringify(settable(before)) === JSON.stringify(settable(live));
  assert.equal(diff.exitCode, isSame ? 0 : 7, diff.stdout + diff.stderr);
  assert.ok(
    !live.metadata.managedFields?.some(({ manager = '' }) =>
      /^kubectl-(client-side-apply|create|replace)$/.test(manager),
    ),
  );
  return live;
}

async function differsInNothing(hand: Hand, file: SeldonDeployment): Promise<void> {
  const diff = await hand.run(['diff', '-f', '-'], stringify(file));
  assert.deepEqual([diff.exitCode, diff.stdout, diff.stderr], [0, '', '']);
}

/** Answers the advice. Apply and diff say the same, and change nothing. */
async function refused(hand: Hand, made: Made, file: SeldonDeployment, field?: string): Promise<string> {
  const { names, hint } = made.conflict ?? { names: '', hint: /^$/ };
  const before = await hand.live();
  const applied = await hand.run(['apply', '-f', '-'], stringify(file));
  const diffed = await hand.run(['diff', '-f', '-'], stringify(file));
  assert.deepEqual(settable(await hand.live()), settable(before));
  assert.deepEqual(managed(await hand.live()), managed(before));
  for (const { exitCode, stderr } of [applied, diffed]) {
    assert.equal(exitCode, 1, stderr);
    const about = field ?? (made.total ? 'spec.replicas' : 'spec.predictors');
    assert.ok(stderr.includes(`: ${about} is managed by ${names}\n`), stderr);
    if (!field) assert.match(stderr, hint);
  }
  return applied.stderr;
}

/** By whom, but for what the operator writes meanwhile. */
function managed({ metadata: { managedFields = [] } }: SeldonDeployment) {
  return managedFields.filter(({ subresource }) => subresource !== 'status');
}

/** What a file can set. */
function settable({ metadata, spec }: SeldonDeployment) {
  const { labels = {}, annotations = {}, finalizers = [] } = metadata;
  return { labels, annotations, finalizers, spec };
}

/** Without labels that others have added. */
function ofTheFile({ metadata: { labels = {} } }: SeldonDeployment) {
  const { team, stage } = labels as { team?: string; stage?: string };
  return { ...(team && { team }), ...(stage && { stage }) };
}

function imageOf({ spec }: SeldonDeployment): string | undefined {
  return spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image;
}

function replicasOf({ spec }: SeldonDeployment): number | undefined {
  return spec?.predictors?.[0]?.replicas ?? spec?.replicas;
}
