import type { ServerVersion } from '../../cluster/inspection.ts';
import type { Finding } from '../../doctor/judge.ts';
import type { Container } from '../../operator/kubernetes-objects.ts';
import type { ClientVersion } from '../versions.ts';
import { exitCode, namespace } from './progress-lines.ts';
import {
  anything,
  constant,
  durationMs,
  kubernetesTime,
  listOf,
  maybe,
  objectOf,
  objectWith,
  text,
  wholeNumber,
  word,
} from './shape.ts';

const STATES: { [State in Finding['state']]: true } = { ok: true, warning: true, missing: true };

const containers = (what: string) =>
  listOf(
    what,
    objectOf<Pick<Container, 'name' | 'image'>>('One of them', {
      name: text('Its name'),
      image: maybe(text('Its image; left out if the file has none')),
    }),
  );

/** What commands print that answer one question. */
export const documents = {
  prediction: objectWith('What became of one of many inputs, by predict --inputs', {
    index: wholeNumber('Which input, from 0'),
    input: anything('The input'),
    answer: maybe(anything('What the model answered, also with an error')),
    error: maybe(text('Why there is no answer, or an error')),
    status: maybe(wholeNumber('The HTTP status of an error')),
    latencyMs: durationMs('How long the last attempt took'),
    attempts: maybe(wholeNumber('How many attempts it took, if more than one')),
    pod: maybe(text('The pod that answered, if it says so')),
  }),
  log: objectWith('A line of a log, by logs', {
    type: constant('What it is', 'log'),
    time: maybe(kubernetesTime('When it was written; left out of the rest of a line that was too long')),
    namespace,
    pod: text('Whose it is'),
    container: text('Of which container'),
    line: text('What was written'),
  }),
  checks: objectWith('What doctor found', {
    checks: listOf(
      'The checks',
      objectOf<Finding<string>>('A check', {
        check: text('What was checked'),
        state: word('What came of it; without what is missing nothing can be run', Object.keys(STATES)),
        message: text('What was found'),
        advice: maybe(text('What to do')),
      }),
    ),
    exitCode,
  }),
  preview: objectWith('What the operator would make, by preview', {
    deployments: listOf(
      'The SeldonDeployments of the files',
      objectWith('One of them', {
        namespace,
        name: text('Its name'),
        givenUp: maybe(text('Why the operator would not make everything')),
        objects: listOf(
          'What the operator would make of it',
          objectWith('An object', {
            apiVersion: text('Its version'),
            kind: text('Its kind'),
            name: text('Its name'),
            replicas: maybe(wholeNumber('How many pods')),
            minReplicas: maybe(wholeNumber('How many pods an autoscaler leaves at least')),
            maxReplicas: maybe(wholeNumber('How many pods an autoscaler makes at most')),
            initContainers: maybe(containers('The init containers of its pods')),
            containers: maybe(containers('The containers of its pods')),
            admitted: {
              description: 'Whether the cluster would admit it and its pods; null if that cannot be checked',
              type: ['boolean', 'null'],
            },
            refused: maybe(text('The kind that would be refused: its own, or Pod')),
            why: maybe(text('Why it would be refused, or cannot be checked')),
          }),
        ),
      }),
    ),
    exitCode,
  }),
  versions: objectWith('The versions, by version', {
    clientVersion: objectOf<ClientVersion>('That of this program', {
      gitVersion: text('Its version'),
      gitCommit: text('Its commit'),
      gitTreeState: maybe(word('Whether it was built from that commit alone', ['clean', 'dirty'])),
      platform: text('What it runs on'),
    }),
    operatorVersion: maybe(
      objectWith('That of the Seldon operator', {
        gitVersion: text('The tag of its image, or unknown'),
        image: maybe(text('Its image')),
        reason: maybe(text('Why it is not known')),
      }),
    ),
    seldonDeploymentVersions: maybe(listOf('Those in which SeldonDeployments are served', { type: 'string' })),
    serverVersion: maybe({
      ...objectOf<Pick<ServerVersion, 'gitVersion' | 'major' | 'minor'>>('That of the API server, as it says it', {
        gitVersion: text('Its version'),
        major: text('Its first number'),
        minor: text('Its second number'),
      }),
      additionalProperties: true,
    }),
  }),
  agents: listOf(
    'The agents, by agent ls',
    objectWith('An agent', {
      name: text('Its name'),
      namespace,
      deployments: maybe(text('How many deployments are as they should be')),
      status: word('Whether it runs', ['Running', 'Stopped', 'Lost']),
      version: maybe(text('Its version')),
      source: maybe(text('Where its desired state comes from')),
      created: maybe(kubernetesTime('When it was created')),
    }),
  ),
};
