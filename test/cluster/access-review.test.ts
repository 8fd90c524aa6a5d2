import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Access, allows, deniedAccess, type ResourceRule } from '../../src/cluster/access-review.ts';
import type { Api, VerbOptions } from '../../src/cluster/api.ts';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import type { ResourceKind } from '../../src/cluster/resource-kinds.ts';

const patch: Access = { verb: 'patch', group: 'g.io', resource: 'things', namespace: 'team', name: 'one' };

describe('a rule', () => {
  const cases: { it: string; rule: ResourceRule; access?: Access; allowed: boolean }[] = [
    {
      it: 'allows what it names',
      rule: { verbs: ['get', 'patch'], apiGroups: ['g.io'], resources: ['things'] },
      allowed: true,
    },
    { it: 'allows all by a star', rule: { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, allowed: true },
    {
      it: 'does not allow another verb',
      rule: { verbs: ['get'], apiGroups: ['g.io'], resources: ['things'] },
      allowed: false,
    },
    {
      it: 'does not allow another group',
      rule: { verbs: ['patch'], apiGroups: [''], resources: ['things'] },
      allowed: false,
    },
    {
      it: 'does not allow a subresource with its resource',
      rule: { verbs: ['patch'], apiGroups: ['g.io'], resources: ['things'] },
      access: { ...patch, resource: 'things/scale' },
      allowed: false,
    },
    {
      it: 'allows a subresource of all resources',
      rule: { verbs: ['patch'], apiGroups: ['g.io'], resources: ['*/scale'] },
      access: { ...patch, resource: 'things/scale' },
      allowed: true,
    },
    {
      it: 'allows the object that it names',
      rule: { verbs: ['patch'], apiGroups: ['g.io'], resources: ['things'], resourceNames: ['one'] },
      allowed: true,
    },
    {
      it: 'does not allow others than those that it names',
      rule: { verbs: ['patch'], apiGroups: ['g.io'], resources: ['things'], resourceNames: ['two'] },
      allowed: false,
    },
  ];
  for (const { it: sentence, rule, access = patch, allowed } of cases) {
    it(sentence, () => assert.equal(allows(rule, access), allowed));
  }
});

describe('asking what the user may not do', () => {
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const elsewhere: Access = { verb: 'create', group: '', resource: 'namespaces', namespace: undefined };

  /** Answers reviews, and notes which there were. */
  function server(rules: object | ApiFailure, allowed: (name: string | undefined) => boolean | ApiFailure) {
    const asked: string[] = [];
    const create = async ({ kind }: ResourceKind, ...[, , , told]: [undefined, undefined, undefined, VerbOptions]) => {
      const review = `${kind.toLowerCase()}s`;
      asked.push(review);
      const { name } =
        (told.body as { spec: { resourceAttributes?: { name?: string } } }).spec.resourceAttributes ?? {};
      const answer = review === 'selfsubjectrulesreviews' ? rules : allowed(name);
      if (answer instanceof ApiFailure) throw answer;
      return { status: typeof answer === 'boolean' ? { allowed: answer } : answer };
    };
    const options = (told: VerbOptions) => told;
    return { api: { create, options } as unknown as Api, asked };
  }

  it('takes one request where the rules tell all', async () => {
    const { api, asked } = server({ resourceRules: [all], incomplete: false }, () => false);
    assert.deepEqual(await deniedAccess(api, [patch, { ...patch, verb: 'delete' }]), []);
    assert.deepEqual(asked, ['selfsubjectrulesreviews']);
  });

  it('believes rules that are complete', async () => {
    const { api, asked } = server({ resourceRules: [], incomplete: false }, () => true);
    assert.deepEqual(await deniedAccess(api, [patch]), [patch]);
    assert.deepEqual(asked, ['selfsubjectrulesreviews']);
  });

  it('asks about what incomplete rules do not allow, and each right once', async () => {
    const { api, asked } = server({ resourceRules: [], incomplete: true }, () => true);
    assert.deepEqual(await deniedAccess(api, [patch, { ...patch, name: 'two' }]), []);
    assert.deepEqual(asked, ['selfsubjectrulesreviews', 'selfsubjectaccessreviews']);
  });

  it('asks about the object where not all of them are allowed', async () => {
    const { api } = server({ resourceRules: [], incomplete: true }, (name) => name === 'one');
    const other = { ...patch, name: 'two' };
    assert.deepEqual(await deniedAccess(api, [patch, other]), [other]);
  });

  it('asks one by one about what is in no namespace', async () => {
    const { api, asked } = server({ resourceRules: [all], incomplete: false }, () => false);
    assert.deepEqual(await deniedAccess(api, [elsewhere]), [elsewhere]);
    assert.deepEqual(asked, ['selfsubjectaccessreviews']);
  });

  it('knows nothing where it may not ask', async () => {
    const refused = new ApiFailure(403, 'forbidden');
    const { api } = server(refused, () => refused);
    assert.deepEqual(await deniedAccess(api, [patch, elsewhere]), []);
  });
});
