import assert from 'node:assert/strict';
import dns from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock } from '../../src/clock.ts';
import { listAndWatch } from '../../src/cluster/reflector.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import { modelYaml } from '../behaviour/models.ts';
import { list, type ServerUnderTest, seldonPath } from '../behaviour/server-under-test.ts';
import { CapturedOutput } from '../captured-output.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { assertOutputDescribed } from '../printed-json.ts';
import { FaultProxy } from './fault-proxy.ts';
import { CellFault, type FaultCase, faultCases, type RunStep, runSteps } from './faults.ts';
import { upstreamOf } from './upstream.ts';

const TIMEOUT_S = 20;
/** Of a fault that does not pass. */
const SHORT_TIMEOUT_S = 10;
/** A write is given so long after its time for its last try, and the last Events so long. */
const SLACK_MS = 12_000;
const NAMES_FAIL_MS = 700;
/** What the proxies show, before and after it was rotated. */
const [oldCertificate, newCertificate] = [selfSignedCertificate('old'), selfSignedCertificate('new')];
/** So that at the end nothing is left to wait for. */
const slowness = ({ name, forGood }: FaultCase) => (forGood ? 2 : 0) + (/hang/.test(name) ? 1 : 0);
const slowestFirst = (cases: readonly FaultCase[]) => [...cases].sort((one, other) => slowness(other) - slowness(one));
const exitCodesForGood: Readonly<Record<RunStep, number>> = {
  'create-namespace': 3,
  apply: 3,
  'wait-available': 4,
  scale: 3,
  'wait-scaled': 4,
  delete: 3,
  'wait-deleted': 4,
};

/** Every fault at every step of a run, each in a namespace and through a proxy of its own; at the end the matrix is printed. */
export function faultMatrix(
  server: () => ServerUnderTest,
  { cases = faultCases, concurrency }: { cases?: readonly FaultCase[]; concurrency: number },
): void {
  const results = new Map<string, string>();
  const held = new Map<string, KubernetesEvent>();
  const watching = new AbortController();
  const unresolved = new Set<string>();
  const lookup = dns.lookup;

  before(async () => {
    const see = (event: KubernetesEvent) => held.set(event.metadata.uid ?? '', event);
    const reader = {
      replaced: (events: KubernetesEvent[]) => events.forEach(see),
      changed: (type: string, event: KubernetesEvent) => void (type !== 'DELETED' && see(event)),
      trouble: () => {},
    };
    const options = { clock: systemClock, signal: watching.signal };
    await listAndWatch(server().api, { kind: resourceKinds.event }, reader, options);
    dns.lookup = namesOfCells(lookup, unresolved);
  });
  after(() => {
    watching.abort();
    dns.lookup = lookup;
    process.stdout.write(`${inTable(cases, results)}\n`);
  });

  describe('every fault at every step', { concurrency }, () => {
    for (const fault of slowestFirst(cases)) {
      const row = faultCases.indexOf(fault);
      for (const [column, step] of runSteps.entries()) {
        it(`${fault.name} at ${step}`, { timeout: 60_000 }, async () => {
          const key = `${fault.name}/${step}`;
          results.set(key, 'FAILED');
          const namespace = `fault-${row}-${column}`;
          await oneCell(server(), fault, step, namespace, unresolved, held);
          results.set(key, 'ok');
        });
      }
    }
  });
}

