type Headers = Readonly<Record<string, string>>;

/** What is told of requests on standard error: nothing below level 6, headers from 8 on. Never a body, never a secret. */
export interface RequestLog {
  /** As kubectl's -v. */
  level: number;
  write(text: string): unknown;
}

/** `milliseconds`: from sending it to the beginning of the answer, or to what went wrong (`result` is then its message). */
export function logRequest(
  log: RequestLog,
  request: { method: string; url: string; headers: Headers },
  result: { status: number; headers: Headers } | string,
  milliseconds: number,
): void {
  if (log.level < 6) return;
  const status = typeof result === 'string' ? `failed (${result})` : result.status;
  const lines = [`${request.method} ${request.url} ${status} in ${Math.round(milliseconds)} milliseconds`];
  if (log.level >= 8) {
    lines.push('Request Headers:', ...headerLines(request.headers));
    if (typeof result !== 'string') lines.push('Response Headers:', ...headerLines(result.headers));
  }
  log.write(`${lines.map(harmless).join('\n')}\n`);
}

/** What the server says stands in headers, where bytes beyond ASCII may be controls of the terminal. */
function harmless(line: string): string {
  return line.replace(/[^\P{C}\t]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const SECRET = /^(authorization|proxy-authorization|cookie|set-cookie|x-amz-security-token)$/i;

function headerLines(headers: Headers): string[] {
  return Object.entries(headers).map(([name, value]) => `    ${name}: ${SECRET.test(name) ? masked(value) : value}`);
}

/** The kind of credentials may be seen. */
function masked(value: string): string {
  const [, kind] = /^(Bearer|Basic|Negotiate) /i.exec(value) ?? [];
  return kind ? `${kind} <masked>` : '<masked>';
}
