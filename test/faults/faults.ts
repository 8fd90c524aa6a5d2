import type { Fate, Fault, FaultProxy, Passing } from './fault-proxy.ts';

export const runSteps = [
  'create-namespace',
  'apply',
  'wait-available',
  'scale',
  'wait-scaled',
  'delete',
  'wait-deleted',
] as const;
export type RunStep = (typeof runSteps)[number];

/** What was asked for before, of the same path, from the beginning of the step on. */
interface OfItsPath {
  asked: number;
  /** Everything was. */
  relisted: boolean;
}

/** One way in which things go wrong while a step is under way. */
export interface FaultCase {
  name: string;
  /** What becomes of the write of a step; `nth` counts its tries, from 0. */
  write(nth: number): Fate;
  /** What happens to everything that is open, at the beginning of a step. */
  begin?(proxy: FaultProxy): void;
  /** What becomes of the reads and watches that are asked for from then on; `nth` counts them, from 0. */
  read?(nth: number, request: Passing, before: OfItsPath): Fate;
  /** What becomes of the messages of watches from then on. */
  line?(line: string, before: string | undefined): string[];
  /** What the cell needs besides: see matrix.ts. */
  needs?: 'new token' | 'new certificate' | 'no names' | 'restored database';
  /** It does not pass: the run ends with these exit codes. */
  forGood?: boolean;
}

const first = (count: number, fate: Fate) => (nth: number) => (nth < count ? fate : 'pass');
const end = (proxy: FaultProxy) => proxy.watchesShall('end');
const reset = (proxy: FaultProxy) => proxy.watchesShall('reset');
const silence = (proxy: FaultProxy) => proxy.watchesShall('silence');
const unchanged = () => 'pass' as const;
const gone = JSON.stringify({
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'old' },
});

/** Each watch from a resourceVersion of before, until everything was listed again. */
const stale =
  (fate: Fate) =>
  (_nth: number, { isWatch, query }: Passing, { relisted }: OfItsPath) =>
    isWatch && query.has('resourceVersion') && !relisted ? fate : 'pass';

function busy(status: number, headers: Record<string, string> = {}): FaultCase {
  const fate = { status, headers };
  const retry = headers['Retry-After'] ? ' with Retry-After' : '';
  return { name: `${status}${retry}`, write: first(2, fate), begin: end, read: first(2, fate) };
}

/** Of connections. */
export const connectionFaults: readonly FaultCase[] = [
  { name: 'connection reset, request lost', write: first(2, 'lose'), begin: reset, read: first(2, 'lose') },
  { name: 'connection reset, answer lost', write: first(1, 'lose the answer'), begin: (proxy) => proxy.resetAll() },
  { name: 'silent hang, request lost', write: first(1, 'swallow'), begin: silence, read: first(1, 'swallow') },
  { name: 'silent hang, answer lost', write: first(1, 'swallow the answer'), begin: silence },
  {
    name: 'silent hang, longest of pods',
    write: unchanged,
    begin: silence,
    read: (_, { path }, { asked }) => (path.endsWith('/pods') && asked === 0 ? 'swallow' : 'pass'),
  },
  { name: 'slow server', write: () => ({ lateMs: 300 }), begin: end, read: () => ({ lateMs: 300 }) },
  { name: 'certificate rotated', write: unchanged, needs: 'new certificate', begin: (proxy) => proxy.resetAll() },
  { name: 'DNS fails', write: unchanged, needs: 'no names', begin: (proxy) => proxy.resetAll() },
  { name: 'reset for good', write: () => 'lose', begin: reset, read: () => 'lose', forGood: true },
  { name: 'hang for good', write: () => 'swallow', begin: silence, read: () => 'swallow', forGood: true },
];

