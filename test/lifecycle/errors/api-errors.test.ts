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
/** With an Update; of an Apply the server tells neither version nor time. */
const conflict = (manager: string, field: string, subresource?: string): Cause => ({
  ...applied(manager, field),
  message: `conflict with "${manager}"${subresource ? ` with subresource "${subresource}"` : ''} using machinelearning.seldon.io/v1 at 2026-01-01T00:00:00Z`,
});
const applied = (manager: string, field: string): Cause => ({
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}"`,
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
    says: `Seldon's webhook refused the deployment: ${duplicate}`,
    exitCode: 2,
  },
  {
    it: 'each of several reasons, read from the text',
    status: 403,
    message: `${SELDONS}[${duplicate}, ${traffic}]`,
    says: `Seldon's webhook refused the deployment: ${duplicate}; ${traffic}`,
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
    says: `Seldon's webhook refused the deployment: ${duplicate}; spec: no traffic`,
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
    hint: /^Check the operator: kubectl get pods -A -l control-plane=seldon-controller-manager$/,
    exitCode: 3,
  },
  {
    it: 'another webhook that does not answer',
    status: 500,
    message: 'Internal error occurred: failed calling webhook "policy.example.com": context deadline exceeded',
    says: 'the webhook "policy.example.com" does not answer, so its service seems to be down: context deadline exceeded',
    hint: /webhookconfigurations/,
    exitCode: 3,
  },
  {
    it: 'a field that another applies, and the ways out',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [applied('kubectl', '.spec.predictors')],
    says: 'spec.predictors is managed by "kubectl"',
    hint: /^Take it over with --force-conflicts, give it the cluster's value in the file, or apply as --field-manager=kubectl$/,
    exitCode: 1,
  },
  {
    it: 'a name that a shell would take apart',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [applied('some body', '.spec.predictors')],
    says: 'spec.predictors is managed by "some body"',
    hint: /--field-manager="some body"$/,
    exitCode: 1,
  },
  {
    it: 'a field that another has only updated: its name would be in the same conflict',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [conflict('kubectl', '.spec.predictors')],
    says: 'spec.predictors is managed by "kubectl"',
    hint: /^Take it over with --force-conflicts, or give it the cluster's value in the file$/,
    exitCode: 1,
  },
  {
    it: 'several fields that others manage, of whom one can do without',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [conflict('argo', '.metadata.labels.a'), conflict('kubectl', '.spec.replicas')],
    says: 'metadata.labels.a is managed by "argo", spec.replicas is managed by "kubectl"',
    hint: /, or leave it out of the file$/,
    exitCode: 1,
  },
  {
    it: 'what was changed by hand, with the verb',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [conflict('kubectl-edit', '.spec.predictors'), conflict('kubectl', '.spec.replicas', 'scale')],
    says: 'spec.predictors is managed by kubectl edit (field manager "kubectl-edit"), spec.replicas is managed by kubectl scale (field manager "kubectl")',
    hint: /^Take it over with --force-conflicts/,
    exitCode: 1,
  },
  {
    it: 'a tool that would write it back, and where to change it',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [applied('argocd-controller', '.spec.predictors'), applied('argocd-controller', '.spec.protocol')],
    says: 'spec.predictors is managed by Argo CD (field manager "argocd-controller"), spec.protocol is managed by Argo CD (field manager "argocd-controller")',
    hint: /^Change it in the Git repository that Argo CD syncs: --force-conflicts takes it over only until Argo CD writes it back$/,
    exitCode: 1,
  },
  {
    it: 'an autoscaler, whose number is none of the file’s',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [conflict('kube-controller-manager', '.spec.replicas', 'scale')],
    says: 'spec.replicas is managed by an autoscaler (field manager "kube-controller-manager")',
    hint: /^Leave it out of the file: --force-conflicts takes it over only until the autoscaler sets it again$/,
    exitCode: 1,
  },
  {
    it: 'a tool and somebody’s hand, a way out for each',
    status: 409,
    message: 'Apply failed with conflicts: …',
    causes: [applied('helm', '.spec.protocol'), conflict('kubectl-edit', '.spec.predictors')],
    says: 'spec.protocol is managed by Helm (field manager "helm"), spec.predictors is managed by kubectl edit (field manager "kubectl-edit")',
    hint: /^Change it in the chart or its values: .* writes it back; take it over with --force-conflicts, or give it the cluster's value in the file$/,
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
