import { readFileSync } from 'node:fs';
import { BadInput } from '../../failures.ts';

/** The environment variable of the token, for who has no file. */
export const TOKEN_VARIABLE = 'SELDON_LIFECYCLE_SOURCE_TOKEN';

/** Answers the token anew each time, because a file may be replaced; undefined: there is none. Throws BadInput. */
export type ReadToken = () => string | undefined;

export function tokenFrom(file: string | undefined, env: Readonly<Record<string, string | undefined>>): ReadToken {
  return () => {
    if (file === undefined) return env[TOKEN_VARIABLE] || undefined;
    try {
      const token = readFileSync(file, 'utf8').trim();
      if (token !== '') return token;
    } catch (cause) {
      throw new BadInput(`cannot read the token from ${file}: ${(cause as Error).message}`, { cause });
    }
    throw new BadInput(`the token file ${file} is empty`);
  };
}

/**
 * An address that a token may go to. Throws BadInput for one without TLS, unless that is allowed on purpose, and for one
 * with a password in it, which everybody on the machine could read in the list of processes.
 */
export function checkedAddress(flag: string, text: string, insecureHttp: boolean): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new BadInput(`invalid argument "${hidden(text)}" for ${flag}: expected an https address`);
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new BadInput(`the address ${spoken(url)} has a user or a password in it: they belong into --token-file`);
  }
  if ([...url.searchParams.keys()].some((key) => /token|secret|password|api_?key/i.test(key))) {
    throw new BadInput(`the address ${spoken(url)} has a token in its query: it belongs into --token-file`);
  }
  if (url.protocol === 'http:' && !insecureHttp) {
    throw new BadInput(`the address ${spoken(url)} is not https: anybody between could change what is deployed`, {
      hint: 'Use https, or allow it with --insecure-http',
    });
  }
  return url;
}

/** As it may be shown: a query can hold a token. */
export function spoken({ origin, pathname }: URL): string {
  return origin + pathname;
}

function hidden(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//').replace(/\?.*/s, '');
}
