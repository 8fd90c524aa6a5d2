import type { RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import type { buildConnector } from 'undici';
import { CredentialsMissing } from './api-failure.ts';
import type { ConnectionSettings, ExecSettings } from './connection-settings.ts';
import { beginConnecting, type ServerAccess } from './connector.ts';
import type { CredentialPlugin, PluginCredential, PluginDeps } from './credential-plugin.ts';
import { impersonationHeaders } from './impersonation-headers.ts';
import { KnownSecrets } from './known-secrets.ts';
import { oidcToken } from './oidc-token.ts';
import { pemText } from './pem.ts';
import { PluginFailure } from './plugin-failure.ts';
import { proxyOf } from './proxy.ts';
import type { ProxyAddress } from './proxy-address.ts';
import { TokenFile } from './token-file.ts';

type SetDispatcher = Parameters<RequestContext['setDispatcher']>[0];

/**
 * Lets requests go to one API server as one user: their TLS, proxy, credentials and whom they act as. client-node's
 * KubeConfig would do it otherwise than kubectl in many ways, and would open a connection for each request; here those
 * with the same TLS options share one, and a rotated client certificate gets a new one.
 */
export class Connection {
  readonly server: string;
  /** What is not to be told of what the server says, where it says it again. */
  readonly secrets = new KnownSecrets();
  readonly #settings: ConnectionSettings;
  readonly #userAgent: string;
  readonly #deps: PluginDeps;
  readonly #proxy: ProxyAddress | undefined;
  #plugin: Promise<CredentialPlugin> | undefined;
  readonly #tokenFile: TokenFile | undefined;
  readonly #headers: ReturnType<typeof impersonationHeaders>;
  /** With the TLS options that it is for; one for an earlier certificate keeps its connections until they end. */
  #dispatcher: { same: string; made: SetDispatcher } | undefined;
  /** The first connection, from `open` until there is a dispatcher to use it. */
  #begun: { same: string; connector: buildConnector.connector } | undefined;
  /** The last Authorization header. */
  #shown: string | undefined;
  /** What the plugin had given when a request was sent. */
  readonly #used = new WeakMap<RequestContext, PluginCredential>();

  constructor(settings: ConnectionSettings, deps: PluginDeps & { userAgent: string }) {
    const { server, credentials, proxy, impersonation } = settings;
    this.server = server;
    this.#settings = settings;
    this.#userAgent = deps.userAgent;
    this.#deps = deps;
    this.#proxy = proxy ?? proxyOf(server, deps.env);
    this.#tokenFile = credentials.kind === 'token-file' ? new TokenFile(credentials.file, deps.clock) : undefined;
    this.#headers = impersonationHeaders(impersonation);
  }

  /**
   * Begins to connect before anything is asked. Nothing happens where that has to wait, for a credential plugin or a proxy, and
   * what goes wrong is told of the first request.
   */
  open(): void {
    if (this.#settings.credentials.kind === 'exec' || this.#proxy || !this.server.startsWith('https:')) return;
    try {
      const { certificate, key } = this.#ownCertificate();
      const access = this.#accessWith(certificate, key);
      this.#begun = { same: JSON.stringify(access.tls), connector: beginConnecting(access) };
    } catch {}
  }

  /** Says in a request who we are, and gives it its dispatcher. Throws CredentialsMissing. */
  async authorize(request: RequestContext): Promise<void> {
    const { authorization, certificate, key } = await this.#credentials(request).catch((cause) => {
      if (this.#deps.signal?.aborted) throw cause;
      throw this.#missing(cause);
    });
    if (authorization && authorization !== this.#shown) this.#remember(authorization, key);
    request.setHeaderParam('User-Agent', this.#userAgent);
    for (const [name, value] of this.#headers.single) request.setHeaderParam(name, value);
    if (authorization) request.setHeaderParam('Authorization', authorization);
    request.setDispatcher(await this.#dispatcherFor(certificate, key));
  }

  /** After a 401: whether the credentials of this request were replaced, so that it may be sent again. Throws CredentialsMissing. */
  async renew(request: RequestContext): Promise<boolean> {
    const before = request.getHeaders().Authorization;
    try {
      const used = this.#used.get(request);
      if (used) {
        const other = await (await this.#plugin)?.another(used);
        return other?.token !== used.token || other?.certificate !== used.certificate;
      }
      return this.#tokenFile !== undefined && `Bearer ${this.#tokenFile.readAgain()}` !== before;
    } catch (cause) {
      throw this.#missing(cause);
    }
  }

  async #credentials(
    request: RequestContext,
  ): Promise<{ authorization?: string; certificate?: string | undefined; key?: string | undefined }> {
    const { credentials } = this.#settings;
    const own = this.#ownCertificate();
    switch (credentials.kind) {
      case 'none':
        return own;
      case 'token':
        return { ...own, authorization: `Bearer ${credentials.token}` };
      case 'token-file':
        return { ...own, authorization: `Bearer ${this.#tokenFile?.token()}` };
      case 'basic': {
        const { username, password } = credentials;
        return { ...own, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
      }
      case 'oidc':
        return { ...own, authorization: `Bearer ${oidcToken(credentials.idToken, this.#deps.clock.now())}` };
      case 'exec': {
        this.#plugin ??= this.#loadPlugin(credentials.exec);
        const given = await (await this.#plugin).credential();
        this.#used.set(request, given);
        return {
          certificate: given.certificate,
          key: given.key,
          ...(given.token && { authorization: `Bearer ${given.token}` }),
        };
      }
    }
  }

  #ownCertificate(): { certificate: string | undefined; key: string | undefined } {
    const { tls } = this.#settings;
    return { certificate: tls.certificate && pemText(tls.certificate), key: tls.key && pemText(tls.key) };
  }

  /** Only where the kubeconfig has one: what runs other programs takes time to load. */
  async #loadPlugin(exec: ExecSettings): Promise<CredentialPlugin> {
    const { CredentialPlugin } = await import('./credential-plugin.ts');
    return new CredentialPlugin(exec, this.#deps);
  }

  #accessWith(cert: string | undefined, key: string | undefined): ServerAccess {
    const { authority, serverName, insecure } = this.#settings.tls;
    return {
      tls: {
        ...(authority && { ca: pemText(authority) }),
        ...(cert && key && { cert, key }),
        ...(serverName && { servername: serverName }),
        insecure,
      },
      server: this.server,
      proxy: this.#proxy,
      repeated: this.#headers.repeated,
      env: this.#deps.env,
    };
  }

  async #dispatcherFor(cert: string | undefined, key: string | undefined): Promise<SetDispatcher> {
    const { makeDispatcher } = await import('./dispatcher.ts');
    const access = this.#accessWith(cert, key);
    const same = JSON.stringify(access.tls);
    if (this.#dispatcher?.same !== same) {
      const begun = this.#begun?.same === same ? this.#begun.connector : undefined;
      this.#begun = undefined;
      this.#dispatcher = { same, made: makeDispatcher(access, begun) as SetDispatcher };
    }
    return this.#dispatcher.made;
  }

  #remember(authorization: string, key: string | undefined): void {
    this.#shown = authorization;
    this.secrets.add(authorization.replace(/^(Bearer|Basic) /, ''));
    if (key !== undefined) this.secrets.add(key);
    const { credentials } = this.#settings;
    if (credentials.kind === 'basic') this.secrets.add(credentials.password);
  }

  #missing(cause: unknown): CredentialsMissing {
    return new CredentialsMissing(this.server, cause, cause instanceof PluginFailure ? cause.hint : undefined);
  }
}
