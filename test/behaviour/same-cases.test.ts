import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, file), 'utf8');
const calledIn = (file: string) => [...read(file).matchAll(/^ {2}(\w+Cases)\(/gm)].map(([, name = '']) => name).sort();

/** On one server alone: containers that begin late, of which kwok has a log at once, and signals to a process of its own. */
const ELSEWHERE = ['lateLogCases', 'processCases'];

describe('The cases of the behaviour', () => {
  const inSandbox = calledIn('sandbox.test.ts').filter((name) => !ELSEWHERE.includes(name));

  it('are the same in the sandbox and on the real control plane', () => {
    const onRealOne = calledIn('../real-cluster/behaviour.cluster-test.ts').filter((name) => !ELSEWHERE.includes(name));
    assert.ok(inSandbox.length > 30);
    assert.deepEqual(onRealOne, inSandbox);
  });

  it('are all of those that there are', () => {
    const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('-cases.ts'));
    const exported = files.flatMap((file) =>
      [...read(file).matchAll(/^export function (\w+Cases)\(/gm)].map(([, name = '']) => name),
    );
    assert.deepEqual(exported.filter((name) => !ELSEWHERE.includes(name)).sort(), inSandbox);
  });
});
