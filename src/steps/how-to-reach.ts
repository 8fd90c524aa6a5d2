import { type Advice, advice, kubectl, ourCommand } from '../advice/advice.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';

/** How somebody can try a model that is up, a line for each way. The operator writes the address of its first predictor. */
export function howToReach({ metadata: { name, namespace = '' }, status }: SeldonDeployment): Advice[] {
  const url = addressOf(status?.address?.url);
  const ask = ourCommand(['predict', name, '-d', '@payload.json'], { namespace, meanwhile: true });
  const predict = advice`to try it: ${ask}`;
  if (!url) return [`the model ${name} is up`, predict];
  const [service] = url.hostname.split('.');
  const port = url.port || '80';
  // The server of a sandbox forwards no ports.
  const forward = kubectl(['port-forward', `service/${service}`, `${port}:${port}`], { namespace });
  return [
    `the model ${name} is up at ${url} (inside the cluster)`,
    predict,
    advice`to reach it from here: ${forward}, then http://localhost:${port}${url.pathname}`,
  ];
}

function addressOf(text: string | undefined): URL | undefined {
  return text && URL.canParse(text) ? new URL(text) : undefined;
}
