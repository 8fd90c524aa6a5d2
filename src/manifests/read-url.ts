import { makeDispatcher } from '../cluster/dispatcher.ts';
import { gathered } from '../cluster/gathered-bytes.ts';
import { innermostMessage } from '../cluster/innermost-error.ts';
import { proxyOf } from '../cluster/proxy.ts';
import { BadInput } from '../failures.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../reading/input-limits.ts';
import { spokenAddress } from '../text/spoken-address.ts';
import { decodeText } from './decode-text.ts';

export interface UrlOptions {
  /** For HTTPS_PROXY, SSL_CERT_FILE and their kin. */
  env: Readonly<Record<string, string | undefined>>;
  /** How long all of it may take, in milliseconds. */
  timeoutMs?: number;
  /** The largest text that is taken, in bytes. */
  mostBytes?: number;
}

const TIMEOUT_MS = 30_000;
/** As many as curl and Go follow. */
const MOST_REDIRECTS = 10;

/**
 * The text behind an http or https URL. Nothing that tells who we are goes along, so redirects are followed; never from
 * https to http. Throws BadInput, in kubectl's words where it has some.
 */
export async function readUrl(url: string, options: UrlOptions): Promise<string> {
  const { timeoutMs = TIMEOUT_MS, mostBytes = inputLimits.bytes } = options;
  const name = spokenAddress(url);
  if (name === undefined)
    throw new BadInput('invalid URL for -f: expected https://HOST/PATH, without a user or a password');
  const { username, password } = new URL(url);
  // It would go to wherever the redirects lead, and stands in the list of processes for everybody to read.
  if (username !== '' || password !== '') throw new BadInput(`the address ${name} has a user or a password in it`);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await followed(url, options.env, signal);
    if (response.statusCode !== 200) {
      throw new BadInput(
        `unable to read URL "${name}", server reported ${response.statusCode} ${response.statusText}, status code=${response.statusCode}`,
      );
    }
    const tooMuch = () => new TooMuchInput(`unable to read URL "${name}": it is larger than ${inMebibytes(mostBytes)}`);
    return decodeText(await gathered(response.body, mostBytes, tooMuch), name);
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    const why = signal.aborted ? `no answer within ${timeoutMs / 1_000}s` : innermostMessage(cause);
    throw new BadInput(`unable to read URL "${name}": ${why}`, { cause });
  }
}

async function followed(url: string, env: UrlOptions['env'], signal: AbortSignal) {
  let next = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const dispatcher = makeDispatcher({
      server: next.origin,
      tls: {},
      proxy: proxyOf(next.href, env),
      repeated: [],
      env,
    });
    const { origin, pathname, search } = next;
    const response = await dispatcher.request({ origin, path: pathname + search, method: 'GET', signal });
    const [location] = [response.headers.location ?? []].flat();
    if (response.statusCode < 300 || response.statusCode > 399 || location === undefined) return response;
    await response.body.dump();
    const target = new URL(location, next);
    if (!mayLead(next, target)) {
      throw new BadInput(
        `unable to read URL "${spokenAddress(url)}": it redirects to ${target.protocol}//${target.host}, which is not followed`,
      );
    }
    next = target;
  }
  throw new BadInput(`unable to read URL "${spokenAddress(url)}": stopped after ${MOST_REDIRECTS} redirects`);
}

/** Only to another web server, and never from one whose certificate was checked to one that has none. */
export function mayLead(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
}
