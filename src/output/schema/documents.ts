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
  prediction: objectWith('The result of one input, by predict --inputs', {
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
    type: constant('Its kind', 'log'),
    time: maybe(kubernetesTime('When it was written; left out of the rest of a line that was too long')),
    namespace,
    pod: text('The pod that wrote it'),
    container: text('The container that wrote it'),
    line: text('The line'),
  }),
  checks: objectWith('What doctor found', {
    checks: listOf(
      'The checks',
      objectOf<Finding<string>>('A check', {
        check: text('What was checked'),
        state: word('The result; missing means that the command cannot work', Object.keys(STATES)),
        message: text('What was found'),
        advice: maybe(text('What to do')),
      }),
    ),
    exitCode,
  }),
  preview: objectWith('What the operator would create, by preview', {
    deployments: listOf(
      'The SeldonDeployments of the files',
      objectWith('One of them', {
        namespace,
        name: text('Its name'),
        givenUp: maybe(text('Why the operator would not create everything')),
        objects: listOf(
          'The objects that the operator would create',
          objectWith('An object', {
            apiVersion: text('Its version'),
            kind: text('Its kind'),
            name: text('Its name'),
            replicas: maybe(wholeNumber('How many pods')),
            minReplicas: maybe(wholeNumber('The minimum number of pods of an autoscaler')),
            maxReplicas: maybe(wholeNumber('The maximum number of pods of an autoscaler')),
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
    clientVersion: objectOf<ClientVersion>('The version of this program', {
      gitVersion: text('Its version'),
      gitCommit: text('Its commit'),
      gitTreeState: maybe(word('Whether the source had no changes beyond the commit', ['clean', 'dirty'])),
      platform: text('The operating system and architecture'),
    }),
    operatorVersion: maybe(
      objectWith('The version of the Seldon operator', {
        gitVersion: text('The tag of its image, or unknown'),
        image: maybe(text('Its image')),
        reason: maybe(text('Why it is not known')),
      }),
    ),
    seldonDeploymentVersions: maybe(listOf('The versions in which SeldonDeployments are served', { type: 'string' })),
    serverVersion: maybe({
      ...objectOf<Pick<ServerVersion, 'gitVersion' | 'major' | 'minor'>>('The version of the API server', {
        gitVersion: text('Its version'),
        major: text('The major version'),
        minor: text('The minor version'),
      }),
      additionalProperties: true,
    }),
  }),
  agents: listOf(
    'The agents, by agent ls',
    objectWith('An agent', {
      name: text('Its name'),
      namespace,
      deployments: maybe(text('How many deployments are in sync')),
      status: word('Whether it runs', ['Running', 'Stopped', 'Lost']),
      version: maybe(text('Its version')),
      source: maybe(text('Where its desired state comes from')),
      created: maybe(kubernetesTime('When it was created')),
    }),
  ),
};
