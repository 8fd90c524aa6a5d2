import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';

export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX. */
  licence: string;
  /** The text of its licence; undefined where the package has none. */
  licenceText: string | undefined;
}

/** The packages whose code is in the built file, by name. */
export function bundledPackages({ outputs }: Metafile): BundledPackage[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = new Set(
    inputs.flatMap(
      (input) => /^(?:[^:]*)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/(?!.*\/node_modules\/))/.exec(input)?.[0] ?? [],
    ),
  );
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      const licenceText = file && readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
      return { name, version, licence: license, licenceText };
    })
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** What goes along with every copy of the program. Throws where a licence is not one that may. */
export function thirdPartyLicences(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, licence, licenceText }) => {
    if (!FREE.includes(licence)) throw new Error(`${name} is under ${licence}: may it be distributed with ours?`);
    return `${name} ${version} (${licence})\n\n${licenceText ?? 'The package holds no text of its licence.'}`;
  });
  const line = '-'.repeat(80);
  return `kubectl-seldon-lifecycle has code of these packages in it.\n\n${parts.map((part) => `${line}\n${part}\n`).join('\n')}`;
}

const FREE = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause'];
