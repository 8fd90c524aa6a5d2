import { type HttpLibrary, type RequestContext, ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { from } from '@kubernetes/client-node/dist/gen/rxjsStub.js';
import { fetch, type RequestInit } from 'undici';

/**
 * Sends one request and follows no redirect, as client-node's own would, to wherever the answer says: what tells who we
 * are (token, client certificate, whom to act as) is for the server of the kubeconfig alone. API servers redirect nowhere;
 * what does is a login page or a proxy, which could not be talked to anyway.
 */
export class HttpLibraryWithoutRedirects implements HttpLibrary {
  send(request: RequestContext) {
    return from(answered(request));
  }
}

async function answered(request: RequestContext): Promise<ResponseContext> {
  const options = {
    method: String(request.getHttpMethod()),
    body: request.getBody(),
    headers: request.getHeaders(),
    signal: request.getSignal(),
    dispatcher: request.getDispatcher(),
    redirect: 'manual',
  } as RequestInit;
  const response = await fetch(request.getUrl(), options);
  const { status } = response;
  if (status >= 300 && status < 400 && status !== 304) {
    await response.body?.cancel();
    throw new Error(`it answers with a redirect (${status}) to ${placeOf(response.headers.get('location'), request)}`);
  }
  const body = {
    text: () => response.text(),
    binary: async () => Buffer.from(await response.arrayBuffer()),
    stream: () => response.body,
  };
  return new ResponseContext(status, Object.fromEntries(response.headers), body as unknown as ResponseContext['body']);
}

/** Without the path and the query, which may hold what nobody should see. */
function placeOf(location: string | null, request: RequestContext): string {
  if (location === null || !URL.canParse(location, request.getUrl())) return 'nowhere';
  return `${new URL(location, request.getUrl()).origin}, which is not followed`;
}
