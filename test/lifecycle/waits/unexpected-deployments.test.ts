import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unexpectedDeployments } from '../../../src/lifecycle/waits/unexpected-deployments.ts';
import { asked, type Moment, observed } from '../observed.ts';

const ours = '{metadata: {name: m-p-0-c, uid: u-d}}';
const stray = '{metadata: {name: stray, uid: u-x}}';
const status = (text: string) => `{metadata: {name: m, uid: u-m}, status: ${text}}`;

const cases: { it: string; seen: Moment; says: string | undefined }[] = [
  { it: 'is none where all is as the spec says', seen: {}, says: undefined },
  { it: 'is none where a Deployment is only missing', seen: { deployments: '[]' }, says: undefined },
  {
    it: 'is none on its way out',
    seen: { deployments: `[${ours}, {metadata: {name: stray, deletionTimestamp: "2026-01-01T00:00:00Z"}}]` },
    says: undefined,
  },
  {
    it: 'is none while new Deployments replace it: the operator knows of it, and removes it when they are ready',
    seen: {
      deployments: `[${ours}, ${stray}]`,
      deployment: status('{state: Creating, deploymentStatus: {stray: {}}}'),
    },
    says: undefined,
  },
  {
    it: 'is one that the operator leaves although all is available',
    seen: {
      deployments: `[${ours}, ${stray}]`,
      deployment: status('{state: Available, deploymentStatus: {stray: {}}}'),
    },
    says: 'seldondeployment "m" owns a deployment that its spec does not include: "stray"; expected: "m-p-0-c"',
  },
  {
    it: 'is one that the operator does not know of',
    seen: { deployments: `[${ours}, ${stray}]`, deployment: status('{state: Creating}') },
    says: 'seldondeployment "m" owns a deployment that its spec does not include: "stray"; expected: "m-p-0-c"',
  },
  {
    it: 'is one that stands there in the place of another, as where an operator has other names',
    seen: {
      deployments: '[{metadata: {name: m-p-c}}, {metadata: {name: m-p-d}}]',
      deployment: status('{state: Creating, deploymentStatus: {m-p-c: {}, m-p-d: {}}}'),
    },
    says: 'seldondeployment "m" owns deployments that its spec does not include: "m-p-c", "m-p-d"; expected: "m-p-0-c" (missing)',
  },
];

describe('A Deployment that is a surprise', () => {
  for (const { it: sentence, seen, says } of cases) {
    it(sentence, () => assert.equal(unexpectedDeployments(observed(seen), asked()), says));
  }
});
