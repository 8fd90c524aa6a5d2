import type { FlagDeclaration } from './command-declaration.ts';

/** What a part of the command line is, as pflag takes it (github.com/spf13/pflag flag.go, parseArgs). */
export type Token =
  | { kind: 'word'; text: string }
  /** `written` is how the user spelled it; the value is undefined where none is needed and none was given. */
  | { kind: 'flag'; flag: FlagDeclaration; written: string; value: string | undefined }
  | { kind: 'help' }
  | { kind: 'no value'; flag: FlagDeclaration; written: string; message: string }
  | { kind: 'unknown flag'; written: string; message: string }
  | { kind: 'bad syntax'; message: string };

export interface Tokens {
  tokens: Token[];
  /** Whether -- has ended the flags. */
  ended: boolean;
}

/** Takes a command line apart; never throws. `flagNamed` knows the flags by each of their spellings. */
export function tokensOf(args: readonly string[], flagNamed: (name: string) => FlagDeclaration | undefined): Tokens {
  const tokens: Token[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      tokens.push(...rest.map((text) => ({ kind: 'word' as const, text })));
      return { tokens, ended: true };
    }
    if (arg.startsWith('--')) tokens.push(longFlag(arg, rest, flagNamed));
    else if (arg.startsWith('-') && arg !== '-') tokens.push(...shortFlags(arg, rest, flagNamed));
    else tokens.push({ kind: 'word', text: arg });
  }
  return { tokens, ended: false };
}

function longFlag(arg: string, rest: string[], flagNamed: (name: string) => FlagDeclaration | undefined): Token {
  if (/^--[-=]/.test(arg)) return { kind: 'bad syntax', message: `bad flag syntax: ${arg}` };
  const equals = arg.indexOf('=');
  const [written, value] = equals < 0 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)];
  const flag = flagNamed(written);
  if (!flag) {
    return written === '--help'
      ? { kind: 'help' }
      : { kind: 'unknown flag', written, message: `unknown flag: ${written}` };
  }
  if (value !== undefined || !needsValue(flag)) return { kind: 'flag', flag, written, value };
  const next = rest.shift();
  if (next === undefined) return { kind: 'no value', flag, written, message: `flag needs an argument: ${written}` };
  return { kind: 'flag', flag, written, value: next };
}

/** Several letters may stand together; the first that needs a value takes what follows it. */
function shortFlags(arg: string, rest: string[], flagNamed: (name: string) => FlagDeclaration | undefined): Token[] {
  const tokens: Token[] = [];
  for (let letters = arg.slice(1); letters !== ''; ) {
    const [letter = ''] = letters;
    const written = `-${letter}`;
    const flag = flagNamed(written);
    const after = letters.slice(letter.length);
    if (!flag && letter !== 'h') {
      const message = `unknown shorthand flag: '${letter}' in -${letters}`;
      return [...tokens, { kind: 'unknown flag', written, message }];
    }
    if (!flag) tokens.push({ kind: 'help' });
    else if (after.startsWith('=')) return [...tokens, { kind: 'flag', flag, written, value: after.slice(1) }];
    else if (!needsValue(flag)) tokens.push({ kind: 'flag', flag, written, value: undefined });
    else {
      const value = after === '' ? rest.shift() : after;
      if (value !== undefined) return [...tokens, { kind: 'flag', flag, written, value }];
      return [
        ...tokens,
        { kind: 'no value', flag, written, message: `flag needs an argument: '${letter}' in -${letters}` },
      ];
    }
    letters = after;
  }
  return tokens;
}

function needsValue({ takes }: FlagDeclaration): boolean {
  return takes === 'value' || takes === 'values';
}
