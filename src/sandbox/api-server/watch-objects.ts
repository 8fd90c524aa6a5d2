import { ApiFailure, invalid } from './api-failure.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';
import { objectJson, type Representation } from './representation.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';
import { type Matcher, matcherOf } from './selectors.ts';
import type { Store } from './store.ts';
import type { Change } from './watch-history.ts';

/** The real server sends bookmarks about once a minute. */
const bookmarkInterval = 60_000;

const bookmarkBeforeEnd = 2000;

/** Without timeoutSeconds the real server ends a watch after half an hour to an hour. */
const longestWatch = 3_600_000;

export type WatchRequest = {
  store: Store;
  type: ResourceType;
  version: string;
  namespace: string | undefined;
  query: URLSearchParams;
  representation: Representation;
  streamingLists: boolean;
};

export type WatchSink = { send(line: string): void; end(): void };

/**
 * Checks a watch request, then answers a function that starts sending to a sink and answers how to stop.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function watchObjects(request: WatchRequest): (sink: WatchSink) => () => void {
  const { store, type, namespace, query } = request;
  const matches = inNamespace(namespace, matcherOf(type, query));
  const wantsInitial = initialEventsWanted(request);
  const since = query.get('resourceVersion') ?? '';
  if (since !== '' && !/^\d+$/.test(since)) {
    const why = `Invalid value: "${since}": strconv.ParseUint: parsing "${since}": invalid syntax`;
    throw new ApiFailure(500, '', `resourceVersion: ${why}`);
  }
  const allowsBookmarks = query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
  const isAnyVersion = since === '' || since === '0';
  const startsWithObjects = wantsInitial || (isAnyVersion && query.get('sendInitialEvents') === null);

  return (sink) => {
    const lines = new WatchLines(request);
    let history: Change[] = [];
    try {
      if (!startsWithObjects && !isAnyVersion) history = store.changesSince(type, Number(since));
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      sink.send(lines.failure(error));
      sink.end();
      return () => {};
    }
    const sendChange = (change: Change) => {
      const line = lines.change(change, matches);
      if (line) sink.send(line);
    };
    if (startsWithObjects) {
      for (const object of store.list(type, namespace).filter(matches)) sink.send(lines.added(object));
      if (wantsInitial) sink.send(lines.bookmark(store.resourceVersion, { 'k8s.io/initial-events-end': 'true' }));
    }
    for (const change of history) sendChange(change);

    const stopListening = store.subscribe(type, sendChange);
    let cancelBookmark = () => {};
    const sendBookmarkAfter = (milliseconds: number) => {
      cancelBookmark = store.clock.after(milliseconds, () => {
        sink.send(lines.bookmark(store.resourceVersion));
        sendBookmarkAfter(bookmarkInterval);
      });
    };
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    const length = seconds > 0 ? seconds * 1000 : longestWatch;
    // One comes shortly before the end, so that the next watch can start where this one stopped.
    if (allowsBookmarks) sendBookmarkAfter(Math.min(bookmarkInterval, Math.max(length - bookmarkBeforeEnd, 0)));
    const cancelEnd = store.clock.after(length, () => sink.end());
    return () => {
      stopListening();
      cancelEnd();
      cancelBookmark();
    };
  };
}

/** Whether the watch begins with all objects and a marked bookmark (a streaming list); throws 422 for half a request. */
function initialEventsWanted({ query, streamingLists }: WatchRequest): boolean {
  const wanted = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  const refuse = (field: string, detail: string) =>
    invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ reason: 'FieldValueForbidden', field, detail }]);
  if (wanted === null) {
    if (match === null) return false;
    throw refuse(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  if (!streamingLists) {
    throw refuse(
      'sendInitialEvents',
      'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    );
  }
  if (match !== 'NotOlderThan') {
    throw refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  return wanted === 'true' || wanted === '1';
}

function inNamespace(namespace: string | undefined, matches: Matcher): Matcher {
  return (object) => (namespace === undefined || object.metadata.namespace === namespace) && matches(object);
}

/** Watch events as lines of JSON, in the representation that was asked for. */
class WatchLines {
  readonly #request: WatchRequest;
  #isFirst = true;

  constructor(request: WatchRequest) {
    this.#request = request;
  }

  added(object: KubernetesObject): string {
    return this.#line('ADDED', object);
  }

  /** Undefined where the change is none of this watch's; an object that stops matching is DELETED for it. */
  change({ type, object, previous }: Change, matches: Matcher): string | undefined {
    const isIn = matches(object);
    const wasIn = previous !== undefined && matches(previous);
    if (type === 'DELETED') return wasIn || isIn ? this.#line('DELETED', object) : undefined;
    if (isIn) return this.#line(wasIn ? 'MODIFIED' : 'ADDED', object);
    if (!wasIn || !previous) return undefined;
    // What the watcher gets is the last state that it could see, with the resourceVersion of the change.
    const { resourceVersion } = object.metadata;
    return this.#line('DELETED', { ...previous, metadata: { ...previous.metadata, resourceVersion } });
  }

  bookmark(resourceVersion: string, annotations?: Record<string, string>): string {
    const { type, version, representation, store } = this.#request;
    const metadata: JsonObject = { resourceVersion, ...(annotations ? { annotations } : {}) };
    // An empty object otherwise, of which typed kinds show their mandatory fields.
    const object = { ...type.emptyObject, kind: type.kind, apiVersion: groupVersion(type.group, version), metadata };
    if (representation.as === 'object') return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
    const shaped = objectJson(
      type,
      version,
      object as unknown as KubernetesObject,
      representation,
      store.now(),
      this.#isFirst,
    );
    this.#isFirst = false;
    return `{"type":"BOOKMARK","object":${shaped}}\n`;
  }

  failure(failure: ApiFailure): string {
    return `${JSON.stringify({ type: 'ERROR', object: failure.toStatus() })}\n`;
  }

  #line(event: string, object: KubernetesObject): string {
    const { type, version, representation, store } = this.#request;
    const json = objectJson(type, version, object, representation, store.now(), this.#isFirst);
    this.#isFirst = false;
    return `{"type":"${event}","object":${json}}\n`;
  }
}
