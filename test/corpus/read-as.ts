import { Readable } from 'node:stream';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { Failure } from '../../src/failures.ts';
import { inNamespaces } from '../../src/manifests/choose-namespace.ts';
import { readSource } from '../../src/manifests/read-files.ts';
import { readManifests } from '../../src/manifests/read-manifests.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { readPayload } from '../../src/predict/read-payload.ts';
import { junitXml } from '../../src/report/junit.ts';
import { readReports } from '../../src/report/read-reports.ts';
import { TimelineRecorder } from '../../src/report/timeline.ts';
import { timelineHtml } from '../../src/report/timeline-html.ts';
import { timelineSvg } from '../../src/report/timeline-svg.ts';
import { expectedDeployments } from '../../src/seldon/expected-deployments.ts';
import { predictionEndpoint } from '../../src/seldon/prediction-endpoint.ts';
import { planScale } from '../../src/seldon/scale-plan.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { containerNames, withImage } from '../../src/seldon/set-image.ts';
import { withRevision } from '../../src/sync/desired/desired.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import type { SourceMessage } from '../../src/sync/source/message.ts';
import { readStdinSource } from '../../src/sync/source/stdin-source.ts';
import { xmlTree } from '../report/xml-tree.ts';
import type { Language } from './corpus-case.ts';

/** Reads a text as the commands do, short of asking a cluster: what is wrong with it; undefined where nothing is. */
export async function problemOf(language: Language, text: string | Uint8Array): Promise<Failure | undefined> {
  try {
    await readers[language](() => Readable.from([Buffer.from(text)]), text);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

type Reader = (stdin: () => Readable, text: string | Uint8Array) => Promise<void>;

const readers: Readonly<Record<Language, Reader>> = {
  manifest: async (stdin) => {
    const manifests = await readManifests(['-'], { recursive: false, stdin: stdin(), env: {} });
    for (const { deployment } of inNamespaces(manifests, { flag: undefined, override: false, ofContext: 'default' })
      .deployments)
      decideAbout(deployment);
  },
  plan: async (stdin) => {
    await readPlan('-', { set: [], env: {} }, stdin());
  },
  list: async (stdin) => readState(stdin(), true),
  messages: async (stdin) => readState(stdin(), false),
  kubeconfig: async (_, text) => {
    kubeconfigFromText(new TextDecoder().decode(Buffer.from(text)), 'test');
  },
  reports: async (stdin) => {
    const recorder = new TimelineRecorder();
    for (const report of readReports('input', await readSource('-', stdin()))) recorder.record(report);
    const timeline = recorder.timeline();
    xmlTree(junitXml(timeline));
    xmlTree(timelineSvg(timeline));
    timelineHtml(timeline);
  },
  payload: async (stdin) => {
    await readPayload('-', stdin());
  },
};

async function readState(stdin: Readable, once: boolean): Promise<void> {
  const desired = new DesiredState({ namespace: undefined, byDefault: 'default' }, 'owner', () => {});
  const message = (said: SourceMessage) => {
    desired.take(said);
  };
  const reader = { message, connected: () => {}, trouble: () => {} };
  await readStdinSource({ stdin, once, signal: new AbortController().signal }, reader);
  for (const { deployment } of desired.items) decideAbout(withRevision(deployment, desired.revision));
}

/** What is worked out of a deployment before anything is asked of a cluster. */
function decideAbout(deployment: SeldonDeployment): void {
  expectedDeployments(deployment);
  for (const through of ['spec', 'subresource'] as const) {
    planScale(deployment, { replicas: 2, through, includeSvcOrch: true, includeExplainer: true });
  }
  const [container = ''] = containerNames(deployment.spec ?? {});
  withImage(deployment.spec ?? {}, { container, image: 'a' });
  predictionEndpoint(deployment);
}
