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

const skipped = isSeldonsOwn ? standInCases : [];
const ends = await runTests(files, { concurrency: 2, skip: skipped.map(({ name }) => caseNamed(name)) });
if (ends.failed.length > 0) process.exitCode = 1;
const which = isSeldonsOwn ? "Seldon's own operator" : 'the stand-in for the operator';
const lines = [
  `Cases with ${which}: ${ends.passed + ends.failed.length}, of which ${ends.failed.length} end otherwise`,
  ...(isSeldonsOwn ? [`Cases with the stand-in alone: ${standInCases.length}`] : []),
  ...skipped.map(({ name, why }) => `  ${name}: ${why}`),
];
process.stdout.write(`\n${inWords(ends)}${lines.join('\n')}\n`);
