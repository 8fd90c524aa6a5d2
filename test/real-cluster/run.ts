import { createWriteStream, globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { isSeldonsOwn } from './operator-under-test.ts';
import { standInCases } from './stand-in-cases.ts';

/**
 * npm run test:cluster: all that is tried on a real control plane with the stand-in for Seldon's operator. With SELDON_OPERATOR and
 * SELDON_CRD the behaviour alone, with Seldon's own. Says at the end how many cases ran with which of the two.
 */
const behaviour = ['behaviour', 'file-verdicts', 'same-objects'].map(
  (name) => `test/real-cluster/${name}.cluster-test.ts`,
);
const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : isSeldonsOwn ? behaviour : globSync('test/**/*.cluster-test.ts').sort();

const skipped = isSeldonsOwn ? standInCases : [];
const exactly = ({ name }: { name: string }) => new RegExp(`(^| )${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
const ends = { passed: 0, failed: [] as string[], skipped: 0 };
const events = run({ files, concurrency: 1, testSkipPatterns: skipped.map(exactly) })
  .on('test:pass', ({ details, skip }) => {
    if (details.type === 'suite') return;
    if (skip) ends.skipped += 1;
    else ends.passed += 1;
  })
  .on('test:fail', ({ name, details }) => {
    process.exitCode = 1;
    if (details.type !== 'suite') ends.failed.push(name);
  });
events.compose(spec).pipe(createWriteStream('', { fd: 1, autoClose: false }));
events.once('end', () => {
  setImmediate(() => {
    const which = isSeldonsOwn ? "Seldon's own operator" : 'the stand-in for the operator';
    const lines = [
      `Cases with ${which}: ${ends.passed + ends.failed.length}, of which ${ends.failed.length} end otherwise`,
      ...ends.failed.map((name) => `  ${name}`),
      ...(isSeldonsOwn ? [`Cases with the stand-in alone: ${standInCases.length}`] : []),
      ...skipped.map(({ name, why }) => `  ${name}: ${why}`),
    ];
    process.stdout.write(`\n${lines.join('\n')}\n`);
  });
});
