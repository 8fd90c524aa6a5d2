import type { ProxyAddress } from './proxy-address.ts';

/** All that has to be known to talk to one API server as one user, whatever it was read from. */
export interface ConnectionSettings {
  /** 'https://host:port', maybe with a path below which the API is; no slash at its end. */
  server: string;
  tls: TlsSettings;
  /** proxy-url of the cluster; where there is none, the environment may still name a proxy (proxy.ts). */
  proxy?: ProxyAddress;
  credentials: Credentials;
  impersonation?: Impersonation;
}

/** PEM that stands in a file, or in the kubeconfig itself as base64. */
export type Pem = { file: string } | { base64: string };

export interface TlsSettings {
  /** The authority that signs the server's certificate; the system's, if there is none. */
  authority?: Pem;
  /** The name to look for in the server's certificate, instead of the host in its address. */
  serverName?: string;
  /** The server's certificate is not looked at. */
  insecure: boolean;
  certificate?: Pem;
  key?: Pem;
}

/** How requests say who they come from, beside a client certificate. */
export type Credentials =
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  | { kind: 'token-file'; file: string }
  | { kind: 'basic'; username: string; password: string }
  | { kind: 'exec'; exec: ExecSettings }
  | { kind: 'oidc'; idToken: string };

/** A credential plugin: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface ExecSettings {
  apiVersion: string;
  /** A path, or a name to look for in PATH. */
  command: string;
  args: readonly string[];
  env: readonly { name: string; value: string }[];
  /** Whether it may read standard input, when that is a terminal. */
  interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  /** What the kubeconfig says about getting the command. */
  installHint: string;
  /** What the plugin is told of the cluster; undefined unless it asks for that (provideClusterInfo). */
  cluster: Readonly<Record<string, unknown>> | undefined;
}

/** Whom to act as: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
export interface Impersonation {
  user: string;
  uid?: string;
  groups: readonly string[];
  extra: Readonly<Record<string, readonly string[]>>;
}

/** What flags say instead of the kubeconfig; undefined or empty: nothing. */
export interface ConnectionOverrides {
  context?: string | undefined;
  cluster?: string | undefined;
  user?: string | undefined;
  server?: string | undefined;
  tlsServerName?: string | undefined;
  insecureSkipTlsVerify?: boolean | undefined;
  certificateAuthority?: string | undefined;
  clientCertificate?: string | undefined;
  clientKey?: string | undefined;
  token?: string | undefined;
  as?: string | undefined;
  asUid?: string | undefined;
  asGroups?: readonly string[] | undefined;
  asUserExtra?: Readonly<Record<string, readonly string[]>> | undefined;
}
