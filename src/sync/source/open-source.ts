import type { Readable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { BadInput } from '../../failures.ts';
import { spokenName } from '../../text/spoken-address.ts';
import { isUrl } from '../derived-owner.ts';
import { checkedAddress, spoken } from './address.ts';
import { readFileSource } from './file-source.ts';
import { readHttpSource } from './http-source.ts';
import type { SourceReader } from './message.ts';
import type { SourceConnection } from './source-connection.ts';
import { readStdinSource } from './stdin-source.ts';

export interface SourceOptions {
  names: readonly string[];
  recursive: boolean;
  insecureHttp: boolean;
  connection: SourceConnection;
  intervalMs: number;
  once: boolean;
}

export interface SourceDeps {
  stdin: Readable;
  clock: Clock;
  signal: AbortSignal;
  random(): number;
}

/** A source that has not been asked for anything yet. */
export interface OpenSource {
  /** As it may be shown. */
  name: string;
  /** Where it is asked; undefined for what is read on this machine. */
  url?: URL;
  read(reader: SourceReader, around: SourceDeps): Promise<void>;
}

/** Throws BadInput for what is no source. */
export function openSource(options: SourceOptions): OpenSource {
  const { names, once, insecureHttp } = options;
  const [first] = names;
  if (first === undefined) {
    throw new BadInput('must specify a source: a file, a directory, - for standard input, or an https address', {
      hint: 'For example: models/',
    });
  }
  if (names.length > 1 && names.some((name) => name === '-' || isUrl(name))) {
    throw new BadInput('standard input and addresses do not go together with other sources: sync one of them');
  }
  if (first === '-') {
    return { name: 'standard input', read: (reader, around) => readStdinSource({ once, ...around }, reader) };
  }
  if (isUrl(first)) {
    const url = checkedAddress('SOURCE', first, insecureHttp);
    const { connection, intervalMs } = options;
    return {
      name: spoken(url),
      url,
      read: (reader, around) => readHttpSource({ url, connection, intervalMs, once, ...around }, reader),
    };
  }
  return {
    name: names.map(spokenName).join(', '),
    read: (reader, around) => readFileSource({ ...options, ...around }, reader),
  };
}
