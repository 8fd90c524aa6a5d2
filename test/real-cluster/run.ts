import { globSync } from 'node:fs';
import { caseNamed, inWords, runTests } from '../../scripts/run-tests.ts';
import { isSeldonsOwn } from './operator-under-test.ts';
import { standInCases } from './stand-in-cases.ts';

/**
 * npm run test:cluster: all that is tried on a real control plane with the stand-in for Seldon's operator, two files at a time, the
 * longest first. With SELDON_OPERATOR and SELDON_CRD the behaviour alone, with Seldon's own. Says at the end how many cases ran with
 * which of the two.
 */
const behaviour = ['behaviour', 'file-verdicts', 'same-objects'].map(
  (name) => `test/real-cluster/${name}.cluster-test.ts`,
);
const asked = process.argv.slice(2);
const all = [...new Set([...behaviour, ...globSync('test/**/*.cluster-test.ts').sort()])];
const files = asked.length > 0 ? asked : isSeldonsOwn ? behaviour : all;

/** Its times are short, and it has many runs at a time itself: what runs beside it would be a fault of its own. */
const isAlone = (file: string) => file.endsWith('faults.cluster-test.ts');

const skipped = isSeldonsOwn ? standInCases : [];
const skip = skipped.map(({ name }) => caseNamed(name));
const beside = await runTests(
  files.filter((file) => !isAlone(file)),
  { concurrency: 2, skip },
);
const alone = await runTests(files.filter(isAlone), { skip });
const ends = {
  passed: beside.passed + alone.passed,
  failed: [...beside.failed, ...alone.failed],
  late: [...beside.late, ...alone.late],
};
if (ends.failed.length > 0) process.exitCode = 1;
const which = isSeldonsOwn ? "Seldon's own operator" : 'the stand-in for the operator';
const lines = [
  `Cases with ${which}: ${ends.passed + ends.failed.length}, of which ${ends.failed.length} end otherwise`,
  ...(isSeldonsOwn ? [`Cases with the stand-in alone: ${standInCases.length}`] : []),
  ...skipped.map(({ name, why }) => `  ${name}: ${why}`),
];
process.stdout.write(`\n${inWords(ends)}${lines.join('\n')}\n`);
