import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { startDoorkeeper } from './doorkeeper.ts';
import { model, modelYaml } from './models.ts';
import { summaryOf } from './reports.ts';
import {
  type CommandOptions,
  type Finished,
  newNamespace,
  type ServerUnderTest,
  seldonPath,
} from './server-under-test.ts';

type Run = (options?: CommandOptions) => Promise<Finished>;

interface ExitCodeCase {
  code: number;
  when: string;
  outcome: string;
  args?: readonly string[];
  /** The image's tag, which tells what becomes of the pods. */
  tag?: string;
  options?: CommandOptions;
  /** Runs it in a world that is not in order. */
  around?(run: Run, server: ServerUnderTest, namespace: string): Promise<Finished>;
}

const waitingForPods = /"step":"wait-available","state":"started"/;

const cases: ExitCodeCase[] = [
  { code: 0, when: 'all went well', outcome: 'succeeded' },
  {
    code: 1,
    when: 'somebody else manages what an apply would change',
    outcome: 'failed',
    // Takes over what is there.
    args: ['--cleanup=always'],
    around: withAnotherManager,
  },
  { code: 1, when: 'the API server fails at a change', outcome: 'failed', around: withoutDeletions },
  { code: 2, when: 'a flag is wrong', outcome: 'failed', args: ['--replicas=many'] },
  { code: 3, when: 'the server cannot be reached', outcome: 'failed', around: withNobodyThere },
  { code: 3, when: 'the namespace is not there', outcome: 'failed', args: ['-n', 'not-there'] },
  { code: 4, when: 'the time is up', outcome: 'timed-out', tag: 'slow-1m', args: ['--timeout=1s'] },
  {
    code: 5,
    when: 'the deployment cannot become available',
    outcome: 'failed',
    tag: 'missing',
    args: ['--fail-grace=0s'],
  },
  {
    code: 130,
    when: 'Ctrl-C was pressed',
    outcome: 'interrupted',
    tag: 'slow-1m',
    options: { interruptAfter: waitingForPods },
  },
  {
    code: 143,
    when: 'the process was told to end',
    outcome: 'interrupted',
    tag: 'slow-1m',
    options: { interruptAfter: waitingForPods, signal: 'SIGTERM' },
  },
];

export function exitCodeCases(server: () => ServerUnderTest): void {
  for (const { code, when, outcome, tag = '1.0', args = [], options, around } of cases) {
    it(`exit code ${code}: ${when}`, async () => {
      const namespace = await newNamespace(server());
      const all = ['run', '-f', '-', '-o', 'json', ...(args.includes('-n') ? [] : ['-n', namespace]), ...args];
      const run: Run = (more) => server().run(all, { stdin: modelYaml({ tag }), ...options, ...more });
      const finished = await (around ? around(run, server(), namespace) : run());
      assert.equal(finished.exitCode, code, finished.stdout);
      assert.equal(summaryOf(finished).outcome, outcome);
    });
  }
}

/** Somebody else has one of the same name, whose predictors our apply would change. */
async function withAnotherManager(run: Run, { api }: ServerUnderTest, namespace: string): Promise<Finished> {
  const query = { fieldManager: 'somebody else' };
  await api.call({ method: 'POST', path: seldonPath(namespace), query, body: model({ replicas: 5 }) });
  return await run();
}

async function withoutDeletions(run: Run, server: ServerUnderTest): Promise<Finished> {
  const doorkeeper = await startDoorkeeper(server, (method) => method === 'DELETE', { failing: true });
  try {
    return await run({ kubeconfig: doorkeeper.kubeconfig });
  } finally {
    await doorkeeper.close();
  }
}

async function withNobodyThere(run: Run): Promise<Finished> {
  const directory = mkdtempSync(path.join(tmpdir(), 'nobody-there-'));
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(
    kubeconfig,
    `clusters: [{name: a, cluster: {server: 'http://127.0.0.1:9'}}]
contexts: [{name: a, context: {cluster: a}}]
current-context: a`,
  );
  try {
    return await run({ kubeconfig });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
