import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Advice, advice, kubectl, kubectlConfig, lastingAdvice, ourCommand } from '../../src/advice/advice.ts';
import { PLAIN_INVOCATION } from '../../src/advice/invocation.ts';
import { writtenAdvice, writtenLines } from '../../src/advice/written-advice.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { invocationOf } from '../../src/cli/invocation-of.ts';
import { programCommands } from '../../src/cli/program-commands.ts';

const commands = await programCommands();
const after = (...args: string[]) => invocationOf(readCommandLine(['run', '-f', 'model.yaml', ...args], commands));
const remove = kubectl(['delete', 'seldondeployment', 'iris'], { namespace: 'models' });
const DELETE = 'kubectl delete seldondeployment iris -n models';

const flags: [name: string, args: string[], repeated: string][] = [
  ['no flag of the connection', ['--replicas=3', '--timeout=1m'], ''],
  ['--context', ['--context=kind-dev'], ' --context=kind-dev'],
  ['a context with a blank, a quote and a $', ['--context', "it's $HOME"], " --context='it'\\''s $HOME'"],
  ['--kubeconfig', ['--kubeconfig', '../my config'], " --kubeconfig='../my config'"],
  ['--cluster and --user', ['--user=me', '--cluster=east'], ' --cluster=east --user=me'],
  ['--server', ['--server=https://host:6443'], ' --server=https://host:6443'],
  ['-s', ['-s', 'host:8080'], ' --server=host:8080'],
  ['a server without its password', ['-s', 'https://me:secret@host/path'], ' --server=https://host/path'],
  [
    'what is trusted',
    ['--certificate-authority=ca.crt', '--tls-server-name=api.example'],
    ' --tls-server-name=api.example --certificate-authority=ca.crt',
  ],
  ['that nothing is checked', ['--insecure-skip-tls-verify'], ' --insecure-skip-tls-verify'],
  ['not that it is checked', ['--insecure-skip-tls-verify=false'], ''],
  [
    'a client certificate',
    ['--client-certificate=me.crt', '--client-key=me.key'],
    ' --client-certificate=me.crt --client-key=me.key',
  ],
  ['of a token only that there is one', ['--token=eyJhbGciOi'], ' --token=TOKEN'],
  [
    'whom it acts as',
    ['--as=jane', '--as-group=a', '--as-group=b c', '--as-uid=7', '--as-user-extra=k=v', '--as-user-extra=k=w'],
    " --as=jane --as-uid=7 --as-group=a --as-group='b c' --as-user-extra=k=v --as-user-extra=k=w",
  ],
  ['the last of two', ['--context=a', '--context=b'], ' --context=b'],
  ['nothing for what is empty', ['--context=a', '--context=', '--as-group='], ''],
];

describe('A command that is printed repeats', () => {
  for (const [name, args, repeated] of flags) {
    it(name, () => {
      assert.equal(
        writtenAdvice(advice`to remove it: ${remove}`, after(...args)),
        `to remove it: ${DELETE}${repeated}`,
      );
    });
  }

  it('every flag that says which cluster and as whom', () => {
    const [run] = commands.filter(({ name }) => name === 'run');
    const common = run?.flags.filter((flag) => flag.common).map(({ name }) => name) ?? [];
    const others = ['--kubeconfig', '--namespace', '--request-timeout', '--v', '--color'];
    const repeated = common.filter((name) => {
      const { connection } = after(...(name === '--insecure-skip-tls-verify' ? [name] : [`${name}=1`]));
      return connection.some((flag) => flag.startsWith(name));
    });
    assert.deepEqual(repeated.toSorted(), common.filter((name) => !others.includes(name)).toSorted());
  });
});

describe('A command that is printed has', () => {
  const both = after('--kubeconfig=k', '--context=c', '-n', 'given');
  const cases: [name: string, text: Advice, written: string][] = [
    [
      'the kubeconfig alone where it acts on that',
      advice`${kubectlConfig('view')}`,
      'kubectl config view --kubeconfig=k',
    ],
    [
      'no namespace where it needs none',
      advice`${kubectl(['get', 'nodes'])}`,
      'kubectl get nodes --kubeconfig=k --context=c',
    ],
    [
      'its own namespace before that of the command line',
      advice`${ourCommand(['status', 'iris'], { namespace: 'own' })}`,
      'kubectl seldon-lifecycle status iris -n own --kubeconfig=k --context=c',
    ],
    [
      'that of the command line where that is meant',
      advice`${ourCommand(['doctor', '--print-role'], { namespaceAsGiven: true })}`,
      'kubectl seldon-lifecycle doctor --print-role -n given --kubeconfig=k --context=c',
    ],
  ];
  for (const [name, text, written] of cases) it(name, () => assert.equal(writtenAdvice(text, both), written));
});

describe('In a sandbox, which ends with the command,', () => {
  const meanwhile = advice`to try it: ${ourCommand(['predict', 'iris'], { namespace: 'models', meanwhile: true })}`;
  const ended = after('--sandbox', '--context=kind-dev');
  const running = { ...ended, sandbox: { server: 'http://127.0.0.1:8080' } };
  const cases: [name: string, text: Advice, written: string][] = [
    ['nothing is said for which there is a command alone', advice`to remove it: ${remove}`, ''],
    ['nothing is said to be left', lastingAdvice`left in namespace models: pod/x`, ''],
    [
      'what else there is to say is said',
      advice`it may be down${advice` (${remove})`}; or not`,
      'it may be down; or not',
    ],
    ['text stays as it is', 'Use --scale-through=spec', 'Use --scale-through=spec'],
  ];
  for (const [name, text, written] of cases) {
    it(name, () => {
      assert.equal(writtenAdvice(text, ended), written);
      assert.equal(writtenAdvice(text, running), written);
    });
  }

  it('a command for the meantime names its server, and no cluster of the user’s', () => {
    const written = 'to try it: kubectl seldon-lifecycle predict iris -n models --server=http://127.0.0.1:8080';
    assert.equal(writtenAdvice(meanwhile, running), written);
    assert.equal(writtenAdvice(meanwhile, ended), '');
  });

  it('lines of which nothing is left are left out', () => {
    assert.deepEqual(writtenLines([advice`${remove}`, 'b'], ended), ['b']);
    assert.deepEqual(writtenLines([advice`${remove}`, 'b'], PLAIN_INVOCATION), [DELETE, 'b']);
  });

  it('is known by its flag, unless that is said to be off', () => {
    assert.equal(after('--sandbox=false').sandbox, undefined);
    assert.deepEqual(after('--sandbox').sandbox, {});
  });
});
