import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { isDerivative, mergeWouldChange } from '../../src/sandbox/operator/differences.ts';

const merges: { name: string; applied?: string; desired: string; current: string; changes: boolean }[] = [
  { name: 'defaults of the server do not count', desired: '{a: 1}', current: '{a: 1, b: 2}', changes: false },
  { name: 'another value counts', desired: '{a: 1}', current: '{a: 2}', changes: true },
  {
    name: 'a field wanted no more counts',
    applied: '{a: 1, b: 2}',
    desired: '{a: 1}',
    current: '{a: 1, b: 2}',
    changes: true,
  },
  {
    name: 'a zero that the server leaves out does not count',
    desired: '{a: 0, b: "", c: []}',
    current: '{}',
    changes: false,
  },
  {
    name: 'containers are matched by name',
    desired: '[{name: a, image: i}]',
    current: '[{name: x}, {name: a, image: i, pull: Always}]',
    changes: false,
  },
  {
    name: 'a container wanted no more counts',
    applied: '[{name: a}, {name: x}]',
    desired: '[{name: a}]',
    current: '[{name: a}, {name: x}]',
    changes: true,
  },
  {
    name: 'two ports may share a number',
    desired: '[{name: http, containerPort: 1}, {name: metrics, containerPort: 1}]',
    current: '[{name: http, containerPort: 1}, {name: metrics, containerPort: 1}]',
    changes: false,
  },
  {
    name: 'a port without a protocol is a TCP port',
    desired: '[{containerPort: 1}]',
    current: '[{containerPort: 1, protocol: TCP}]',
    changes: false,
  },
  {
    name: 'a list without keys is compared item by item, defaults aside',
    desired: '{args: [a], items: [{path: p}]}',
    current: '{args: [a], items: [{path: p, mode: 1}]}',
    changes: false,
  },
  {
    name: 'a list without keys that is longer counts',
    desired: '{args: [a]}',
    current: '{args: [a, b]}',
    changes: true,
  },
];

describe('whether a merge would change a Deployment', () => {
  for (const { name, applied = '', desired, current, changes } of merges) {
    it(name, () => assert.equal(mergeWouldChange(parse(applied), parse(desired), parse(current)), changes));
  }
});

const templates: { name: string; older: string; newer: string; same: boolean }[] = [
  { name: 'another image', older: '{image: a}', newer: '{image: b}', same: false },
  {
    name: 'a field that was not there before passes for the same',
    older: '{image: a}',
    newer: '{image: a, args: [x]}',
    same: true,
  },
  {
    name: 'a list that grew at its end passes for the same',
    older: '{env: [{name: a}]}',
    newer: '{env: [{name: a}, {name: b}]}',
    same: true,
  },
  {
    name: 'a list that shrank does not',
    older: '{env: [{name: a}, {name: b}]}',
    newer: '{env: [{name: a}]}',
    same: false,
  },
  { name: 'a 0 that became 1 passes for the same', older: '{port: 0}', newer: '{port: 1}', same: true },
];

describe('whether the operator notices that a pod spec has changed', () => {
  for (const { name, older, newer, same } of templates) {
    it(name, () => assert.equal(isDerivative(parse(older), parse(newer)), same));
  }
});
