import { readFileSync } from 'node:fs';
import type { BundledPackage } from './built-file/bundled-packages.ts';

interface LockedPackage {
  version: string;
  integrity?: string;
}

/**
 * What a release is made of, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), with the hashes of package-lock.json.
 * Without a time and a serial number: the same release is told in the same bytes.
 */
export function billOfMaterials(version: string, packages: readonly BundledPackage[], nodePackage: string): string {
  const { packages: locked } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const hashesOf = (name: string, ofVersion: string) => {
    const found = Object.entries(locked).find(
      ([place, one]) => place.endsWith(`node_modules/${name}`) && one.version === ofVersion,
    );
    const [algorithm, digest = ''] = found?.[1].integrity?.split('-') ?? [];
    return algorithm === 'sha512' ? [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] : [];
  };
  const purl = (name: string, ofVersion: string) => `pkg:npm/${name.replace('@', '%40')}@${ofVersion}`;
  const component = (name: string, ofVersion: string, licence: string, rest: object = {}) => ({
    type: 'library',
    'bom-ref': purl(name, ofVersion),
    name,
    version: ofVersion,
    hashes: hashesOf(name, ofVersion),
    licenses: [{ license: { id: licence } }],
    purl: purl(name, ofVersion),
    ...rest,
  });
  const nodeVersion = locked[`node_modules/${nodePackage}`]?.version ?? '';
  const own = {
    ...component('kubectl-seldon-lifecycle', version, 'Apache-2.0'),
    type: 'application',
    hashes: undefined,
  };
  const components = [
    ...packages.map(({ name, version: itsVersion, licence }) => component(name, itsVersion, licence)),
    component(nodePackage, nodeVersion, 'MIT', { description: 'Node.js, in the single executables only' }),
  ];
  const dependencies = [{ ref: own['bom-ref'], dependsOn: components.map((one) => one['bom-ref']) }];
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: own },
    components,
    dependencies,
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}