/** Of what the server answers and tells. */
export const answerFaults: readonly FaultCase[] = [
  busy(429, { 'Retry-After': '1' }),
  busy(500),
  busy(502),
  busy(503),
  busy(503, { 'Retry-After': '1' }),
  {
    name: '500, but carried out',
    write: first(1, { status: 500, message: 'etcdserver: request timed out', carriedOut: true }),
    begin: end,
    read: first(1, { status: 500, message: 'etcdserver: request timed out' }),
  },
  { name: 'truncated JSON', write: first(1, 'cut'), begin: reset, read: first(1, 'cut') },
  {
    name: 'watch closed at once',
    write: unchanged,
    begin: end,
    read: (nth, { isWatch }) => (isWatch && nth < 6 ? { lines: [] } : 'pass'),
  },
  { name: 'watch closed silently, stale', write: unchanged, begin: end, read: stale({ lines: [] }) },
  {
    name: '410',
    write: unchanged,
    begin: (proxy) => proxy.watchesShall('end', `${gone}\n`),
    read: stale({ lines: [gone] }),
  },
  {
    name: 'messages twice, and old ones late',
    write: unchanged,
    line: (line, before) => [line, line, ...(before === undefined ? [] : [before])],
  },
  { name: 'resourceVersion jumps back', write: unchanged, needs: 'restored database' },
  { name: 'token expired', write: unchanged, needs: 'new token', begin: (proxy) => proxy.resetAll() },
  { name: '401 for good', write: () => ({ status: 401 }), begin: end, read: () => ({ status: 401 }), forGood: true },
];

export const faultCases = [...connectionFaults, ...answerFaults];

/** How much the resourceVersions before the restoration are ahead of those after it. */
const AHEAD = 1_000_000;
const forward = (text: string) =>
  text.replaceAll(/"resourceVersion":"(\d+)"/g, (_, version) => `"resourceVersion":"${Number(version) + AHEAD}"`);

/** The fault of one cell of the matrix, which does nothing until its step has begun. */
export class CellFault implements Fault {
  proxy: FaultProxy | undefined;
  /** What has to be in the Authorization header. */
  token = 'first';
  readonly #case: FaultCase;
  #begun = false;
  #writes = 0;
  #reads = 0;
  readonly #ofPaths = new Map<string, OfItsPath>();
  readonly #before = new WeakMap<Passing, string>();

  constructor(faultCase: FaultCase) {
    this.#case = faultCase;
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    if (this.#case.needs === 'restored database') this.proxy?.resetAll();
    if (this.proxy) this.#case.begin?.(this.proxy);
  }

  fateOf(request: Passing): Fate {
    const { method, path, query, headers, isWatch } = request;
    const known = headers.authorization === `Bearer ${this.token}`;
    if (this.#case.needs === 'new token' && !known) return { status: 401, message: 'Unauthorized' };
    const version = Number(query.get('resourceVersion') ?? 0);
    if (this.#case.needs === 'restored database' && version > AHEAD) {
      if (!this.#begun) query.set('resourceVersion', String(version - AHEAD));
      else if (path.endsWith('/events')) return 'swallow';
      else return { status: 504, message: `Too large resource version: ${version}, current: 7` };
    }
    if (!this.#begun) return 'pass';
    if (method !== 'GET') {
      // Rights are asked for by POST as well.
      this.#writes += 1;
      return this.#case.write(this.#writes - 1);
    }
    const before = this.#ofPaths.get(path) ?? { asked: 0, relisted: false };
    const fate = this.#case.read?.(this.#reads, request, before) ?? 'pass';
    this.#reads += 1;
    const relisted = before.relisted || !isWatch || query.has('sendInitialEvents');
    this.#ofPaths.set(path, { asked: before.asked + 1, relisted });
    return fate;
  }

  line(line: string, request: Passing): string[] {
    if (this.#case.needs === 'restored database' && !this.#begun) return [forward(line)];
    if (!this.#begun || !this.#case.line || line.includes('"BOOKMARK"')) return [line];
    const lines = this.#case.line(line, this.#before.get(request));
    this.#before.set(request, line);
    return lines;
  }

  body(text: string): string {
    return this.#case.needs === 'restored database' && !this.#begun ? forward(text) : text;
  }
}
