import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../../src/cluster/api-failure.ts';
import type { ApplyOptions } from '../../../src/cluster/objects.ts';
import type { FieldSet, KubernetesObject } from '../../../src/kubernetes/objects.ts';
import { type Applicable, applyTakingOver } from '../../../src/lifecycle/apply/take-over.ts';
import { fieldConflicts } from '../../../src/lifecycle/errors/field-conflicts.ts';

const CSA = 'kubectl-client-side-apply';
const US = 'kubectl-seldon-lifecycle';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const annotation: FieldSet = { 'f:metadata': { 'f:annotations': { [`f:${LAST_APPLIED}`]: {} } } };
const x: FieldSet = { 'f:spec': { 'f:x': {} } };

interface Entry {
  manager: string;
  operation: string;
  fieldsV1: FieldSet;
  subresource?: string;
}

const update = (manager: string, fieldsV1 = x, more: { subresource?: string } = {}): Entry => ({
  manager,
  operation: 'Update',
  fieldsV1,
  ...more,
});
const applied = (manager: string, fieldsV1 = x): Entry => ({ manager, operation: 'Apply', fieldsV1 });

function object(resourceVersion: string, ...managedFields: Entry[]): KubernetesObject {
  const annotations = { [LAST_APPLIED]: '{}' };
  // The server leaves out what is empty.
  const managed = managedFields.length > 0 ? { managedFields } : {};
  const metadata = { name: 'm', uid: 'u', resourceVersion, annotations, ...managed };
  return { metadata, spec: { x: 1, y: 1 } } as KubernetesObject;
}

/** As the server tells it. */
function conflict(...with_: { manager: string; operation: string; subresource?: string }[]): ApiFailure {
  const causes = with_.map(({ manager, operation, subresource }) => ({
    reason: 'FieldManagerConflict',
    field: '.spec.x',
    message: `conflict with "${manager}"${subresource ? ` with subresource "${subresource}"` : ''}${operation === 'Update' ? ' using v1 at 2026-01-01T00:00:00Z' : ''}`,
  }));
  const status = { kind: 'Status', reason: 'Conflict', message: `Apply failed`, details: { causes } };
  return new ApiFailure(409, JSON.stringify(status));
}

const modified = new ApiFailure(409, '{"kind":"Status","reason":"Conflict","message":"the object has been modified"}');
const forbidden = new ApiFailure(403, '{"kind":"Status","reason":"Forbidden","message":"forbidden"}');
const cannotApply = new ApiFailure(422, '{"kind":"Status","reason":"Invalid","message":"error in our request"}');

type Answer = KubernetesObject | ApiFailure;

