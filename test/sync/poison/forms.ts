import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { stringify } from 'yaml';
import { readFileSource } from '../../../src/sync/source/file-source.ts';
import { readHttpSource } from '../../../src/sync/source/http-source.ts';
import type { OpenSource } from '../../../src/sync/source/open-source.ts';
import type { SourceConnection } from '../../../src/sync/source/source-connection.ts';
import { readStdinSource } from '../../../src/sync/source/stdin-source.ts';
import type { Random } from './records.ts';

/** A record as its form writes it, and perhaps what has become of the text. */
export type Written = (write: (value: unknown) => string) => string;

/** How a source says what it wants. */
export interface Form {
  name: string;
  /** A source that says a whole state once, and ends. */
  whole(records: readonly Written[], random: Random, folder: () => string): OpenSource;
  /** One that says a whole state, and then single records, message by message; undefined: there is no such thing. */
  followed?(records: readonly Written[], upserts: readonly Written[]): OpenSource;
}

const json = (value: unknown) => JSON.stringify(value) ?? 'null';
const yaml = (value: unknown) => stringify(value);
const jsonRecords = (records: readonly Written[]) => records.map((record) => record(json));
const listed = (records: readonly Written[]) => `[${jsonRecords(records).join(',\n')}]`;
const snapshotOf = (records: readonly Written[]) =>
  `{"type":"snapshot","revision":"r1","items":[${jsonRecords(records).join(',')}]}`;
const upsertOf = (record: Written) => `{"type":"upsert","item":${record(json)}}`;
const line = (message: string) => `${message}\n`;
const event = (message: string, index: number) => `id: ${index}\ndata: ${message}\n\n`;

function files(folder: string): OpenSource {
  return {
    name: folder,
    read: (reader, around) =>
      readFileSource({ names: [folder], recursive: false, intervalMs: 1, once: true, ...around }, reader),
  };
}

function pipe(text: string, once = true): OpenSource {
  return {
    name: 'standard input',
    read: (reader, { signal }) => readStdinSource({ stdin: Readable.from([text]), once, signal }, reader),
  };
}

/** What is answered to every request; without `once` the source is read until its answer ends. */
function address(type: string, text: string, once = true): OpenSource {
  async function* body() {
    yield Buffer.from(text);
  }
  const headers = new Map([
    ['content-type', type],
    ['content-length', String(text.length)],
  ]);
  const answer = async () => ({
    status: 200,
    header: (name: string) => headers.get(name),
    body: body(),
    text: async () => text,
  });
  const connection = { request: answer } as unknown as SourceConnection;
  return {
    name: 'https://source.example',
    read: async (reader, around) => {
      const ended = new AbortController();
      const trouble = () => once || ended.abort();
      const url = new URL('https://source.example/desired');
      const signal = AbortSignal.any([around.signal, ended.signal]);
      const options = { url, connection, intervalMs: 1_000, once, ...around, signal };
      await readHttpSource(options, { ...reader, trouble });
    },
  };
}

export const forms: readonly Form[] = [
  {
    name: 'files in a directory',
    whole: (records, random, newFolder) => {
      const folder = newFolder();
      for (const [index, record] of records.entries()) {
        const [write, suffix] = random() < 0.5 ? ([yaml, 'yaml'] as const) : ([json, 'json'] as const);
        writeFileSync(path.join(folder, `${index}.${suffix}`), record(write));
      }
      return files(folder);
    },
  },
  {
    name: 'a file of YAML documents',
    whole: (records, _, newFolder) => {
      const folder = newFolder();
      writeFileSync(path.join(folder, 'all.yaml'), records.map((record) => record(yaml)).join('\n---\n'));
      return files(folder);
    },
  },
  { name: 'an array from a pipe', whole: (records) => pipe(listed(records)) },
  { name: 'a List from a pipe', whole: (records) => pipe(`{"kind":"List","items":${listed(records)}}`) },
  { name: 'YAML from a pipe', whole: (records) => pipe(records.map((record) => record(yaml)).join('\n---\n')) },
  {
    name: 'JSON lines from a pipe',
    whole: (records) => pipe(jsonRecords(records).map(line).join('')),
    followed: (records, upserts) => pipe([snapshotOf(records), ...upserts.map(upsertOf)].map(line).join(''), false),
  },
  {
    name: 'a JSON list from an address',
    whole: (records) => address('application/json', `{"revision":"r1","items":${listed(records)}}`),
  },
  {
    name: 'YAML from an address',
    whole: (records) => address('application/yaml', records.map((record) => record(yaml)).join('\n---\n')),
  },
  {
    name: 'JSON lines from an address',
    whole: (records) => address('application/x-ndjson', line(snapshotOf(records))),
    followed: (records, upserts) =>
      address('application/x-ndjson', [snapshotOf(records), ...upserts.map(upsertOf)].map(line).join(''), false),
  },
  {
    name: 'events from an address',
    whole: (records) => address('text/event-stream', event(snapshotOf(records), 0)),
    followed: (records, upserts) =>
      address('text/event-stream', [snapshotOf(records), ...upserts.map(upsertOf)].map(event).join(''), false),
  },
];
