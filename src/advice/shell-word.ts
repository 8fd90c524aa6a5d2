import { escapeTerminal } from '../text/escape.ts';

/**
 * A word as a POSIX shell takes it, on one line and harmless to a terminal: what would not be harmless stands as octal
 * bytes in $'…' (POSIX.1-2024; bash, zsh, ksh and busybox have it). Of --flag=value only the value is quoted.
 */
export function shellWord(word: string): string {
  const [, flag = '', value = word] = /^(--[a-z][a-z-]*=)([\s\S]*)$/.exec(word) ?? [];
  if (value !== '' && PLAIN.test(value)) return `${flag}${value}`;
  if (flag !== '' && value === '') return flag;
  if (escapeTerminal(value) === value) return `${flag}'${value.replaceAll("'", "'\\''")}'`;
  const escaped = [...value].map((character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    return escapeTerminal(character) === character ? character : octal(character);
  });
  return `${flag}$'${escaped.join('')}'`;
}

const PLAIN = /^[\w@%+=:,./-]+$/;

function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
