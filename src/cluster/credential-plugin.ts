import { spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import type { ExecSettings } from './connection-settings.ts';
import { unsendableInToken } from './header-value.ts';
import { lookPath } from './look-path.ts';
import { PluginFailure } from './plugin-failure.ts';

/** Letters of what a plugin writes: a token and a certificate are a few thousand. */
const MOST_OUTPUT = 1024 * 1024;
/** As long as somebody may take to log in, in a browser too. */
const LONGEST_RUN_MS = 10 * 60_000;

/** What a plugin gave; a token, or a client certificate with its key, or both. */
export interface PluginCredential {
  token?: string;
  /** PEM. */
  certificate?: string;
  key?: string;
  /** Milliseconds since 1970; undefined: as long as the program runs, or until the server refuses it. */
  expires?: number;
}

export interface PluginDeps {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Whether standard input is a terminal that nobody else reads. */
  interactive?: () => boolean;
  signal?: AbortSignal;
}

/** Runs a credential plugin, and keeps what it gave until that expires. */
export class CredentialPlugin {
  readonly #exec: ExecSettings;
  readonly #deps: PluginDeps;
  #kept: PluginCredential | undefined;
  #running: Promise<PluginCredential> | undefined;

  constructor(exec: ExecSettings, deps: PluginDeps) {
    this.#exec = exec;
    this.#deps = deps;
  }

  /** However many ask, the plugin runs once: it may put questions to the user. Throws PluginFailure. */
  async credential(): Promise<PluginCredential> {
    const kept = this.#kept;
    const expired = kept?.expires !== undefined && kept.expires < this.#deps.clock.now();
    return kept && !expired ? kept : await this.another(kept);
  }

  /** One in place of `refused`, unless there is another by now. */
  async another(refused: PluginCredential | undefined): Promise<PluginCredential> {
    if (this.#kept && this.#kept !== refused) return this.#kept;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    this.#kept = await this.#running;
    return this.#kept;
  }

  async #run(): Promise<PluginCredential> {
    const { apiVersion, command, cluster } = this.#exec;
    const interactive = this.#mayAsk();
    const spec = { ...(cluster && { cluster }), interactive };
    const output = await this.#output(JSON.stringify({ kind: 'ExecCredential', apiVersion, spec }), interactive);
    let answer: Partial<ExecCredential> | undefined;
    try {
      answer = JSON.parse(output);
    } catch (cause) {
      // V8 would quote what was decoded, which is the credential.
      throw new PluginFailure(
        `exec: decoding stdout of ${command}: ${cause instanceof SyntaxError ? 'it is not JSON' : cause}`,
      );
    }
    if (answer?.kind !== 'ExecCredential' || answer.apiVersion !== apiVersion) {
      throw new PluginFailure(
        `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${answer?.apiVersion}`,
      );
    }
    return credentialIn(answer.status);
  }

  #mayAsk(): boolean {
    const { interactiveMode } = this.#exec;
    const interactive = this.#deps.interactive?.() ?? false;
    if (interactiveMode === 'Always' && !interactive) {
      throw new PluginFailure('exec plugin cannot support interactive mode: standard input is not a terminal');
    }
    return interactive && interactiveMode !== 'Never';
  }

  /** Its standard error is ours: it may ask the user to open a browser. */
  async #output(info: string, interactive: boolean): Promise<string> {
    const { command, args, installHint } = this.#exec;
    const { env, clock, signal } = this.#deps;
    const own = Object.fromEntries(this.#exec.env.map(({ name, value }) => [name, value]));
    const program = lookPath(command, env);
    const notFound = () =>
      new PluginFailure(`exec: executable ${command} not found`, printable(installHint) || NOT_INSTALLED);
    if (program === undefined) throw notFound();
    return await new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: { ...env, ...own, KUBERNETES_EXEC_INFO: info },
        stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
        ...(signal && { signal }),
      });
      let output = '';
      // Whatever it has started itself may hold its output open.
      const giveUp = (why: string) => {
        child.kill('SIGKILL');
        child.stdout?.destroy();
        reject(new PluginFailure(`exec: executable ${command} ${why}`));
      };
      const tooLong = () => giveUp(`has given no credential within ${LONGEST_RUN_MS / 60_000} minutes`);
      const cancel = clock.after(LONGEST_RUN_MS, tooLong);
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.length <= MOST_OUTPUT) return;
        cancel();
        giveUp(`wrote more than ${MOST_OUTPUT / 1024 / 1024} MiB to standard output, too much for a credential`);
      });
      child.on('error', (error: NodeJS.ErrnoException) => {
        cancel();
        if (signal?.aborted) reject(signal.reason);
        else if (error.code !== 'ENOENT') reject(new PluginFailure(`exec: ${error.message}`));
        else reject(notFound());
      });
      child.on('close', (code) => {
        cancel();
        if (code === 0) resolve(output);
        else reject(new PluginFailure(`exec: executable ${command} failed with exit code ${code}`));
      });
    });
  }
}

const NOT_INSTALLED =
  'Your kubeconfig uses a credential plugin that is not installed: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins';

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
interface ExecCredential {
  kind: string;
  apiVersion: string;
  status: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    /** RFC 3339. */
    expirationTimestamp?: string | null;
  };
}

function credentialIn(status: ExecCredential['status'] | undefined): PluginCredential {
  if (!status) throw new PluginFailure("exec plugin didn't return a status field");
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status;
  for (const [name, value] of Object.entries({ token, clientCertificateData: certificate, clientKeyData: key })) {
    const isText = value === undefined || value === null || typeof value === 'string';
    if (!isText) throw new PluginFailure(`exec plugin returned a ${name} that is not text`);
  }
  if (!token && !certificate && !key) {
    throw new PluginFailure("exec plugin didn't return a token or cert/key pair");
  }
  const problem = token ? unsendableInToken(token) : undefined;
  if (problem)
    throw new PluginFailure(`exec plugin returned a token with ${problem}, which cannot be sent in a header`);
  if (!certificate !== !key) throw new PluginFailure('exec plugin returned only certificate or key, not both');
  const expires = expirationTimestamp ? Date.parse(expirationTimestamp) : Number.NaN;
  return {
    ...(token && { token }),
    ...(certificate && key && { certificate, key }),
    ...(Number.isFinite(expires) && { expires }),
  };
}

/** Without what could do something to the terminal; lines and tabs stay. */
function printable(text: string): string {
  return text.replaceAll(
    /[^\P{C}\n\t]/gu,
    (character) => `U+${character.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
}
