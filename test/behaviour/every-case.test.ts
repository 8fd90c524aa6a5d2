import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { groups, PARTS } from './behaviour-cases.ts';

/** On one server alone: containers that begin late, of which kwok has a log at once, and signals to a process of its own. */
const ELSEWHERE = ['behaviourCases', 'lateLogCases', 'processCases'];

it('Every group of cases runs in the sandbox and on the real control plane', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('-cases.ts'));
  const exported = files.flatMap((file) => {
    const text = readFileSync(path.resolve(import.meta.dirname, file), 'utf8');
    return [...text.matchAll(/^export function (\w+Cases)\(/gm)].map(([, name = '']) => name);
  });
  assert.ok(groups.length > 30);
  assert.deepEqual(exported.filter((name) => !ELSEWHERE.includes(name)).sort(), groups.map(({ name }) => name).sort());
});

it('Each part of them has its file', () => {
  const texts = readdirSync(import.meta.dirname)
    .filter((file) => /^sandbox-\w+\.test\.ts$/.test(file))
    .map((file) => readFileSync(path.resolve(import.meta.dirname, file), 'utf8'));
  const parts = texts.map((text) => Number(/^partInSandbox\((\d)/m.exec(text)?.[1]));
  assert.deepEqual(
    parts.sort(),
    Array.from({ length: PARTS }, (_, index) => index),
  );
});
