import { Option } from 'clipanion';
import type { ConnectionOverrides } from '../cluster/connection-settings.ts';
import type { KubeconfigChoice } from '../cluster/kubeconfig.ts';
import type { TransportOptions } from '../cluster/transport.ts';
import { BadInput } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { isNamespaceName } from '../manifests/valid-names.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import type { Destination } from '../progress/progress.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import type { Connected, Inspected } from './connect.ts';
import { trueOrFalse, wholeNumber } from './flag-values.ts';
import { SeldonCommand } from './seldon-command.ts';

/** The flags that say which cluster, as whom and in which namespace, as kubectl has them; an empty value says nothing. */
export abstract class ClusterCommand extends SeldonCommand {
  kubeconfig = Option.String('--kubeconfig', { description: 'Path to the kubeconfig file to use' });
  kubeContext = Option.String('--context', { description: 'The name of the kubeconfig context to use' });
  kubeCluster = Option.String('--cluster', { description: 'The name of the kubeconfig cluster to use' });
  kubeUser = Option.String('--user', { description: 'The name of the kubeconfig user to use' });
  namespace = Option.String('-n,--namespace', { description: 'The namespace to work in' });
  server = Option.String('-s,--server', { description: 'The address and port of the API server' });
  token = Option.String('--token', { description: 'Bearer token for authentication to the API server' });
  as = Option.String('--as', { description: 'User or service account to act as' });
  asGroup = Option.Array('--as-group', [], { description: 'Group to act as a member of, with --as; repeatable' });
  asUid = Option.String('--as-uid', { description: 'UID to act with, with --as' });
  asUserExtra = Option.Array('--as-user-extra', [], {
    description: 'Further property to act with, as KEY=VALUE, with --as; repeatable, also for the same key',
  });
  requestTimeout = Option.String('--request-timeout', {
    description:
      'How long the server may take to answer one request (a watch: to begin), for example 30s; 0: no limit; 1m if not said',
  });
  certificateAuthority = Option.String('--certificate-authority', {
    description: 'Path to the certificate of the authority that the API server’s certificate is from',
  });
  clientCertificate = Option.String('--client-certificate', {
    description: 'Path to a client certificate for authentication to the API server',
  });
  clientKey = Option.String('--client-key', { description: 'Path to the key of the client certificate' });
  insecureSkipTlsVerify = Option.String('--insecure-skip-tls-verify', 'false', {
    tolerateBoolean: true,
    description: 'Do not check the API server’s certificate: anybody may read and change what is sent',
  });
  tlsServerName = Option.String('--tls-server-name', {
    description: 'The name to look for in the API server’s certificate, instead of the host',
  });

  /**
   * See connect.ts, which is loaded only here: help must not pay for the client. With the text of a kubeconfig, that one
   * is used whatever the flags say.
   */
  async connect(kubeconfigText?: string): Promise<Connected> {
    const choice = this.#choice();
    const options = this.#transportOptions();
    const { connect } = await import('./connect.ts');
    return await connect(choice, this.context.program.signal, options, kubeconfigText);
  }

  /** For a command whose first request shows as well whether the cluster has SeldonDeployments: a round trip less. */
  protected async connectUnasked(): Promise<Connected> {
    const { connectUnasked } = await import('./connect.ts');
    return connectUnasked(this.#choice(), this.context.program.signal, this.#transportOptions());
  }

  /** Tells the user on what a command is about to act, before it does: its first line. */
  protected async tellDestination(destination: Destination, dryRun: DryRun): Promise<void> {
    const { destinationLine } = await import('../output/destination-line.ts');
    const namesServer = Boolean(this.server || this.kubeCluster);
    this.context.program.stderr.write(`${destinationLine(destination, dryRun, namesServer)}\n`);
  }

  #choice(): KubeconfigChoice {
    const { env, userAgent, signal, clock, stdin } = this.context.program;
    // It becomes a part of paths.
    if (this.namespace && !isNamespaceName(this.namespace)) {
      throw new BadInput(`"${this.namespace}" is not a valid namespace`);
    }
    const interactive = 'isTTY' in stdin && stdin.isTTY === true;
    return { file: this.kubeconfig, ...this.#overrides(), env, userAgent, signal, clock, interactive };
  }

  #transportOptions(): TransportOptions {
    const { clock, stderr } = this.context.program;
    const log = { level: wholeNumber('-v', this.verbosity || '0'), write: (text: string) => stderr.write(text) };
    return { requestTimeoutMs: requestTimeout(this.requestTimeout), log, clock };
  }

  #overrides(): ConnectionOverrides {
    return {
      context: this.kubeContext,
      cluster: this.kubeCluster,
      user: this.kubeUser,
      server: this.server,
      token: this.token,
      as: this.as,
      asGroups: this.asGroup.filter((group) => group !== ''),
      asUid: this.asUid,
      asUserExtra: userExtra(this.asUserExtra),
      certificateAuthority: this.certificateAuthority,
      clientCertificate: this.clientCertificate,
      clientKey: this.clientKey,
      insecureSkipTlsVerify: trueOrFalse('--insecure-skip-tls-verify', this.insecureSkipTlsVerify || 'false'),
      tlsServerName: this.tlsServerName,
    };
  }

  /** For a command that also says something of a cluster without Seldon Core. */
  async inspect(): Promise<Inspected> {
    const { inspect } = await import('./connect.ts');
    return inspect(this.#choice(), this.context.program.signal, this.#transportOptions());
  }
}

/** Milliseconds of --request-timeout: whole seconds or a Go duration, as in kubectl; undefined when it is not given. */
export function requestTimeout(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : parseGoDuration(text);
  if (milliseconds === undefined) {
    throw new BadInput(
      `invalid argument "${text}" for "--request-timeout": expected whole seconds, or a duration such as 1s, 2m or 3h`,
    );
  }
  return Math.min(Math.max(0, milliseconds), LONGEST_TIMER_MS);
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Several values of one key stand in a row. */
function userExtra(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const pair of pairs.filter((given) => given !== '')) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined) {
      throw new BadInput(`invalid argument "${pair}" for "--as-user-extra": expected KEY=VALUE`);
    }
    setOwnValue(extra, key, [...(ownValue(extra, key) ?? []), value]);
  }
  return extra;
}
