import type { Difference } from '../../sync/reconcile/differences.ts';
import type { Phase } from '../../sync/report/phase.ts';
import type { ItemAction, ItemReport, SyncReport } from '../../sync/sync-report.ts';
import {
  destination,
  exitCode,
  head,
  namespace,
  outcome,
  type Printed,
  reason,
  schemaOfSummary,
} from './progress-lines.ts';
import { anything, constant, durationMs, listOf, maybe, objectOf, text, wholeNumber, word } from './shape.ts';

const ACTIONS: { [Action in ItemAction]: string } = {
  created: 'It was created',
  configured: 'It was changed',
  unchanged: 'Nothing differed',
  adopted: 'It was taken over, with --adopt',
  pruned: 'It was deleted',
  kept: 'The source no longer lists it, and it was not deleted',
  conflict: 'Somebody else owns a deployment with this name',
  failed: 'The action failed',
};
const PHASES: { [One in Phase]: true } = {
  Configuring: true,
  Ready: true,
  Failed: true,
  Conflict: true,
  Deleted: true,
};

type Of<Type extends SyncReport['type']> = Printed<Extract<SyncReport, { type: Type }>>;

const id = text('The id of its record');
const name = text('Its name');

/** The lines of a sync. Its notices are those of all commands. */
export const syncLines = {
  syncBegin: objectOf<Of<'begin'>>('The first line of a sync', {
    ...head,
    type: constant('The beginning', 'begin'),
    owner: text('The owner of the deployments'),
    source: text('Where the desired state comes from'),
    context: maybe(destination.context),
    server: destination.server,
    namespaces: destination.namespaces,
    allNamespaces: maybe(destination.allNamespaces),
    sandbox: maybe(destination.sandbox),
  }),
  item: objectOf<Printed<Omit<ItemReport, 'comparison'>>>('What a sync did about a deployment', {
    ...head,
    type: constant('A deployment', 'item'),
    id,
    namespace,
    name,
    action: {
      description: 'What was done; with --dry-run, what would be',
      oneOf: Object.entries(ACTIONS).map(([action, says]) => constant(says, action)),
    },
    message: maybe(text('Why')),
    differences: maybe(
      listOf(
        'With --dry-run: the fields that would change',
        objectOf<Difference>('A field', {
          path: text('Its path in the object: spec.predictors[0].replicas'),
          before: maybe(anything('The present value; left out if there is none')),
          after: maybe(anything('The new value; left out if there would be none')),
        }),
      ),
    ),
  }),
  source: objectOf<Of<'source'>>('The connection to the source', {
    ...head,
    type: constant('The source', 'source'),
    state: word('The state of the connection', ['connected', 'lost']),
    message: text('What happened'),
  }),
  snapshot: objectOf<Of<'snapshot'>>('A complete state of the source was read', {
    ...head,
    type: constant('A complete state', 'snapshot'),
    revision: maybe(text('The revision that the source gives it')),
    items: wholeNumber('How many records it has'),
  }),
  status: objectOf<Of<'status'>>('The state of a deployment, whenever it changes', {
    ...head,
    type: constant('The state of a deployment', 'status'),
    id,
    namespace,
    name,
    phase: word('The state, in one word', Object.keys(PHASES)),
    availableReplicas: wholeNumber('How many replicas are available'),
    desiredReplicas: wholeNumber('How many there should be'),
    message: text('What it waits for, or what is wrong'),
    reason: maybe(reason),
    url: text('Its address; empty if it is not known'),
  }),
  syncSummary: objectOf<Of<'summary'> & { schema: string }>('The last line of a sync', {
    ...head,
    type: constant('The summary', 'summary'),
    schema: schemaOfSummary,
    outcome,
    exitCode,
    durationMs: durationMs('How long it took'),
    context: maybe(destination.context),
    server: maybe(destination.server),
    namespaces: maybe(destination.namespaces),
    allNamespaces: maybe(destination.allNamespaces),
    sandbox: maybe(destination.sandbox),
    counts: {
      description: 'How many deployments were created, configured and so on',
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(ACTIONS).map(([action, says]) => [action, wholeNumber(says)])),
    },
  }),
};
