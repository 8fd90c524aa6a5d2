import { spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import type { ExecSettings } from './connection-settings.ts';
import { unsendableInToken } from './header-value.ts';
import { PluginFailure } from './plugin-failure.ts';

/** What a plugin gave; a token, or a client certificate with its key, or both. */
export interface PluginCredential {
  token?: string;
  /** PEM. */
  certificate?: string;
  key?: string;
  /** Milliseconds since 1970; undefined: as long as the program runs, or until the server refuses it. */
  expires?: number;
}

export interface PluginSurroundings {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Whether standard input is a terminal that nobody else reads. */
  interactive?: boolean;
  signal?: AbortSignal;
}

/** Runs a credential plugin, and keeps what it gave until that expires. */
export class CredentialPlugin {
  readonly #exec: ExecSettings;
  readonly #surroundings: PluginSurroundings;
  #kept: PluginCredential | undefined;
  #running: Promise<PluginCredential> | undefined;

  constructor(exec: ExecSettings, surroundings: PluginSurroundings) {
    this.#exec = exec;
    this.#surroundings = surroundings;
  }

  /** However many ask, the plugin runs once: it may put questions to the user. Throws PluginFailure. */
  async credential(): Promise<PluginCredential> {
    const kept = this.#kept;
    const expired = kept?.expires !== undefined && kept.expires < this.#surroundings.clock.now();
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
    const { interactive = false } = this.#surroundings;
    if (interactiveMode === 'Always' && !interactive) {
      throw new PluginFailure('exec plugin cannot support interactive mode: standard input is not a terminal');
    }
    return interactive && interactiveMode !== 'Never';
  }

  /** Its standard error is ours: it may ask the user to open a browser. */
  #output(info: string, interactive: boolean): Promise<string> {
    const { command, args, installHint } = this.#exec;
    const { env, signal } = this.#surroundings;
    const own = Object.fromEntries(this.#exec.env.map(({ name, value }) => [name, value]));
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        env: { ...env, ...own, KUBERNETES_EXEC_INFO: info },
        stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
        ...(signal && { signal }),
      });
      let output = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      child.on('error', (error: NodeJS.ErrnoException) => {
        if (signal?.aborted) reject(signal.reason);
        else if (error.code !== 'ENOENT') reject(new PluginFailure(`exec: ${error.message}`));
        else
          reject(new PluginFailure(`exec: executable ${command} not found`, printable(installHint) || NOT_INSTALLED));
      });
      child.on('close', (code) => {
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
  if (!token && !certificate && !key) {
    throw new PluginFailure("exec plugin didn't return a token or cert/key pair");
  }
  const problem = token === undefined ? undefined : unsendableInToken(token);
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