async function oneCell(
  server: ServerUnderTest,
  faultCase: FaultCase,
  step: RunStep,
  namespace: string,
  unresolved: Set<string>,
  held: ReadonlyMap<string, KubernetesEvent>,
): Promise<void> {
  const fault = new CellFault(faultCase);
  // Credentials go over TLS only.
  const overTls = faultCase.needs === 'new certificate' || faultCase.needs === 'new token';
  const proxy = await FaultProxy.start(upstreamOf(server.kubeconfig), fault, overTls ? oldCertificate : undefined);
  fault.proxy = proxy;
  const directory = mkdtempSync(path.join(tmpdir(), 'fault-'));
  const tokenFile = path.join(directory, 'token');
  writeFileSync(tokenFile, fault.token);
  const host = faultCase.needs === 'no names' ? `${namespace}.fault.test` : '127.0.0.1';
  const authority = Buffer.from(oldCertificate.cert + newCertificate.cert).toString('base64');
  const config = {
    clusters: [
      {
        name: 'a',
        cluster: {
          server: `${overTls ? 'https' : 'http'}://${host}:${proxy.port}`,
          ...(overTls && { 'certificate-authority-data': authority }),
        },
      },
    ],
    users: [{ name: 'a', user: { tokenFile } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  };
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(kubeconfig, JSON.stringify(config));

  let begun = 0;
  const begin = () => {
    begun = performance.now();
    if (faultCase.needs === 'new token') {
      fault.token = 'second';
      writeFileSync(tokenFile, fault.token);
    }
    if (faultCase.needs === 'new certificate') proxy.rotate(newCertificate);
    if (faultCase.needs === 'no names') {
      unresolved.add(host);
      setTimeout(() => unresolved.delete(host), NAMES_FAIL_MS);
    }
    fault.begin();
  };
  const stdout = new OutputOfSteps(step, begin);
  const stderr = new CapturedOutput();
  const timeoutS = faultCase.forGood ? SHORT_TIMEOUT_S : TIMEOUT_S;
  // Where nobody answers, that is to be found out soon; otherwise a busy machine may take its time.
  const requestTimeout = /hang/.test(faultCase.name) ? '3s' : '30s';
  const args = ['run', '-f', '-', '-n', namespace, '--create-namespace', '-o', 'json'];
  try {
    const exitCode = await runCli([...args, `--request-timeout=${requestTimeout}`, `--timeout=${timeoutS}s`], {
      stdin: Readable.from([modelYaml()]),
      stdout,
      stderr,
      env: { KUBECONFIG: kubeconfig },
      clock: systemClock,
      signal: new AbortController().signal,
      userAgent: 'kubectl-seldon-lifecycle/test',
    });
    const took = performance.now() - begun;
    const said = `${stdout.text}\n${stderr.text}`;
    assert.ok(stdout.begun, `the step was reached: ${said}`);
    assert.equal(exitCode, faultCase.forGood ? exitCodesForGood[step] : 0, said);
    assertOutputDescribed(stdout.text);
    const summary = JSON.parse(stdout.text.trimEnd().split('\n').at(-1) ?? '');
    assert.equal(summary.type, 'summary');
    if (faultCase.forGood) {
      assert.ok(took < timeoutS * 1_000 + SLACK_MS, `it took ${Math.round(took)} ms`);
      return;
    }
    assert.deepEqual(summary.deployments[0].left, []);
    assert.deepEqual(await list(server, seldonPath(namespace)), []);
    assert.deepEqual(await list(server, `/api/v1/namespaces/${namespace}/pods`), []);
    assert.match(said, /namespace \\?"fault-\d+-\d+\\?" deleted/);
    // Those of Endpoints are bound to their Service by name, and nobody owns them.
    const of = (event: KubernetesEvent) =>
      event.metadata.namespace === namespace && event.involvedObject.kind !== 'Endpoints';
    const wanted = [...held.values()].filter(of).map(({ metadata, reason }) => `${metadata.uid} ${reason}`);
    const lines = stdout.text.split('\n').filter((line) => line.includes('"type":"event"'));
    const shown = lines.map((line) => JSON.parse(line).event);
    const shownOnes = new Set(shown.map(({ uid, reason }: { uid: string; reason: string }) => `${uid} ${reason}`));
    assert.deepEqual(
      wanted.filter((one) => !shownOnes.has(one)),
      [],
      'every event is shown',
    );
    const versions = shown.map(({ uid, count }: { uid: string; count: number }) => `${uid} x${count}`);
    assert.equal(new Set(versions).size, versions.length, 'no event is shown twice');
  } finally {
    await proxy.close();
    rmSync(directory, { recursive: true });
  }
}

/** Tells when a step begins, before its first request. */
class OutputOfSteps extends CapturedOutput {
  begun = false;
  readonly #step: RunStep;
  readonly #begin: () => void;

  constructor(step: RunStep, begin: () => void) {
    super();
    this.#step = step;
    this.#begin = begin;
  }

  override write(text: string): true {
    super.write(text);
    if (!this.begun && new RegExp(`"step":"${this.#step}","state":"started"`).test(text)) {
      this.begun = true;
      this.#begin();
    }
    return true;
  }
}

/** Names that end in .fault.test lead to this machine, as long as they are resolved. */
function namesOfCells(lookup: typeof dns.lookup, unresolved: ReadonlySet<string>): typeof dns.lookup {
  return ((hostname: string, options: unknown, callback: (...result: unknown[]) => void) => {
    if (!hostname.endsWith('.fault.test')) return lookup(hostname, options as never, callback as never);
    const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${hostname}`), { code: 'EAI_AGAIN' });
    const all = (options as { all?: boolean }).all;
    setImmediate(() => {
      if (unresolved.has(hostname)) callback(error);
      else if (all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    });
  }) as typeof dns.lookup;
}

function inTable(cases: readonly FaultCase[], results: ReadonlyMap<string, string>): string {
  const width = Math.max(...cases.map(({ name }) => name.length));
  const head = `${''.padEnd(width)}  ${runSteps.join('  ')}`;
  const rows = cases.map(({ name }) => {
    const cells = runSteps.map((step) => (results.get(`${name}/${step}`) ?? '-').padEnd(step.length));
    return `${name.padEnd(width)}  ${cells.join('  ')}`;
  });
  return [head, ...rows].map((line) => line.trimEnd()).join('\n');
}
