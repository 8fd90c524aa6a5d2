import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Advice } from '../../../src/advice/advice.ts';
import { ApiFailure, type Cause } from '../../../src/cluster/api-failure.ts';
import { explain } from '../../../src/lifecycle/errors/api-errors.ts';
import { written } from '../../written.ts';

const SELDONS =
  'admission webhook "v1.vseldondeployment.kb.io" denied the request: SeldonDeployment.machinelearing.seldon.io "" is invalid: ';
const duplicate = 'spec.predictors[1]: Invalid value: "p": Duplicate predictor name';
const traffic = 'spec: Invalid value: "[a, b]": Traffic must sum to 100 for multiple predictors';
const conflict = (manager: string, field: string): Cause => ({
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}" using machinelearning.seldon.io/v1 at 2026-01-01T00:00:00Z`,
  field,
});

const cases: {
  it: string;
  status: number;
  message: string;
  causes?: Cause[];
  says: string;
  hint?: RegExp;
  exitCode: number;
}[] = [
  {
    it: 'what Seldon’s webhook refuses, with our object and the reason',
    status: 422,
    message: `${SELDONS}${duplicate}`,
    says: `Seldon's webhook refused it: ${duplicate}`,
    exitCode: 2,
  },
  {
    it: 'each of several reasons, read from the text',
    status: 403,
    message: `${SELDONS}[${duplicate}, ${traffic}]`,
    says: `Seldon's webhook refused it: ${duplicate}; ${traffic}`,
    exitCode: 2,
  },
  {
    it: 'each of several reasons, as the server lists them',
    status: 422,
    message: `${SELDONS}[${duplicate}, ${traffic}]`,
    causes: [
      { field: 'spec.predictors[1]', message: 'Invalid value: "p": Duplicate predictor name' },
      { field: 'spec', message: 'no traffic' },
    ],
    says: `Seldon's webhook refused it: ${duplicate}; spec: no traffic`,
    exitCode: 2,
  },
  {
    it: 'what another webhook refuses, in its own words, and not as a missing right',
    status: 403,
    message: 'admission webhook "policy.example.com" denied the request: image must be signed',
    says: 'admission webhook "policy.example.com" denied the request: image must be signed',
    exitCode: 2,
  },
  {
    it: 'a webhook of Seldon that does not answer: its operator seems to be down',
    status: 500,
    message:
      'Internal error occurred: failed calling webhook "v1.vseldondeployment.kb.io": failed to call webhook: no endpoints available',
    says: 'the Seldon operator, which serves the webhook "v1.vseldondeployment.kb.io", seems to be down: failed to call webhook: no endpoints available',
    hint: /^Look at it: kubectl get pods -A -l control-plane=seldon-controller-manager$/,
    exitCode: 3,
  },
  {
    it: 'another webhook that does not answer',
    status: 500,
    message: 'Internal error occurred: failed calling webhook "policy.example.com": context deadline exceeded',
    says: 'the webhook "policy.example.com" gives no answer, so whatever serves it seems to be down: context deadline exceeded',
    hint: /webhookconfigurations/,
    exitCode: 3,
  },
  {
    it: 'a field that another manages, and the ways out',
    status: 409,
    message:
      'Apply failed with 1 conflict: conflict with "kubectl" using machinelearning.seldon.io/v1: .spec.predictors',
    causes: [conflict('kubectl', '.spec.predictors')],
    says: 'spec.predictors is managed by "kubectl"',
    hint: /--force-conflicts.*--field-manager=kubectl$/,
    exitCode: 1,
  },
  {
    it: 'several fields that others manage',
    status: 409,
    message: 'Apply failed with 2 conflicts: …',
    causes: [conflict('argo', '.spec.predictors'), conflict('kubectl', '.spec.replicas')],
    says: 'spec.predictors is managed by "argo", spec.replicas is managed by "kubectl"',
    hint: /--force-conflicts/,
    exitCode: 1,
  },
  {
    it: 'any other conflict as the server says it',
    status: 409,
    message: 'Operation cannot be fulfilled: uid mismatch',
    says: 'Operation cannot be fulfilled: uid mismatch',
    exitCode: 1,
  },
  {
    it: 'a missing right',
    status: 403,
    message: 'seldondeployments is forbidden',
    says: 'seldondeployments is forbidden',
    hint: /^Ask for this right/,
    exitCode: 3,
  },
];

describe('a failed apply is told as', () => {
  for (const { it: sentence, status, message, causes = [], says, hint, exitCode } of cases) {
    it(sentence, () => {
      const failure = new ApiFailure(status, JSON.stringify({ kind: 'Status', message, details: { causes } }));
      assert.throws(
        () => explain(failure, 'apply seldondeployment "iris"'),
        (told: { message: string; hint: Advice | undefined; exitCode: number; cause: unknown }) => {
          assert.equal(told.message, `cannot apply seldondeployment "iris": ${says}`);
          assert.equal(told.exitCode, exitCode);
          assert.equal(told.cause, failure);
          if (hint) assert.match(written(told.hint ?? ''), hint);
          else assert.equal(told.hint, undefined);
          return true;
        },
      );
    });
  }
});
