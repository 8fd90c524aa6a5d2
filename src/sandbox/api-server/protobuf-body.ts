import { ownValue } from '../../own-values.ts';
import type { JsonObject } from './objects.ts';

export const protobufType = 'application/vnd.kubernetes.protobuf';

/** The kinds that are read, with what there is to them beside metadata: what `kubectl create KIND` sends. */
const contents: Record<string, (object: Fields) => JsonObject> = {
  Namespace: () => ({}),
  ServiceAccount: () => ({}),
  ConfigMap: (object) => ({ data: stringMap(object, 2) ?? {} }),
  Secret: (object) => ({ data: stringMap(object, 2, 'base64') ?? {}, type: text(object, 3) }),
};

/**
 * Reads an object that kubectl's typed clients have sent as protobuf, which they do whatever the server prefers.
 * Undefined for other kinds.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function parseProtobuf(body: Buffer): JsonObject | undefined {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') return undefined;
  const envelope = fieldsOf(body.subarray(4));
  const typeMeta = fieldsOf(bytes(envelope, 1));
  const kind = text(typeMeta, 2);
  const content = ownValue(contents, kind);
  if (!content) return undefined;
  const object = fieldsOf(bytes(envelope, 2));
  const metadata = fieldsOf(bytes(object, 1));
  const labels = stringMap(metadata, 11);
  const annotations = stringMap(metadata, 12);
  return {
    apiVersion: text(typeMeta, 1),
    kind,
    metadata: {
      name: text(metadata, 1),
      ...(text(metadata, 2) ? { generateName: text(metadata, 2) } : {}),
      ...(text(metadata, 3) ? { namespace: text(metadata, 3) } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    ...content(object),
  };
}

type Fields = Map<number, Buffer[]>;

/** The length-delimited fields of a message; numbers are skipped. */
function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let offset = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; offset < message.length; shift += 7) {
      const byte = message[offset++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (offset < message.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) varint();
    else if (wireType === 1) offset += 8;
    else if (wireType === 5) offset += 4;
    else {
      const length = varint();
      const number = Math.floor(tag / 8);
      fields.set(number, [...(fields.get(number) ?? []), message.subarray(offset, offset + length)]);
      offset += length;
    }
  }
  return fields;
}

function bytes(fields: Fields, number: number): Buffer {
  return fields.get(number)?.[0] ?? Buffer.alloc(0);
}

function text(fields: Fields, number: number): string {
  return bytes(fields, number).toString();
}

function stringMap(
  fields: Fields,
  number: number,
  encoding: 'utf8' | 'base64' = 'utf8',
): Record<string, string> | undefined {
  const entries = fields.get(number)?.map((entry) => {
    const pair = fieldsOf(entry);
    return [text(pair, 1), bytes(pair, 2).toString(encoding)] as const;
  });
  return entries && Object.fromEntries(entries);
}
