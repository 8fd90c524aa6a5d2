import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Container, ContainerStatus, Pod } from '../../../src/kubernetes/objects.ts';
import { diagnose } from '../../../src/lifecycle/diagnosis/diagnose.ts';
import type { Finding } from '../../../src/lifecycle/diagnosis/finding.ts';
import { FailFast } from '../../../src/lifecycle/failing/fail-fast.ts';
import { waiting } from '../../../src/lifecycle/waits/answer.ts';
import type { Observation } from '../../../src/lifecycle/waits/observation.ts';
import type { ReportedEvent } from '../../../src/progress/progress.ts';
import type { PredictiveUnit } from '../../../src/seldon/seldon-deployment.ts';
import { FakeClock } from '../../fake-clock.ts';
import { observed } from '../observed.ts';

/** What a real kubelet wrote (Kubernetes 1.36.3, containerd, Seldon's operator 1.18.2). */
interface Story {
  story: string;
  graph: PredictiveUnit;
  /** From the apply to the end. */
  seconds: number;
  /** As they stood at the end. */
  pods: ToldPod[];
  /** `at`: when it was written, again and again, in seconds from the apply. */
  events: (Pick<ReportedEvent, 'type' | 'reason' | 'message'> & { object: string; at: number[] })[];
}

type ToldPod = Pick<Pod, 'status'> & { name: string; containers: Container[]; initContainers?: Container[] };

const folder = path.join(import.meta.dirname, 'kubelet-stories');
const stories = readdirSync(folder).map((file) => file.replace('.json', ''));
const OWNER = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'm-p-0-c-1', uid: 'u-r' }];
const read = (name: string): Story => JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));

/** When it was applied, in milliseconds since 1970: the pods' own times are absolute. */
function beginning({ pods, events }: Story): number {
  const scheduled = events.find(({ reason }) => reason === 'Scheduled')?.at[0] ?? 0;
  const starts = pods.flatMap(({ status }) => Date.parse(status?.startTime ?? '') || []);
  return Math.min(...starts, Date.parse('2026-12-01T00:00:00Z')) - scheduled * 1_000;
}

/** Read from its YAML once: each story is looked at hundreds of times. */
const healthy = observed({});

/** What was to be seen so many seconds after the apply. */
function seenAt(story: Story, seconds: number): Observation {
  const began = beginning(story);
  const reported = story.events.flatMap(({ object, at, ...event }, index): ReportedEvent[] => {
    const times = at.filter((one) => one <= seconds);
    const [kind = '', name = ''] = object.split('/');
    const place = { kind, namespace: 'ns', name, uid: name };
    const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0].map((one) => began + one * 1_000);
    const about = { uid: `e-${index}`, firstTime: first, lastTime: last, source: '', object: place };
    return times.length === 0 ? [] : [{ ...event, ...about, count: times.length }];
  });
  const pods = story.pods.filter(({ name }) => seconds >= (timesOf(story, name, /Scheduled|FailedScheduling/)[0] ?? 0));
  const spec = {
    predictors: [{ name: 'p', graph: story.graph, componentSpecs: [{ spec: { containers: [{ name: 'c' }] } }] }],
  };
  return {
    ...healthy,
    now: began + seconds * 1_000,
    deployment: { metadata: { name: 'm', uid: 'u-m' }, spec },
    owned: { ...healthy.owned, pods: pods.map((pod) => podAt(story, pod, seconds)) },
    events: (uid) => reported.filter(({ object }) => object.uid === uid),
  };
}

function timesOf({ events }: Story, pod: string, reason: RegExp, message = /(?:)/): number[] {
  return events
    .filter((one) => one.object === `Pod/${pod}` && reason.test(one.reason) && message.test(one.message))
    .flatMap(({ at }) => at)
    .sort((a, b) => a - b);
}

