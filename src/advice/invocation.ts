/** What the command line said of the connection: whatever is to act on the same cluster has to repeat it. */
export interface Invocation {
  /** --kubeconfig=FILE; undefined where it was not given. KUBECONFIG stays in the user's environment. */
  readonly kubeconfig?: string | undefined;
  /** The others, each one word: --context=kind-dev. Of a token only that there is one. */
  readonly connection: readonly string[];
  /** -n */
  readonly namespace?: string | undefined;
  /** Set where the cluster is one in memory; with the address of its server while that answers. */
  readonly sandbox?: { readonly server?: string };
}

/** A command line without any flag of the connection. */
export const PLAIN_INVOCATION: Invocation = { connection: [] };
