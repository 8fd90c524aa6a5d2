import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;
type Cluster = Parameters<KubeConfig['createDispatcherOptions']>[0];
type AgentOptions = Parameters<KubeConfig['createDispatcherOptions']>[1];

/**
 * A KubeConfig whose requests share connections. client-node 2.0.1 makes a new agent, so a new TLS connection, for
 * each request (KubeConfig.createDispatcher); here requests with the same TLS options get the same agent, and a
 * rotated client certificate gets a new one.
 */
export class KubeConfigWithSharedConnection extends KubeConfig {
  readonly #userAgent: string;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #options = '';
  #previous: Promise<void> = Promise.resolve();

  constructor(userAgent: string) {
    super();
    this.#userAgent = userAgent;
  }

  /** One after the other: only so do the options noted below belong to the dispatcher that was made from them. */
  override applySecurityAuthentication(context: RequestContext): Promise<void> {
    const turn = this.#previous.then(() => this.#authenticate(context));
    this.#previous = turn.catch(() => {});
    return turn;
  }

  override createDispatcherOptions(cluster: Cluster, agentOptions: AgentOptions) {
    const options = super.createDispatcherOptions(cluster && allowingPlainHttp(cluster), agentOptions);
    this.#options = JSON.stringify(options);
    return options;
  }

  async #authenticate(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    context.setHeaderParam('User-Agent', this.#userAgent);
    const made = context.getDispatcher();
    if (!made) return;
    const shared = this.#dispatchers.get(this.#options);
    if (shared) context.setDispatcher(shared);
    else this.#dispatchers.set(this.#options, made);
  }
}

/** Over plain HTTP there is no certificate to verify; client-node refuses it, which kubectl allows, unless this is set. */
function allowingPlainHttp(cluster: NonNullable<Cluster>): NonNullable<Cluster> {
  return cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster;
}
