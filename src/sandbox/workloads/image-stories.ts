/*
 * What becomes of a container, by the tag of its image: here for the sandbox and, under test/control-plane, for a real
 * control plane. Words and codes are those of a kubelet 1.36 with containerd.
 */

/** It starts, ends so, and is started again after a back-off that grows: so often, or for ever. */
export const ends: Readonly<Record<string, { exitCode: number; reason: string; times?: number }>> = {
  crash: { exitCode: 1, reason: 'Error' },
  oom: { exitCode: 137, reason: 'OOMKilled' },
  segfault: { exitCode: 139, reason: 'Error' },
  exits: { exitCode: 0, reason: 'Completed' },
  /** As what needs another part that is not up yet. */
  recovers: { exitCode: 1, reason: 'Error', times: 3 },
};

/** The image cannot be pulled; in these words, with the image for each %s. */
export const pullErrors: Readonly<Record<string, string>> = {
  missing:
    'rpc error: code = NotFound desc = failed to pull and unpack image "%s": failed to resolve reference "%s": %s: not found',
  unauthorized:
    'failed to pull and unpack image "%s": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
};

/** It runs, this probe kills it (exit code 137), and it runs again at once, for ever; it is never ready. */
export const killedBy: Readonly<Record<string, { probe: 'liveness' | 'startup'; answer: string }>> = {
  liveness: { probe: 'liveness', answer: 'Liveness probe failed: HTTP probe failed with statuscode: 500' },
  startup: {
    probe: 'startup',
    answer:
      'Startup probe failed: Get "http://10.244.0.18:9000/ready": dial tcp 10.244.0.18:9000: connect: connection refused',
  },
};

/** What the kubelet says when it kills such a container, with its name for the %s. */
export const killingWords = 'Container %s failed PROBE probe, will be restarted';

/** It runs, and its readiness probe fails for ever. */
export const UNREADY = 'unready';
/** It runs and is ready, and does not answer the orchestrator in front of it. */
export const UNSERVED = 'unserved';
export const unreadyAnswer = 'Readiness probe failed: HTTP probe failed with statuscode: 503';

/** `:loads-2s`: it runs, and its readiness probe fails so long. */
export const LOADS = 'loads';
export const loadingAnswer =
  'Readiness probe failed: Get "http://10.244.0.16:9000/ready": dial tcp 10.244.0.16:9000: connect: connection refused';

/** Seldon's orchestrator is ready once the models answer it: not with one of these beside it. */
export const ENGINE = 'seldon-container-engine';
export const notServing: readonly string[] = [UNSERVED, ...Object.keys(ends).filter((tag) => tag !== 'recovers')];

/** The pod gets no further than its volumes. */
export const NO_MOUNT = 'nomount';
export const mountError = 'MountVolume.SetUp failed for volume "credentials" : secret "not-there" not found';

/** The pod is evicted soon after it runs, before it is ready. */
export const EVICTED = 'evicted';
export const eviction = 'Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. ';

/** What a container has written that has ended: the cause, and then what it does in order. */
export const lastWords: readonly string[] = [
  'starting the model server',
  'Traceback (most recent call last):',
  '  File "/opt/conda/bin/seldon-core-microservice", line 8, in <module>',
  '    sys.exit(main())',
  '  File "/microservice/SklearnServer.py", line 43, in load',
  '    self._joblib = joblib.load(model_file)',
  "FileNotFoundError: [Errno 2] No such file or directory: '/mnt/models/model.joblib'",
  'shutting down: waiting for 4 workers',
  'shutting down: worker 1 has ended',
  'shutting down: worker 2 has ended',
  'shutting down: worker 3 has ended',
  'shutting down: worker 4 has ended',
  'shutting down: done',
];
