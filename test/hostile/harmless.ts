import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';

/** Lines that no program of ours has written. */
export function assertHarmless(name: string, text: string, { colours = false, logs = false } = {}): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  const plain = colours ? text.replaceAll(/\u001b\[\d+m/g, '') : text;
  assert.equal(plain, stripVTControlCharacters(plain), `${name} holds control sequences`);
  const found = /[^\P{C}\n\t]|[\u2028\u2029]|\p{Default_Ignorable_Code_Point}/u.exec(plain);
  const around = found && JSON.stringify(plain.slice(Math.max(0, found.index - 60), found.index + 20));
  assert.equal(found, null, `${name} holds U+${found?.[0].charCodeAt(0).toString(16)}: ${around}`);
  // Without a prefix, what a container writes is lines of its own.
  for (const line of logs ? [] : plain.split('\n')) {
    assert.ok(!/^(error: forged|\{"type":"summary"\})/.test(line), `${name} has a forged line: ${line}`);
  }
}