/** A server that answers from a list, and what it was asked: verb, with force, at which version. */
function server(applies: Answer[], { reads = [], patches = [] }: { reads?: Answer[]; patches?: Answer[] } = {}) {
  const asked: string[] = [];
  const sent: object[][] = [];
  const next = (answers: Answer[]) => {
    const answer = answers.shift();
    assert.ok(answer, `one request too many: ${asked.join(', ')}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const applicable: Applicable<KubernetesObject> = {
    read: async () => {
      asked.push('read');
      return next(reads);
    },
    apply: async ({ force, dryRun }, version) => {
      asked.push(
        ['apply', ...(force ? ['forced'] : []), ...(dryRun ? ['dry'] : []), ...(version ? [version] : [])].join(' '),
      );
      return { object: next(applies), created: false };
    },
    patch: async (live, patch, { dryRun }) => {
      asked.push(['patch', ...(dryRun ? ['dry'] : []), live.metadata.resourceVersion].join(' '));
      sent.push([...patch]);
      return next(patches);
    },
    takesCreated: true,
    alsoSets: {},
  };
  return { applicable, asked, sent };
}

const ours = object('9', applied(US));
const cases: {
  it: string;
  seen?: KubernetesObject;
  /** It is no SeldonDeployment. */
  other?: true;
  applies: Answer[];
  reads?: Answer[];
  patches?: Answer[];
  options?: ApplyOptions;
  asked: string[];
  /** Who is left in the conflict that it ends with; 'modified': that. */
  fails?: string[] | 'modified';
}[] = [
  { it: 'asks once where nobody else has anything', applies: [ours], asked: ['apply'] },
  {
    it: 'takes the place of a client-side apply, in one request more',
    applies: [object('2', applied(US), update(CSA, annotation))],
    patches: [ours],
    asked: ['apply', 'patch 2'],
  },
  {
    it: 'leaves to a tool what it would write back, although it applies on its own side',
    applies: [object('2', applied(US), update('argocd-controller', annotation))],
    asked: ['apply'],
  },
  {
    it: 'takes it from such a tool with force, as kubectl does',
    options: { force: true },
    applies: [object('2', applied(US), update('argocd-controller', annotation))],
    patches: [ours],
    asked: ['apply forced', 'patch 2'],
  },
  {
    it: 'leaves what was written through a subresource',
    applies: [object('2', applied(US), update(CSA, x, { subresource: 'scale' }))],
    asked: ['apply'],
  },
  {
    it: 'is in no conflict with a client-side apply: forces what was looked at before, as it was then',
    seen: object('1', update(CSA)),
    applies: [conflict(update(CSA)), ours],
    asked: ['apply', 'apply forced 1'],
  },
  {
    it: 'is in no conflict with itself: a patch, a number through the scale subresource',
    seen: object('1', update(US), update(US, x, { subresource: 'scale' })),
    applies: [conflict(update(US), update(US, x, { subresource: 'scale' })), ours],
    asked: ['apply', 'apply forced 1'],
  },
  {
    it: 'is in conflict with an applier of the name of a client-side apply',
    seen: object('1', applied(CSA)),
    applies: [conflict(applied(CSA))],
    asked: ['apply'],
    fails: [CSA],
  },
  {
    it: 'tells of several conflicts only those that are left',
    seen: object('1', update(CSA), update('helm')),
    applies: [conflict(update(CSA), update('helm'))],
    asked: ['apply'],
    fails: ['helm'],
  },
  {
    it: 'takes nothing that somebody else has taken since it looked: looks again, and is refused',
    seen: object('1', update(CSA)),
    applies: [conflict(update(CSA)), modified, conflict(update('helm'))],
    reads: [object('2', update('helm'))],
    asked: ['apply', 'apply forced 1', 'read', 'apply'],
    fails: ['helm'],
  },
  {
    it: 'looks at what it has not looked at, before it forces',
    applies: [conflict(update(CSA)), conflict(update(CSA)), ours],
    reads: [object('2', update(CSA))],
    asked: ['apply', 'read', 'apply', 'apply forced 2'],
  },
  {
    it: 'tells the conflict where it may not look',
    applies: [conflict(update(CSA))],
    reads: [forbidden],
    asked: ['apply', 'read'],
    fails: [CSA],
  },
  {
    it: 'gives up where somebody writes all the time',
    seen: object('1', update(CSA)),
    applies: Array.from({ length: 5 }, () => [conflict(update(CSA)), modified]).flat(),
    reads: Array.from({ length: 4 }, (_, index) => object(`${index + 2}`, update(CSA))),
    asked: [
      ...['apply', 'apply forced 1', 'read', 'apply', 'apply forced 2', 'read', 'apply', 'apply forced 3'],
      ...['read', 'apply', 'apply forced 4', 'read', 'apply', 'apply forced 5'],
    ],
    fails: 'modified',
  },
  {
    it: 'removes what is left over of the object as it is by then',
    applies: [object('2', applied(US), update(CSA))],
    patches: [modified, cannotApply, ours],
    reads: [object('3', applied(US), update(CSA)), object('4', applied(US), update(CSA))],
    asked: ['apply', 'patch 2', 'read', 'patch 3', 'read', 'patch 4'],
  },
  {
    it: 'is content where somebody else has done so meanwhile',
    applies: [object('2', applied(US), update(CSA))],
    patches: [modified],
    reads: [ours],
    asked: ['apply', 'patch 2', 'read'],
  },
  {
    it: 'leaves what the server does not let go',
    applies: [object('2', applied(US), update(CSA))],
    patches: [cannotApply],
    reads: [object('2', applied(US), update(CSA))],
    asked: ['apply', 'patch 2', 'read'],
  },
  {
    it: 'takes the place of kubectl create where that is its own kind',
    applies: [object('2', applied(US), update('kubectl-create'))],
    patches: [ours],
    asked: ['apply', 'patch 2'],
  },
  {
    it: 'leaves to kubectl create what is of another kind, as kubectl does',
    other: true,
    seen: object('1', update('kubectl-create')),
    applies: [conflict(update('kubectl-create'))],
    asked: ['apply'],
    fails: ['kubectl-create'],
  },
  {
    it: 'changes nothing in a dry run, and asks what is filled in again for what goes',
    options: { dryRun: true },
    seen: object('1', update(CSA, { ...x, ...annotation })),
    applies: [object('1', applied(US), update(CSA, { ...x, ...annotation }))],
    patches: [ours],
    asked: ['apply dry', 'patch dry 1'],
  },
  {
    it: 'asks nothing more in a dry run where nothing goes',
    options: { dryRun: true },
    applies: [object('1', applied(US), update(CSA))],
    asked: ['apply dry'],
  },
  {
    it: 'takes the place of whoever has made an object of which the server knows no managers',
    seen: object('1'),
    applies: [conflict(update('before-first-apply')), conflict(update('before-first-apply')), ours],
    reads: [object('1')],
    asked: ['apply', 'read', 'apply', 'apply forced 1'],
  },
];

describe('An apply that takes over', () => {
  for (const { it: sentence, seen, other, applies, reads, patches, options = {}, asked, fails } of cases) {
    it(sentence, async () => {
      const { applicable, asked: really } = server([...applies], {
        reads: [...(reads ?? [])],
        patches: [...(patches ?? [])],
      });
      const ended = await applyTakingOver({ ...applicable, takesCreated: !other }, options, seen).then(
        () => undefined,
        (error: unknown) => {
          if (!(error instanceof ApiFailure)) throw error;
          const left = fieldConflicts(error).map(({ manager }) => manager);
          return left.length > 0 ? left : error === modified ? 'modified' : error;
        },
      );
      assert.deepEqual(really, asked);
      assert.deepEqual(ended, fails);
    });
  }

  it('removes what nobody else owns, gives up the entries, and only of the version that it has seen', async () => {
    const { applicable, sent } = server(
      [object('2', applied(US), update(CSA, { 'f:spec': { 'f:x': {}, 'f:y': {} } }))],
      { patches: [ours] },
    );
    await applyTakingOver(applicable, {}, undefined);
    assert.deepEqual(sent, [
      [
        { op: 'remove', path: '/spec/y' },
        { op: 'add', path: '/metadata/managedFields', value: [applied(US)] },
        { op: 'replace', path: '/metadata/resourceVersion', value: '2' },
      ],
    ]);
  });

  it('keeps the annotation of a client-side apply where kubectl itself is to go on, as kubectl does', async () => {
    const { applicable, sent } = server([object('2', applied('kubectl'), update(CSA, annotation))], {
      patches: [ours],
    });
    await applyTakingOver(applicable, { fieldManager: 'kubectl' }, undefined);
    const managedFields = [applied('kubectl'), applied('kubectl-last-applied', annotation)];
    assert.deepEqual(sent[0]?.[0], { op: 'add', path: '/metadata/managedFields', value: managedFields });
  });
});