/** How a pod stood: its end, as far as its Events say that it had come to that. */
function podAt(story: Story, told: ToldPod, seconds: number): Pod {
  const { name, containers, initContainers, status } = told;
  const spec = { containers, ...(initContainers && { initContainers }) };
  const metadata = { name, uid: name, ownerReferences: OWNER };
  if (status?.phase === 'Failed') {
    const isOver = seconds >= (timesOf(story, name, /Evicted/)[0] ?? 0);
    return { kind: 'Pod', metadata, spec, status: isOver ? status : { phase: 'Running' } };
  }
  const statusAt = (one: ContainerStatus) => (seconds > story.seconds ? one : containerAt(story, told, one, seconds));
  const { initContainerStatuses, containerStatuses } = status ?? {};
  return {
    kind: 'Pod',
    metadata,
    spec,
    status: {
      ...status,
      ...(initContainerStatuses && { initContainerStatuses: initContainerStatuses.map(statusAt) }),
      ...(containerStatuses && { containerStatuses: containerStatuses.map(statusAt) }),
    },
  };
}

function containerAt(story: Story, pod: ToldPod, end: ContainerStatus, seconds: number): ContainerStatus {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const creating = {
    ...end,
    ready: false,
    restartCount: 0,
    state: { waiting: { reason: 'ContainerCreating' } },
    lastState: {},
  };
  if (/Image/.test(end.state?.waiting?.reason ?? '')) {
    const failed = timesOf(story, pod.name, /^(Failed|InspectFailed|ErrImageNeverPull)$/)[0] ?? 0;
    if (seconds < failed) return creating;
    const backsOff = seconds >= (timesOf(story, pod.name, /^BackOff$/)[0] ?? 0);
    const waiting = end.state?.waiting;
    return backsOff || waiting?.reason !== 'ImagePullBackOff'
      ? end
      : { ...end, state: { waiting: { ...waiting, reason: 'ErrImagePull' } } };
  }
  const [firstStart] = timesOf(story, pod.name, /^Started$/);
  if (end.state?.running && seconds < (firstStart ?? 0)) return creating;
  if (end.restartCount === 0) return end;
  // The first time all of them are started, and then only the one that ends.
  const firsts = all.filter(
    ({ state, restartCount }) => state?.running || state?.terminated || restartCount > 0,
  ).length;
  const starts = timesOf(story, pod.name, /^Started$/);
  const own = [starts[0] ?? 0, ...starts.slice(firsts)].filter((one) => one <= seconds);
  if (own.length === 0) return creating;
  const last = own.at(-1) ?? 0;
  const backOff = timesOf(story, pod.name, /^BackOff$/).findLast((one) => one <= seconds) ?? -1;
  const at = (when: number) => new Date(beginning(story) + when * 1_000).toISOString();
  const terminated = {
    ...(end.lastState?.terminated ?? { exitCode: 1 }),
    startedAt: at(own.at(-2) ?? 0),
    finishedAt: at(last),
  };
  const hasEnded = own.length > 1 || backOff >= last;
  const restartCount = own.length - 1;
  const state =
    backOff >= last
      ? { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' } }
      : { running: { startedAt: at(last) } };
  return { ...end, restartCount, state, lastState: hasEnded ? { terminated } : {} };
}

/** Seconds. */
const STEP = 0.5;

/** A wait with the usual grace: when it ends with a failure, and why. It waits two minutes more than the story lasts. */
async function endOf(story: Story): Promise<{ seconds: number; finding: Finding } | undefined> {
  const began = beginning(story);
  const clock = new FakeClock(began);
  const failFast = new FailFast(10_000, clock);
  failFast.onDue(() => {});
  for (let seconds = 0; seconds <= story.seconds + 120; seconds += STEP) {
    const answer = failFast.judge(waiting('the model'), seenAt(story, Math.min(seconds, story.seconds)));
    if (answer.state === 'failed' && failFast.found) return { seconds, finding: failFast.found };
    clock.turn(STEP * 1_000);
  }
  return undefined;
}

/** What a person needs to hear first, and whether waiting may help. */
const heard: Record<string, { first: RegExp; fails: string; advice: RegExp; within?: number } | 'nothing'> = {
  crash: {
    first: /^CrashLoopBackOff: pod \S+, container classifier: exits with code 1, 2 restarts$/,
    fails: 'after-grace',
    advice: /^Read the end of its log/,
    within: 36.5,
  },
  eng: {
    first:
      /^CrashLoopBackOff: .* container seldon-container-engine: .* exits with code 255; this is Seldon's orchestrator, not the model, 1 restart$/,
    fails: 'after-grace',
    advice: /graph/,
    within: 14,
  },
  evict: {
    first:
      /^Evicted: pod \S+: Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 20Mi\. \(3 pods so far\)$/,
    fails: 'after-grace',
    advice: /ephemeral-storage/,
    within: 57,
  },
  hand: 'nothing',
  img401: {
    first: /^ImagePullUnauthorized: .*no basic auth credentials$/,
    fails: 'now',
    advice: /imagePullSecrets/,
    within: 4.5,
  },
  img404: { first: /^RegistryUnreachable: .*TLS handshake$/, fails: 'after-grace', advice: /certificate/, within: 15 },
  img404b: {
    first: /^ImageNotFound: .*not found$/,
    fails: 'now',
    advice: /registry, its name and its tag$/,
    within: 5,
  },
  imgbad: { first: /^InvalidImageName: .*must be lowercase$/, fails: 'now', advice: /^Correct the name/, within: 3 },
  imghang: {
    first: /^ImagePulling: .*still pulling image localhost:5000\/hang\/model:1\.0$/,
    fails: 'no',
    advice: /reach/,
  },
  imgnever: {
    first: /^ErrImageNeverPull: .*pull policy of Never$/,
    fails: 'now',
    advice: /imagePullPolicy/,
    within: 3.5,
  },
  live: {
    first:
      /^LivenessProbeFailed: .* container classifier: killed by its liveness probe \(GET \/nope on port 9000\): HTTP probe failed with statuscode: 500, 4 restarts$/,
    fails: 'now',
    advice: /livenessProbe/,
    within: 67,
  },
  never: {
    first:
      /^ReadinessProbeFailed: .* container classifier: not ready, its readiness probe \(GET \/nope on port 9000\) fails: HTTP probe failed with statuscode: 500$/,
    fails: 'no',
    advice: /readinessProbe/,
  },
  nomount: {
    first: /^FailedMount: pod \S+: FailedMount: .* secret "not-there" not found$/,
    fails: 'after-grace',
    advice: /^Create the Secret not-there/,
    within: 11.5,
  },
  noreg: {
    first: /^RegistryUnreachable: .*lookup registry\.example\.com/,
    fails: 'after-grace',
    advice: /reach it$/,
    within: 13,
  },
  oom: {
    first: /^OOMKilled: .* container classifier: OOMKilled, exit code 137 \(memory limit 220Mi\), 2 restarts$/,
    fails: 'now',
    advice: /resources\.limits\.memory/,
    within: 48,
  },
  sklbad: {
    first: /^ModelDownloadFailed: .* the model cannot be downloaded from \/models\/nowhere: exit code 3, 1 restart$/,
    fails: 'after-grace',
    advice: /^Check modelUri/,
    within: 15,
  },
  toobig: {
    first:
      /^Unschedulable: pod \S+ cannot be scheduled: 0\/1 nodes are available: 1 Insufficient memory; requested: memory \S+/,
    fails: 'no',
    advice: /resources\.requests/,
  },
};

describe('What a real kubelet wrote', () => {
  it('is told of each story', () => assert.deepEqual(Object.keys(heard).sort(), stories.sort()));

  for (const [name, expected] of Object.entries(heard)) {
    it(`says what a person needs to hear first, and ends in time: ${name}`, async (test) => {
      const story = read(name);
      const [first] = diagnose(seenAt(story, story.seconds + 30));
      const end = await endOf(story);
      const said = end?.finding ?? first;
      const after = end ? `after ${end.seconds.toFixed(1)} s` : 'only named';
      test.diagnostic(said ? `${after} | ${said.reason}: ${said.why} | ${said.advice}` : 'nothing');
      if (expected === 'nothing') return assert.equal(said, undefined);
      assert.ok(first && said, 'something is found');
      assert.match(`${first.reason}: ${first.why}`, expected.first);
      assert.equal(first.fails, expected.fails);
      assert.match(first.advice, expected.advice);
      assert.equal(said.reason, first.reason);
      if (expected.within === undefined) assert.equal(end, undefined, 'time may mend it');
      else assert.ok(end && end.seconds <= expected.within, after);
    });
  }
});
