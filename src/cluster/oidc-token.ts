import { advice, kubectl } from '../advice/advice.ts';
import { PluginFailure } from './plugin-failure.ts';

/**
 * The token of the auth-provider oidc, as long as it is good. To renew it means to use up the refresh token and to write
 * the next one into the kubeconfig: that is left to kubectl, so that nobody's login is lost by us.
 */
export function oidcToken(idToken: string, nowMs: number): string {
  const hint = advice`kubectl renews it: run any of its commands as this user, for example ${kubectl(['version'])}`;
  if (!idToken) throw new PluginFailure('oidc: the kubeconfig holds no id-token', hint);
  const expires = expiry(idToken);
  if (expires !== undefined && expires < nowMs) throw new PluginFailure('oidc: the id-token has expired', hint);
  return idToken;
}

/** Milliseconds since 1970; undefined where the token does not say it. */
function expiry(token: string): number | undefined {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof exp === 'number' ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
