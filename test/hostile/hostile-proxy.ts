import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What a text would have to hold to take over a terminal: colours, the title, the cursor, a line of its own, the other
 * direction of writing; in control sequences of one byte and of two, as ends of lines of all kinds.
 */
export const POISON =
  '\u001b[31m\u001b]0;title\u0007\u001b[2J\u009b1A\u0090\u0085\u0000\b\u007f\r\nerror: forged\r\u2028{"type":"summary"}\u2029\u202e\u2066\u200b\ufeff\u00ad\u180e\u2061\u3164\ufff9\u{e0041}\ufe0f\u200d\t"\'<b><script>alert(1)</script><img src=x onerror=alert(1)>]]>-->&amp;';

export interface HostileOptions {
  /** Names, kinds and the like too, with which little can be done any more. */
  everything?: boolean;
  /** Every answer is a refusal, with this status. */
  refusing?: number;
  /** Headers of every answer. */
  headers?: Record<string, string>;
}

/** What has to stay for the answers to mean something. */
const STRUCTURE =
  /^(apiVersion|kind|uid|resourceVersion|namespace|name|singularName|shortNames|verbs|creationTimestamp|groupVersion|group|version|type|time|.*Time|.*Timestamp|state|phase|status|categories|scope|plural|singular|k8s.io\/.*|desiredState)$/;

/** Stands before an API server, and poisons every string of its answers. */
export async function startHostileProxy(upstream: string, options: HostileOptions = {}) {
  const server = createServer((incoming, outgoing) => passOn(new URL(upstream), incoming, outgoing, options));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function passOn(upstream: URL, incoming: IncomingMessage, outgoing: ServerResponse, options: HostileOptions): void {
  const { method = '', url = '', headers } = incoming;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Node refuses to send these in a header.
  const warning = Buffer.from(`299 - "warning${POISON.replaceAll(/["\u0000-\u001f\u007f]/g, '')}"`).toString('latin1');
  const further = { warning, 'x-hostile': '\u009b31m\u0085', ...options.headers };
  if (options.refusing !== undefined) {
    const status = { kind: 'Status', status: 'Failure', message: POISON, reason: 'Invalid', code: options.refusing };
    const causes = [
      { field: `.spec${POISON}`, message: POISON, reason: 'FieldManagerConflict' },
      { field: POISON, message: POISON },
    ];
    outgoing.writeHead(options.refusing, { 'content-type': 'application/json', ...further });
    outgoing.end(JSON.stringify({ ...status, details: { kind: POISON, name: POISON, causes } }));
    return;
  }
  const asked = httpRequest(new URL(url, upstream), { method, headers: { ...headers, host: upstream.host } });
  asked.on('response', (response) => {
    const { 'content-length': _, 'transfer-encoding': __, ...kept } = response.headers;
    outgoing.writeHead(response.statusCode ?? 502, { ...kept, ...further });
    outgoing.flushHeaders();
    const isWatch = url.includes('watch=true');
    let rest = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
      if (!isWatch) return;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) outgoing.write(`${poisoned(line, options)}\n`);
    });
    response.on('end', () => outgoing.end(poisoned(rest, options)));
  });
  asked.on('error', () => outgoing.destroy());
  outgoing.on('close', () => asked.destroy());
  incoming.pipe(asked);
}

function poisoned(text: string, { everything = false }: HostileOptions): string {
  try {
    const content = JSON.parse(text);
    // Without discovery nothing goes on at all.
    if (everything && /^API/.test(content.kind)) return text;
    const whole = poisonedValue(content, '', everything) as Record<string, unknown>;
    // A message of a watch that says nothing known is no message.
    return JSON.stringify(content.type && content.object ? { ...whole, type: content.type } : whole);
  } catch {
    return text === '' ? '' : `${text}${POISON}\n${POISON}`;
  }
}

function poisonedValue(value: unknown, key: string, everything: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => poisonedValue(item, key, everything));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, poisonedValue(inner, name, everything)]),
    );
  }
  if (typeof value !== 'string' || value === '') return value;
  const isKept = everything
    ? /^(apiVersion|kind|uid|resourceVersion|groupVersion|verbs|k8s.io\/.*)$/.test(key)
    : STRUCTURE.test(key);
  return isKept ? value : `${value}${POISON}`;
}
