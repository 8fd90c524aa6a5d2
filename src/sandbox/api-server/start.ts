import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../clock.ts';
import { builtinResources } from './builtin-resources.ts';
import { type CustomResourceDefinition, customResource } from './custom-resource.ts';
import { handleRequest } from './handle-request.ts';
import { podMetricsType } from './pod-metrics.ts';
import { prepareCluster } from './prepare-cluster.ts';
import type { AdmissionWebhook } from './resource-type.ts';
import { nobodyListens, type ServiceBackend } from './service-proxy.ts';
import { Store } from './store.ts';

export type ApiServerOptions = {
  crds: readonly CustomResourceDefinition[];
  /** For the kinds that `crds` define. */
  webhooks?: readonly AdmissionWebhook[];
  /** 0, the default, takes any free one. */
  port?: number;
  /** Tells the time, and when watches end and pods move on. */
  clock?: Clock;
  /** False answers `sendInitialEvents` with 422, as servers before 1.32 do. */
  streamingLists?: boolean;
  /** Whether it serves metrics.k8s.io, as where metrics-server is installed. False if it is not said. */
  podMetrics?: boolean;
  /** What pods answer to requests through the service proxy; without it they refuse the connection. */
  serviceBackend?: ServiceBackend;
};

export type ApiServer = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  port: number;
  store: Store;
  /** Ends every watch as a restarting API server would; clients have to open them again. */
  endWatches(): void;
  close(): Promise<void>;
};

/** A Kubernetes API server in this process, on loopback, over plain HTTP. It keeps everything in memory. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { crds, webhooks = [], port = 0, clock = systemClock } = options;
  const { streamingLists = true, podMetrics = false, serviceBackend = nobodyListens } = options;
  const customResources = crds.map((crd) => {
    const type = customResource(crd);
    const webhook = webhooks.find(({ group, plural }) => group === type.group && plural === type.plural);
    return webhook ? { ...type, webhook } : type;
  });
  const store = new Store(clock, [...builtinResources(), ...customResources, ...(podMetrics ? [podMetricsType] : [])]);
  prepareCluster(store, crds);

  const watches = new Set<() => void>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const end = () => response.end();
    if (/[?&]watch=(1|true)/.test(request.url ?? '')) {
      watches.add(end);
      response.once('close', () => watches.delete(end));
    }
    void handleRequest({ store, streamingLists, serviceBackend }, request, response);
  });
  // A watch may stay silent for as long as it likes.
  server.timeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const actualPort = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    store,
    endWatches: () => {
      for (const end of watches) end();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
