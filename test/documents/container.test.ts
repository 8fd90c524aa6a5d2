import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { asksForHelp, checkedLine, readCommandLine } from '../../src/cli/command-line.ts';
import { programCommands } from '../../src/cli/program-commands.ts';
import { otherCommandsIn } from './command-lines.ts';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8');
const text = read('docs/container.md');
const dockerfile = read('Dockerfile');
const home = /^ENV HOME=(\S+)$/m.exec(dockerfile)?.[1] ?? '';
const commands = await programCommands();

const IMAGE = 'seldon-lifecycle';
/** Each `docker run`, as what Docker is told and what the program is told. */
const runs = otherCommandsIn(text)
  .map((line) => line.split(' '))
  .filter(([docker, run]) => docker === 'docker' && run === 'run')
  .map((words) => {
    const at = words.indexOf(IMAGE);
    return { line: words.join(' '), docker: words.slice(2, at), program: words.slice(at + 1) };
  });

describe('docs/container.md', () => {
  it('has runs with a kubeconfig and without', () => {
    const mounts = runs.filter(({ docker }) => docker.includes('-v'));
    assert.ok(mounts.length > 3 && mounts.length < runs.length);
  });

  for (const { line, docker, program } of runs) {
    it(`tells the program what it takes: ${line}`, () => {
      assert.equal(docker[0], '--rm');
      if (program.length === 0 || program[0] === '--version') return;
      const read = readCommandLine(program, commands);
      assert.ok(read.command, `no command in ${program.join(' ')}`);
      if (!asksForHelp(read)) checkedLine(read.command, read);
    });

    if (docker.includes('-v')) {
      it(`mounts the kubeconfig where the image looks for it, read-only, as who can read it: ${line}`, () => {
        assert.equal(docker[docker.indexOf('-v') + 1], `$PWD/kubeconfig:${home}/.kube/config:ro`);
        assert.equal(docker[docker.indexOf('--user') + 1], '$(id');
      });
    }
  }

  it('names flags of the program for a cluster that is reached by another address', () => {
    const flags = [...text.matchAll(/`(--server=\S+ --tls-server-name=\S+)`/g)].map(([, both = '']) => both.split(' '));
    assert.ok(flags.length > 1);
    for (const both of flags) {
      const line = readCommandLine(['list', ...both], commands);
      assert.ok(line.command);
      checkedLine(line.command, line);
    }
  });
});
