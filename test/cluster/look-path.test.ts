import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { lookPath } from '../../src/cluster/look-path.ts';
import { PluginFailure } from '../../src/cluster/plugin-failure.ts';

const REFUSED = 'refused';

describe('The program of a credential plugin', () => {
  for (const [sentence, command, PATH, there, windows, expected] of [
    ['is found in a folder of PATH', 'login', '/bin:/opt', ['/opt/login'], false, '/opt/login'],
    ['is the first of several', 'login', '/bin:/opt', ['/bin/login', '/opt/login'], false, '/bin/login'],
    ['is none where there is none', 'login', '/bin', [], false, undefined],
    ['is none without a PATH', 'login', undefined, ['login'], false, undefined],
    ['is refused from "." in PATH', 'login', '.:/opt', ['login', '/opt/login'], false, REFUSED],
    ['is refused from an empty folder in PATH, which is "."', 'login', '/bin:', ['login'], false, REFUSED],
    ['is refused from a relative folder in PATH', 'login', 'bin:/opt', ['bin/login'], false, REFUSED],
    ['is found behind a "." that does not have it', 'login', '.:/opt', ['/opt/login'], false, '/opt/login'],
    ['is found before a "." that has it too', 'login', '/opt:.', ['login', '/opt/login'], false, '/opt/login'],
    ['is the file that its command names', '/home/me/login', '.', [], false, '/home/me/login'],
    ['is found on Windows by its ending', 'login', 'C:\\bin', ['C:\\bin\\login.exe'], true, 'C:\\bin\\login.exe'],
    ['is found on Windows as it is written', 'a.exe', 'C:\\bin', ['C:\\bin\\a.exe'], true, 'C:\\bin\\a.exe'],
    [
      'is refused on Windows from the current folder, which is looked at first',
      'login',
      'C:\\bin',
      ['login.exe', 'C:\\bin\\login.exe'],
      true,
      REFUSED,
    ],
  ] as [string, string, string | undefined, string[], boolean, string | undefined][]) {
    it(sentence, () => {
      const env = windows ? { Path: PATH } : { PATH };
      const find = () => lookPath(command, env, { windows, isProgram: (file) => there.includes(file) });
      if (expected !== REFUSED) return assert.equal(find(), expected);
      assert.throws(find, {
        constructor: PluginFailure,
        message: `exec: "${command}": cannot run executable found relative to current directory`,
      });
    });
  }

  it('is a file that may be run, and no folder', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'look-path-'));
    try {
      mkdirSync(path.join(folder, 'login'));
      const second = path.join(folder, 'second');
      mkdirSync(second);
      writeFileSync(path.join(second, 'login'), '');
      const find = () => lookPath('login', { PATH: [folder, second].join(path.delimiter) });
      assert.equal(find(), undefined);
      chmodSync(path.join(second, 'login'), 0o755);
      assert.equal(find(), path.join(second, 'login'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
