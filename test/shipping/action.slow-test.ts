import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { version } from '../../src/version.ts';
import { packedForNpm, root } from './built.ts';

const NAME = 'kubectl-seldon-lifecycle';
const { runs, inputs, outputs } = parse(readFileSync(path.join(root, 'action.yml'), 'utf8'));
const { run: script, env: environment } = runs.steps.find(({ id }: { id?: string }) => id === 'run');

describe('The GitHub action', { skip: process.platform === 'win32' }, () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'action-')));
  const asked: string[] = [];
  let registry: Server;
  let theirs: Server;
  before(async () => {
    registry = await registryWith(await packedForNpm(folder));
    theirs = createServer(({ url }, response) => {
      asked.push(url ?? '');
      response.writeHead(404).end('{}');
    });
    await listening(theirs);
  });
  after(() => {
    registry.close();
    theirs.close();
    rmSync(folder, { recursive: true });
  });

  let count = 0;
  interface Job {
    checkout: string;
    home: string;
    temp: string;
    reports(): string;
    run(given: Record<string, string>, env?: NodeJS.ProcessEnv): Promise<unknown>;
  }
  /** A runner's folders, with a checkout in which there is a model. */
  function newJob(): Job {
    const job = path.join(folder, `job-${++count}`);
    const [checkout, home, temp] = ['checkout', 'home', 'temp'].map((name) => path.join(job, name)) as [
      string,
      string,
      string,
    ];
    for (const one of [checkout, home, temp]) mkdirSync(one, { recursive: true });
    writeFileSync(path.join(checkout, 'model.yaml'), readFileSync(path.join(root, 'demo/model.yaml')));
    const told = path.join(job, 'outputs');
    return {
      checkout,
      home,
      temp,
      reports: () => /^reports=(.*)$/m.exec(readFileSync(told, 'utf8'))?.[1] ?? '',
      run(given, env = {}) {
        const values = Object.entries<string>(environment).map(([name, value]) => [
          name,
          value.replace(/^\$\{\{ inputs\.(\w+) \}\}$/, (_, input) => given[input] ?? inputs[input].default),
        ]);
        return promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
          cwd: checkout,
          env: {
            ...Object.fromEntries(values),
            PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
            HOME: home,
            RUNNER_TEMP: temp,
            GITHUB_OUTPUT: told,
            GITHUB_ACTION_PATH: root,
            GITHUB_WORKSPACE: checkout,
            ...env,
          },
        });
      },
    };
  }

  it('runs its own version, whatever is in the checkout, and writes its reports elsewhere', async () => {
    const job = newJob();
    const npmrc = `registry=http://127.0.0.1:${portOf(theirs)}/\n`;
    for (const place of [job.checkout, job.home]) writeFileSync(path.join(place, '.npmrc'), npmrc);
    writeFileSync(path.join(job.checkout, 'package.json'), JSON.stringify({ dependencies: { [NAME]: '*' } }));
    const bin = path.join(job.checkout, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    for (const name of [NAME, 'node', 'npm']) {
      writeFileSync(path.join(bin, name), '#!/bin/sh\ntouch it-was-run\n', { mode: 0o755 });
    }
    const victim = path.join(job.home, 'victim');
    writeFileSync(victim, 'theirs');
    for (const name of ['seldon-lifecycle.xml', 'seldon-lifecycle.html', 'reports']) {
      symlinkSync(victim, path.join(job.checkout, name));
    }
    const before = readdirSync(job.checkout, { recursive: true });

    const given = { file: 'model.yaml', sandbox: 'true', registry: `http://127.0.0.1:${portOf(registry)}/` };
    await job.run(given, { npm_config_registry: `http://127.0.0.1:${portOf(theirs)}/`, NPM_CONFIG_DRY_RUN: 'true' });

    assert.deepEqual(asked, [], 'the registry that the checkout names was asked');
    assert.deepEqual(readdirSync(job.checkout, { recursive: true }), before);
    assert.equal(readFileSync(victim, 'utf8'), 'theirs');
    assert.deepEqual(readdirSync(job.reports()).sort(), ['seldon-lifecycle.html', 'seldon-lifecycle.xml']);
    assert.ok(job.reports().startsWith(`${job.temp}/`));
    for (const name of readdirSync(job.reports())) assert.ok(lstatSync(path.join(job.reports(), name)).isFile());
    assert.ok(!existsSync(path.join(job.home, '.cache', NAME)), 'no compiled code for a runner that is thrown away');
  });

  it('asks npm’s own registry where none is said, whatever an .npmrc or the environment says', async () => {
    const job = newJob();
    const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    const none = ['--userconfig=none', '--globalconfig=neither'];
    const own = execFileSync(npm, ['config', 'get', 'registry', ...none], {
      cwd: empty,
      env: { PATH: process.env.PATH, HOME: empty },
      encoding: 'utf8',
    }).trim();
    assert.match(own, /^https:/);
    for (const place of [job.checkout, job.home])
      writeFileSync(path.join(place, '.npmrc'), 'registry=http://127.0.0.1:1/\n');
    // In place of npm install: what npm would take from all that it reads, given the same.
    const bin = path.join(job.temp, 'bin');
    mkdirSync(bin);
    const asks = `#!/bin/sh\n"${npm}" config list --json "$@" > "${job.temp}/config.json"\nexit 1\n`;
    writeFileSync(path.join(bin, 'npm'), asks, { mode: 0o755 });
    const PATH = `${bin}:${path.dirname(process.execPath)}:${process.env.PATH}`;
    await assert.rejects(job.run({ file: 'model.yaml' }, { PATH, npm_config_registry: 'http://127.0.0.1:1/' }));
    const config = JSON.parse(readFileSync(path.join(job.temp, 'config.json'), 'utf8'));
    assert.equal(config.registry, own);
    assert.equal(config['ignore-scripts'], true);
  });

  it('fails where the model does, and has written its reports all the same', async () => {
    const job = newJob();
    const model = readFileSync(path.join(job.checkout, 'model.yaml'), 'utf8');
    writeFileSync(path.join(job.checkout, 'model.yaml'), model.replace(/image: .*/, 'image: example/iris:missing'));
    const given = { file: 'model.yaml', sandbox: 'true', registry: `http://127.0.0.1:${portOf(registry)}/` };
    await assert.rejects(
      job.run({ ...given, timeout: '2s' }),
      ({ code }: { code: number }) => code === 4 || code === 5,
    );
    assert.match(readFileSync(path.join(job.reports(), 'seldon-lifecycle.xml'), 'utf8'), /<failure/);
  });

  it('takes each input for no more than a value', async () => {
    const nasty = 'x"; touch it-was-run; `touch it-was-run` $(touch it-was-run) #';
    const said = { file: 'model.yaml', sandbox: 'true', registry: `http://127.0.0.1:${portOf(registry)}/` };
    await Promise.all(
      ['file', 'namespace', 'replicas', 'timeout', 'sandbox'].map(async (name) => {
        const job = newJob();
        await assert.rejects(job.run({ ...said, [name]: nasty }), name);
        assert.deepEqual(readdirSync(job.checkout), ['model.yaml'], name);
      }),
    );
  });

  it('hands on the folder of its reports, which is the only one that it uploads', () => {
    const { path: uploaded } = runs.steps.at(-1).with;
    assert.match(uploaded, /^\$\{\{ steps\.run\.outputs\.reports \}\}$/);
    assert.equal(outputs.reports.value, uploaded);
  });
});

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** As much of a registry as npm install asks for one package. */
async function registryWith(tarball: string): Promise<Server> {
  const bytes = readFileSync(tarball);
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const server = createServer(({ url }, response) => {
    if (url === '/package.tgz') response.end(bytes);
    else if (url === `/${NAME}`) {
      const dist = { tarball: `http://127.0.0.1:${portOf(server)}/package.tgz`, integrity };
      const document = { name: NAME, version, dist };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name: NAME, 'dist-tags': { latest: version }, versions: { [version]: document } }));
    } else response.writeHead(404).end('{}');
  });
  await listening(server);
  return server;
}
