import { readFileSync } from 'node:fs';
import { unsendableInToken } from '../../cluster/header-value.ts';
import { BadInput } from '../../failures.ts';
import { spokenAddress } from '../../text/spoken-address.ts';

/** The environment variable of the token, for who has no file. */
export const TOKEN_VARIABLE = 'SELDON_LIFECYCLE_SOURCE_TOKEN';

/** Answers the token anew each time, because a file may be replaced; undefined: there is none. Throws BadInput. */
export type ReadToken = () => string | undefined;

export function tokenFrom(file: string | undefined, env: Readonly<Record<string, string | undefined>>): ReadToken {
  return () => {
    const token = (file === undefined ? env[TOKEN_VARIABLE] : tokenIn(file))?.trim();
    const problem = token && unsendableInToken(token);
    if (!problem) return token || undefined;
    const place = file === undefined ? TOKEN_VARIABLE : `the token file ${file}`;
    throw new BadInput(`${place} contains ${problem}, which cannot be sent in a header`);
  };
}

function tokenIn(file: string): string {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new BadInput(`cannot read the token from ${file}: ${(cause as Error).message}`, { cause });
  }
  if (token === '') throw new BadInput(`the token file ${file} is empty`);
  return token;
}

/**
 * An address that a token may go to. Throws BadInput for one without TLS, unless that is allowed on purpose, and for one
 * with a password in it, which everybody on the machine could read in the list of processes.
 */
export function checkedAddress(flag: string, text: string, insecureHttp: boolean): URL {
  const name = spokenAddress(text);
  if (name === undefined) throw new BadInput(`invalid argument for ${flag}: expected an https address`);
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) {
    throw new BadInput(`invalid argument "${name}" for ${flag}: expected an https address`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new BadInput(`the address ${name} contains a user or a password: put credentials into --token-file`);
  }
  if ([...url.searchParams.keys()].some((key) => /token|secret|password|api_?key/i.test(key))) {
    throw new BadInput(`the address ${name} contains a token in its query: put the token into --token-file`);
  }
  if (url.protocol === 'http:' && !insecureHttp) {
    throw new BadInput(`the address ${name} is not https: anybody on the way could change the deployments`, {
      hint: 'Use https, or allow it with --insecure-http',
    });
  }
  return url;
}

/** As it may be shown: a query can hold a token. */
export function spoken({ origin, pathname }: URL): string {
  return origin + pathname;
}
