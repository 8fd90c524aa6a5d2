import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Option } from 'clipanion';
import { complete, directives, type NameSources, writtenCompletion } from '../../src/cli/complete.ts';
import { declarations } from '../../src/cli/declarations.ts';
import type { Token } from '../../src/cli/tokens.ts';
import { connectionFlags } from '../../src/commands/connection.ts';
import { commonFlags, takes, takesWords, verbOf } from '../../src/commands/verb.ts';

const run = async () => 0;

const deleteVerb = verbOf({
  names: ['delete'],
  description: 'Delete them',
  flags: {
    ...connectionFlags,
    filename: takes('manifests', Option.Array('-f,--filename', [], { description: 'What to read' })),
    cascade: takesWords(['foreground', 'background'], Option.String('--cascade', 'foreground', { description: 'How' })),
    types: takesWords(['Normal', 'Warning'], Option.Array('--types', [], { description: 'Which' })),
    until: takesWords(['scaled=', 'gone'], Option.String('--until', { description: 'Until when' })),
    wait: Option.Boolean('--wait', true, { description: 'Whether\nto wait' }),
    timeout: Option.String('--timeout', '5m', { description: 'How long' }),
    secret: Option.String('--secret', { hidden: true }),
    names: Option.Rest({ name: 'name' }),
  },
  run,
});

const shell = verbOf({
  names: ['completion'],
  description: '',
  flags: {
    ...commonFlags,
    shell: takesWords(['bash', 'zsh'], Option.String({ name: 'shell' })),
  },
  run,
});

const install = verbOf({
  names: ['completion install'],
  description: 'Install it',
  flags: {
    ...commonFlags,
  },
  run,
});

const draw = verbOf({
  names: ['draw'],
  description: '',
  flags: {
    ...commonFlags,
    output: takes('files', Option.Array('-o,--output', [], { description: 'What to write' })),
    file: takes('files', Option.String({ name: 'FILE' })),
  },
  run,
});

const commands = declarations({ All: [deleteVerb, shell, install, draw] });
const { files, noFiles, noFilesNoSpace, filesEndingIn } = directives;

async function completed(words: string[], sources: Partial<NameSources> = {}) {
  let tokens: readonly Token[] = [];
  const { candidates, directive } = await complete(words, commands, (given) => {
    tokens = given;
    return sources as NameSources;
  });
  return { texts: candidates.map(({ text }) => text), candidates, directive, tokens };
}

/** Sources that may not be asked are not there: static answers come without them. */
describe('what may stand next', () => {
  const cases: [name: string, words: string[], texts: string[], directive: number, sources?: Partial<NameSources>][] = [
    ['a command', [''], ['delete', 'completion', 'draw', 'help', 'options'], noFiles],
    ['a file, where one is an argument', ['draw', ''], [], files],
    ['a file, where a flag names one', ['draw', '-o', ''], [], files],
    ['a command that begins so', ['de'], ['delete'], noFiles],
    ['a command, after flags', ['-n', 'x', 'de'], ['delete'], noFiles],
    ['what help is about', ['help', 'de'], ['delete'], noFiles],
    ['the second word of a command, and an argument', ['completion', ''], ['bash', 'zsh', 'install'], noFiles],
    ['nothing after all arguments', ['completion', 'bash', ''], [], noFiles],
    ['nothing after a command that there is not', ['foo', ''], [], noFiles],
    ['flags that begin so', ['delete', '--ca'], ['--cascade'], noFiles],
    ['no flag that is given already', ['delete', '--cascade=foreground', '--ca'], [], noFiles],
    ['a flag that collects, again', ['delete', '-f', 'a', '--fi'], ['--filename'], noFiles],
    ['no flag that is hidden', ['delete', '--sec'], [], noFiles],
    ['no flag after --', ['delete', '--', '--ca'], [], noFiles, { deployments: async () => ['iris'] }],
    ['words of a flag', ['delete', '--cascade', ''], ['foreground', 'background'], noFiles],
    ['words of a flag after =', ['delete', '--cascade=b'], ['background'], noFiles],
    ['words that go on', ['delete', '--until', 'sc'], ['scaled='], noFilesNoSpace],
    ['words of which some go on', ['delete', '--until', ''], ['scaled=', 'gone'], noFiles],
    ['words of a list after a comma', ['delete', '--types=Normal,W'], ['Normal,Warning'], noFiles],
    ['true and false, only after =', ['delete', '--wait=t'], ['true'], noFiles],
    ['nothing for a flag that takes anything', ['delete', '--timeout', ''], [], noFiles],
    ['files to read', ['delete', '-f', ''], ['json', 'yaml', 'yml'], filesEndingIn],
    ['any files', ['delete', '--kubeconfig', 'a'], [], files],
    ['names of deployments', ['delete', 'i'], ['iris'], noFiles, { deployments: async () => ['iris', 'wine'] }],
    ['no name twice', ['delete', 'iris', ''], ['wine'], noFiles, { deployments: async () => ['iris', 'wine'] }],
    [
      'names with the resource',
      ['delete', 'sdep/i'],
      ['sdep/iris'],
      noFiles,
      { deployments: async () => ['iris', 'wine'] },
    ],
    [
      'namespaces',
      ['delete', '-n', 'k'],
      ['kube-system'],
      noFiles,
      { namespaces: async () => ['default', 'kube-system'] },
    ],
    ['namespaces, before a command', ['-n', ''], ['default'], noFiles, { namespaces: async () => ['default'] }],
    ['namespaces after =', ['delete', '--namespace=d'], ['default'], noFiles, { namespaces: async () => ['default'] }],
    ['contexts', ['delete', '--context', ''], ['arn:aws:a/b'], noFiles, { contexts: async () => ['arn:aws:a/b'] }],
  ];
  for (const [name, words, texts, directive, sources = {}] of cases) {
    it(`${name}: ${words.join(' ')}`, async () => {
      const { texts: actual, directive: actualDirective } = await completed(words, sources);
      assert.deepEqual([actual, actualDirective], [texts, directive]);
    });
  }

  it('is every flag in every spelling, with a description of one line', async () => {
    const { texts, candidates } = await completed(['delete', '-']);
    for (const name of ['-n', '--namespace', '-f', '--filename', '--wait', '--help', '--color']) {
      assert.ok(texts.includes(name), name);
    }
    assert.match(writtenCompletion({ candidates, directive: noFiles }), /^--wait\tWhether to wait$/m);
  });

  it('depends on the flags before it', async () => {
    const { tokens } = await completed(['delete', '-n', 'models', ''], { deployments: async () => [] });
    assert.deepEqual(
      tokens.map((token) => (token.kind === 'flag' ? [token.flag.name, token.value] : token.kind)),
      [['--namespace', 'models'], 'word'].toReversed(),
    );
  });

  it('is written as kubectl reads it', () => {
    const candidates = [{ text: 'a', description: 'The\nfirst' }, { text: 'b' }];
    assert.equal(writtenCompletion({ candidates, directive: noFiles }), 'a\tThe first\nb\n:4\n');
    assert.equal(writtenCompletion({ candidates: [], directive: files }), ':0\n');
  });
});
