import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { completionScripts } from '../../src/commands/completion-scripts.ts';
import { hasTerminal, onTerminal } from '../on-terminal.ts';

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

describe('the completion script for bash', { skip: !isThere('bash') && 'there is no bash' }, () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'completion script-'));
  const script = path.join(directory, 'script.bash');
  writeFileSync(script, completionScripts.bash);
  mkdirSync(path.join(directory, 'models'));
  for (const file of ['model.yaml', 'model.txt']) writeFileSync(path.join(directory, file), '');
  after(() => rmSync(directory, { recursive: true }));

  /** What bash would offer for a line, the cursor at its end, where the program answers so; and what it was asked. */
  function offered(line: string, answer: string) {
    writeFileSync(
      path.join(directory, 'kubectl-seldon_lifecycle'),
      `#!/bin/sh\nprintf '<%s>' "$@" >asked\ncat answer\n`,
      { mode: 0o755 },
    );
    writeFileSync(path.join(directory, 'answer'), answer);
    // `complete -p` says which function bash would call, with what it would replace.
    const program = `
      source "$1"
      registered="$(complete -p kubectl-seldon_lifecycle)"
      complete -p kubectl-seldon-lifecycle >/dev/null || exit 9
      registered="\${registered#*-F }"
      COMP_LINE="$2" COMP_POINT=\${#2}
      "\${registered%% *}" "kubectl-seldon_lifecycle" "\${2##*[[:space:]=:]}" 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"
    `;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program, 'bash', script, line], {
      cwd: directory,
      env: { PATH: `${directory}:${process.env.PATH}` },
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    const asked = spawnSync('cat', ['asked'], { cwd: directory, encoding: 'utf8' }).stdout;
    return { replies: stdout.trimEnd().split('\n'), asked };
  }

  const cases: [name: string, line: string, answer: string, replies: string[], asked?: string][] = [
    [
      'offers candidates without their descriptions',
      'kubectl-seldon_lifecycle ',
      'run\tRun it\nscale\tScale it\n:4\n',
      ['run', 'scale'],
      '<__complete><>',
    ],
    [
      'hands on the words before',
      'kubectl-seldon_lifecycle run -n a',
      'abc\n:4\n',
      ['abc'],
      '<__complete><run><-n><a>',
    ],
    [
      'offers what follows =',
      'kubectl-seldon_lifecycle run --cleanup=a',
      'always\n:4\n',
      ['always'],
      '<__complete><run><--cleanup=a>',
    ],
    ['offers what follows a colon', 'kubectl-seldon_lifecycle run --context arn:aws:e', 'arn:aws:eks\n:4\n', ['eks']],
    ['offers what follows = and a colon', 'kubectl-seldon_lifecycle run --context=arn:a', 'arn:aws\n:4\n', ['aws']],
    ['offers nothing where there is nothing', 'kubectl-seldon_lifecycle run --timeout ', ':4\n', ['']],
    [
      'offers files by their ending, and folders',
      'kubectl-seldon_lifecycle run -f mod',
      'json\nyaml\n:8\n',
      ['models', 'model.yaml'],
    ],
    ['offers any file', 'kubectl-seldon_lifecycle run --kubeconfig mod', ':0\n', ['models', 'model.yaml', 'model.txt']],
  ];
  for (const [name, line, answer, replies, asked] of cases) {
    it(name, () => {
      const result = offered(line, answer);
      assert.deepEqual(result.replies.toSorted(), replies.toSorted());
      if (asked) assert.equal(result.asked, asked);
    });
  }
});

describe('bash on a terminal, the script loaded', {
  skip: (!isThere('bash') && 'there is no bash') || (!hasTerminal && 'needs the script program of util-linux'),
}, () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'completion-'));
  const script = path.join(directory, 'script.bash');
  writeFileSync(script, completionScripts.bash);
  after(() => rmSync(directory, { recursive: true }));
  const COMMAND = 'kubectl-seldon_lifecycle';
  writeFileSync(
    path.join(directory, COMMAND),
    `#!/bin/sh\nif [ "$1" = __complete ]; then cat ${directory}/answer; else printf '<%s>' "$@" >${directory}/called; fi\n`,
    { mode: 0o755 },
  );

  /** What is called after Tab and Enter at the end of a line, where the program offers these; `first` is typed before. */
  async function called(line: string, offers: string[], first = ':'): Promise<string> {
    writeFileSync(path.join(directory, 'answer'), `${offers.join('\n')}\n:4\n`);
    const ready = (times: number) => new RegExp(`(ready> [^]*){${times}}`);
    await onTerminal(
      ['bash', '--norc', '--noprofile', '-i'],
      [
        [ready(1), `source ${script}; ${first}\r`],
        [ready(2), `${line}\t\r`],
        [ready(3), 'exit\r'],
      ],
      { PATH: `${directory}:${process.env.PATH}`, PS1: 'ready> ', TERM: 'dumb', HOME: directory },
    );
    return readFileSync(path.join(directory, 'called'), 'utf8');
  }

  const without = (character: string) => `COMP_WORDBREAKS="\${COMP_WORDBREAKS//${character}}"`;
  const kubeadm = 'kubernetes-admin@kubernetes';
  const eks = 'arn:aws:eks:eu-west-1:123456:cluster/one';
  const cases: [typed: string, offered: string, becomes: string, first?: string][] = [
    ['run --context kub', kubeadm, `<run><--context><${kubeadm}>`],
    ['run --context kubernetes-admin@', kubeadm, `<run><--context><${kubeadm}>`],
    ['run --context kubernetes-admin@ku', kubeadm, `<run><--context><${kubeadm}>`],
    ['run --context=kubernetes-admin@ku', kubeadm, `<run><--context=${kubeadm}>`],
    ['run --context "kubernetes-admin@ku', kubeadm, `<run><--context><${kubeadm}>`],
    ["run --context='kubernetes-admin@ku", kubeadm, `<run><--context=${kubeadm}>`],
    ['run --context kubernetes-admin@ku', kubeadm, `<run><--context><${kubeadm}>`, without('@')],
    ['run --context arn:aws:eks:eu-west-1:12', eks, `<run><--context><${eks}>`],
    ['run --context=arn:aws:eks:', eks, `<run><--context=${eks}>`],
    ['run --context arn:aws:eks:', eks, `<run><--context><${eks}>`, without(':')],
    ['run --context=ad', 'admin', '<run><--context=admin>', without('=')],
    ['run --user me@corp:e', 'me@corp:eu@one', '<run><--user><me@corp:eu@one>'],
  ];
  for (const [typed, offered, becomes, first] of cases) {
    it(`completes ${typed}${first ? `, with ${first}` : ''}`, async () => {
      assert.equal(await called(`${COMMAND} ${typed}`, [offered, 'zebra'], first), becomes);
    });
  }
});

describe('the completion script for', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    it(`${shell} is one that ${shell} can read`, { skip: !isThere(shell) && `there is no ${shell}` }, () => {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: completionScripts[shell], encoding: 'utf8' });
      assert.deepEqual([status, stderr], [0, '']);
    });
  }

  it('each shell asks the program itself', () => {
    for (const script of Object.values(completionScripts)) assert.match(script, / __complete /);
  });
});
