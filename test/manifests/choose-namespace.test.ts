import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { inNamespaces } from '../../src/manifests/choose-namespace.ts';
import type { Manifest, Manifests, OtherResource } from '../../src/manifests/manifest.ts';

interface Case {
  flag?: string;
  override?: boolean;
  ofFile?: string;
  ofContext?: string;
  expected: string;
}

const choice = (flag: string | undefined, ofContext: string) => ({ flag, override: false, ofContext });

const cases: Record<string, Case> = {
  '-n is taken where the file says none': { flag: 'of-flag', expected: 'of-flag' },
  '-n is taken where the file says the same': { flag: 'same', ofFile: 'same', expected: 'same' },
  'that of the file is taken without -n': { ofFile: 'of-file', expected: 'of-file' },
  'that of the context is taken where nobody says one': { expected: 'of-context' },
  'an empty one in the file says none': { ofFile: '', expected: 'of-context' },
  '-n goes before that of the file with --override': {
    flag: 'of-flag',
    override: true,
    ofFile: 'of-file',
    expected: 'of-flag',
  },
  'an empty -n says none': { flag: '', ofFile: 'of-file', expected: 'of-file' },
};

function manifest(namespace: string | undefined): Manifest {
  return {
    deployment: { metadata: { name: 'iris', ...(namespace !== undefined && { namespace }) }, spec: {} },
    positionOf: () => ({ file: 'model.yaml', line: 5, column: 14 }),
  };
}

function only(...deployments: Manifest[]): Manifests {
  return { deployments, others: [] };
}

function secret(namespace: string | undefined): OtherResource {
  return {
    object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', ...(namespace && { namespace }) } },
    positionOf: () => ({ file: 'model.yaml', line: 15, column: 9 }),
  };
}

describe('the namespace of a manifest:', () => {
  for (const [name, { flag, override = false, ofFile, ofContext = 'of-context', expected }] of Object.entries(cases)) {
    it(name, () => {
      assert.deepEqual(inNamespaces(only(manifest(ofFile)), { flag, override, ofContext }).deployments[0]?.deployment, {
        metadata: { name: 'iris', namespace: expected },
        spec: {},
      });
    });
  }

  it('-n and a file that disagree are refused, with the place in the file', () => {
    assert.throws(() => inNamespaces(only(manifest('of-file')), choice('of-flag', 'of-context')), {
      constructor: BadInput,
      message: 'model.yaml:5:14: the namespace from the file, "of-file", does not match the namespace "of-flag" of -n',
      hint: 'Change -n to of-file, or metadata.namespace at model.yaml:5:14 to of-flag; or pass --override to use of-flag',
    });
  });

  it('--override without a namespace to use is refused', () => {
    for (const flag of [undefined, '']) {
      assert.throws(() => inNamespaces(only(manifest('of-file')), { flag, override: true, ofContext: 'of-context' }), {
        constructor: BadInput,
        message: '--override needs -n and the namespace to use instead of those of the files',
      });
    }
  });

  it('two that --override makes the same deployment are refused', () => {
    const two = only(manifest('one'), manifest('two'));
    assert.throws(() => inNamespaces(two, { flag: 'of-flag', override: true, ofContext: '' }), {
      constructor: BadInput,
      message: 'model.yaml:5:14: seldondeployment "iris" is already defined at model.yaml:5:14',
    });
  });

  it('one that there cannot be is refused before it leads elsewhere on the server', () => {
    assert.throws(() => inNamespaces(only(manifest(undefined)), choice('../nodes', 'of-context')), {
      constructor: BadInput,
      message: '"../nodes" is not a valid namespace',
    });
  });

  it('two that come to the same deployment are refused, with both places', () => {
    const twice = only(manifest('of-context'), manifest(undefined));
    assert.throws(() => inNamespaces(twice, choice(undefined, 'of-context')), {
      constructor: BadInput,
      message: 'model.yaml:5:14: seldondeployment "iris" is already defined at model.yaml:5:14',
    });
    assert.equal(inNamespaces(twice, choice(undefined, 'elsewhere')).deployments.length, 2);
  });

  it('what stands beside a deployment is placed in the same way', () => {
    const [companion] = inNamespaces(
      { deployments: [manifest(undefined)], others: [secret(undefined)] },
      choice('of-flag', ''),
    ).others;
    assert.equal(companion?.object.metadata.namespace, 'of-flag');
  });

  it('two other resources that come to the same object are refused', () => {
    const others = [secret('of-context'), secret(undefined)];
    assert.throws(() => inNamespaces({ deployments: [], others }, choice(undefined, 'of-context')), {
      constructor: BadInput,
      message: 'model.yaml:15:9: secret "key" is already defined at model.yaml:15:9',
    });
    assert.equal(inNamespaces({ deployments: [], others }, choice(undefined, 'elsewhere')).others.length, 2);
  });
});
