import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Targets, type TargetWords, targetsOf } from '../../src/commands/targets.ts';
import { BadInput } from '../../src/failures.ts';

const nothing: TargetWords = { names: [], filename: [], selector: undefined, all: false, allNamespaces: false };

const understood: [name: string, words: Partial<TargetWords>, targets: Targets][] = [
  ['names', { names: ['a', 'b.c'] }, { by: 'name', names: ['a', 'b.c'] }],
  ['sdep/name', { names: ['sdep/a', 'seldondeployment/b'] }, { by: 'name', names: ['a', 'b'] }],
  [
    'the name as kubectl prints it',
    { names: ['seldondeployment.machinelearning.seldon.io/a'] },
    { by: 'name', names: ['a'] },
  ],
  ['the resource and then names', { names: ['seldondeployments', 'a', 'b'] }, { by: 'name', names: ['a', 'b'] }],
  ['a deployment that is called sdep', { names: ['sdep'] }, { by: 'name', names: ['sdep'] }],
  ['files', { filename: ['m.yaml'] }, { by: 'file', filenames: ['m.yaml'] }],
  ['a selector', { selector: 'a=b' }, { by: 'selector', selector: 'a=b' }],
  ['all in all namespaces', { all: true, allNamespaces: true }, { by: 'selector', selector: undefined }],
];

const refused: [name: string, words: Partial<TargetWords>, message: RegExp][] = [
  ['a name and a file', { names: ['a'], filename: ['m.yaml'] }, /^when paths, URLs, or stdin is provided/],
  ['a name and a selector', { names: ['a'], selector: 'a=b' }, /^name cannot be provided when a selector/],
  ['a name and all', { names: ['a'], all: true }, /^setting --all is not possible/],
  ['a name in all namespaces', { names: ['a'], allNamespaces: true }, /^a resource cannot be retrieved by name/],
  ['a file and a selector', { filename: ['m'], selector: 'a=b' }, /^-f does not go together/],
  ['another resource', { names: ['pod/a'] }, /^"pod\/a" is not a SeldonDeployment/],
  ['a path', { names: ['sdep/../pods/x'] }, /^arguments in resource\/name form/],
  ['what is no name', { names: ['Iris?x=y'] }, /is not a valid name/],
];

describe('Which deployments are meant', () => {
  for (const [name, words, targets] of understood) {
    it(`understands ${name}`, () => assert.deepEqual(targetsOf({ ...nothing, ...words }), targets));
  }
  for (const [name, words, message] of refused) {
    it(`refuses ${name}`, () =>
      assert.throws(
        () => targetsOf({ ...nothing, ...words }),
        (error) => error instanceof BadInput && message.test(error.message),
      ));
  }
});
