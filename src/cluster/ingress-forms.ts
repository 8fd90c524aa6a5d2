import type { Gateway, GatewayService, Mapping, VirtualService } from '../seldon/ingress-route.ts';
import { anyKind } from './answer-forms.ts';
import { type FormOf, listOf, mapOf, number, object, text, trueOrFalse } from './form.ts';

/** What Istio and Ambassador say of how a deployment is reached. */

export const virtualService: FormOf<VirtualService> = object(
  {
    ...anyKind.fields,
    spec: object({
      hosts: listOf(text),
      gateways: listOf(text),
      http: listOf(object({ match: listOf(object({ uri: object({ prefix: text }) })) })),
    }),
  },
  'metadata',
);

export const gateway: FormOf<Gateway> = object(
  {
    ...anyKind.fields,
    spec: object({
      selector: mapOf(text),
      servers: listOf(
        object({ port: object({ number, protocol: text }), tls: object({ httpsRedirect: trueOrFalse }) }),
      ),
    }),
  },
  'metadata',
);

export const mapping: FormOf<Mapping> = object(
  {
    ...anyKind.fields,
    spec: object({ prefix: text, host: text, hostname: text, grpc: trueOrFalse, shadow: trueOrFalse }),
  },
  'metadata',
);

export const gatewayService: FormOf<GatewayService> = object(
  {
    ...anyKind.fields,
    status: object({ loadBalancer: object({ ingress: listOf(object({ ip: text, hostname: text })) }) }),
  },
  'metadata',
);
