import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';

/** How somebody can try a model that is up, a line for each way. The operator writes the address of its first predictor. */
export function howToReach({ metadata: { name, namespace = '' }, status }: SeldonDeployment): string[] {
  const url = addressOf(status?.address?.url);
  const predict = `to try it: kubectl seldon-lifecycle predict ${name} -n ${namespace} -d @payload.json`;
  if (!url) return [`the model ${name} is up`, predict];
  const [service] = url.hostname.split('.');
  const port = url.port || '80';
  return [
    `the model ${name} is up at ${url} (inside the cluster)`,
    predict,
    `to reach it from here: kubectl port-forward -n ${namespace} service/${service} ${port}:${port}, then http://localhost:${port}${url.pathname}`,
  ];
}

function addressOf(text: string | undefined): URL | undefined {
  return text && URL.canParse(text) ? new URL(text) : undefined;
}
