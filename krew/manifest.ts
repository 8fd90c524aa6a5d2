import { parse, stringify } from 'yaml';
import { executableName, type Platform } from './platforms.ts';

export interface PackedPlatform {
  platform: Platform;
  archive: string;
  /** Lower-case hexadecimal. */
  sha256: string;
}

/** The manifest for krew's index: the template with a release's version and archives. `repository` is its web page. */
export function filledManifest(
  template: string,
  release: { version: string; repository: string; packed: readonly PackedPlatform[] },
): string {
  const { version, repository, packed } = release;
  const text = template.replaceAll('{{version}}', version).replaceAll('{{repository}}', repository);
  const manifest = parse(text);
  manifest.spec.platforms = packed.map(({ platform, archive, sha256 }) => ({
    selector: { matchLabels: { os: platform.os, arch: platform.arch } },
    uri: `${repository}/releases/download/v${version}/${archive}`,
    sha256,
    files: [executableName(platform), 'LICENSE', 'THIRD-PARTY-LICENSES'].map((from) => ({ from, to: '.' })),
    bin: executableName(platform),
  }));
  return stringify(manifest, { lineWidth: 0 });
}
