import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Binaries, binariesIn, goModule } from './folders.ts';

export const kwokVersion = 'v0.8.0';

/** There is no Go, and nothing that was built before. The message is for people. */
export class GoMissing extends Error {
  override name = 'GoMissing';
  constructor(options?: ErrorOptions) {
    super(
      'The real control plane is built from source with Go, and there is no "go" here: https://go.dev/dl/',
      options,
    );
  }
}

/**
 * Builds the binaries, unless those in the folder were built from these very sources.
 * @param log told, a line at a time, what is being built
 * @throws {GoMissing}
 * @throws {Error} with the end of what Go said, if it failed
 */
export async function build(folder: string, log: (line: string) => void): Promise<Binaries> {
  const binaries = binariesIn(folder);
  const bin = dirname(binaries.kubectl);
  const stampFile = join(bin, 'built-from');
  const stamp = await sourcesStamp();
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return binaries;

  // Built beside the old ones and moved into place, since those may be running.
  const fresh = join(folder, `bin-${process.pid}`);
  await mkdir(bin, { recursive: true });
  await mkdir(fresh, { recursive: true });
  try {
    const kubernetes = await kubernetesVersion();
    const flags = ['-buildvcs=false', `-ldflags=${linkerFlags(kubernetes)}`];
    await go(['version'], {});
    log(`Building Kubernetes ${kubernetes} in ${bin}: about 7 minutes the first time on 2 cores, seconds after that.`);
    await go(['build', ...flags, '-o', join(fresh, 'control-plane'), '.'], {});
    log('Building kubectl.');
    await go(['build', ...flags, '-o', join(fresh, 'kubectl'), './kubectl'], {});
    log(`Building kwok ${kwokVersion}.`);
    await go(['install', '-ldflags=-s -w', `sigs.k8s.io/kwok/cmd/kwok@${kwokVersion}`], { GOBIN: fresh });
    await rm(stampFile, { force: true });
    for (const name of await readdir(fresh)) await rename(join(fresh, name), join(bin, name));
    await writeFile(stampFile, stamp);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return binaries;
}

/** As go.mod has it, e.g. "v1.36.3". */
export async function kubernetesVersion(): Promise<string> {
  const version = /^\s*k8s\.io\/kubernetes (v\S+)$/m.exec(await readFile(join(goModule, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${join(goModule, 'go.mod')} does not require k8s.io/kubernetes`);
  return version;
}

/** Without these the server reports a version that clients cannot parse, and user agents are all "v0.0.0". */
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  const set = (name: string, value: string | undefined) => `-X k8s.io/${name}=${value}`;
  return [
    '-s -w',
    set('component-base/version.gitVersion', version),
    set('component-base/version.gitMajor', major),
    set('component-base/version.gitMinor', minor),
    set('client-go/pkg/version.gitVersion', version),
  ].join(' ');
}

async function sourcesStamp(): Promise<string> {
  const hash = createHash('sha256').update(kwokVersion);
  for (const file of ['go.mod', 'go.sum', 'main.go', 'certificates.go', 'kubectl/main.go']) {
    hash.update(`\0${file}\0`).update(await readFile(join(goModule, file)));
  }
  return hash.digest('hex');
}

function go(args: string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: goModule,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new GoMissing({ cause: error }) : error);
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args[0]} failed (${signal ?? code}):\n${said.trimEnd()}`));
    });
  });
}
