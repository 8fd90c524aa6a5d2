import { Option } from 'clipanion';
import { choices } from './flag-values.ts';
import { takes, takesWords } from './verb.ts';

/**
 * The flags that several commands have, each with its one spelling, meaning and help. A command declares a property by
 * calling one of these.
 */

export const filenames = (what: string) =>
  takes(
    'manifests',
    Option.Array('-f,--filename', [], {
      description: `File, directory, URL, or - for standard input, with ${what}; repeatable`,
    }),
  );

export const recursive = () =>
  Option.Boolean('-R,--recursive', false, { description: 'Also read the subdirectories of -f' });

export const override = () =>
  Option.Boolean('--override', false, {
    description: 'Use the namespace of -n even if a file names another one',
  });

export const selector = () =>
  Option.String('-l,--selector', {
    description: "Label selector, for example -l 'team=vision,stage!=test'",
  });

export const owner = () =>
  Option.String('--owner', { description: 'Only deployments that sync created for this owner' });

export const all = () => Option.Boolean('--all', false, { description: 'All deployments in the namespace' });

export const allNamespaces = () =>
  Option.Boolean('-A,--all-namespaces', false, { description: 'All namespaces, even if -n is given' });

export const timeout = (byDefault = '5m') =>
  Option.String('--timeout', byDefault, {
    description: 'Maximum time for each wait, for example 90s or 1m30s; 0 checks once, negative means a week',
  });

export const totalTimeout = () =>
  Option.String('--total-timeout', '-1s', {
    description:
      'Maximum time for the whole command, including the connection; the deletion at the end gets 30s more; negative means that only --timeout applies',
  });

export const failFast = () =>
  Option.String('--fail-fast', 'true', {
    tolerateBoolean: true,
    description:
      'Stop as soon as the deployment cannot become available, and say why, instead of waiting for the timeout',
  });

export const failGrace = () =>
  Option.String('--fail-grace', '10s', {
    description: 'How long to tolerate a problem that may resolve itself, with --fail-fast',
  });

export const failTogether = () =>
  Option.Boolean('--fail-together', false, {
    description: 'Stop all deployments of the command as soon as one of them fails',
  });

export const concurrency = () =>
  Option.String('--concurrency', '20', { description: 'Maximum number of deployments to process in parallel' });

export const events = (byDefault: 'tree' | 'none') =>
  takesWords(
    choices.events,
    Option.String('--events', byDefault, {
      description:
        'Which Events to show while waiting: tree (everything the model owns; a terminal shows only the number of routine events), all (routine events too), self, none',
    }),
  );

export const diff = () =>
  Option.Boolean('--diff', false, {
    description: 'Show each change of the spec and status, one line per field',
  });

export const cascade = () =>
  takesWords(
    choices.cascade,
    Option.String('--cascade', 'foreground', {
      description: 'How to delete the objects that the deployment owns: foreground, background, orphan',
    }),
  );

export const fieldManager = () =>
  Option.String('--field-manager', 'kubectl-seldon-lifecycle', {
    description: 'Name of the manager that owns the fields',
  });

export const forceConflicts = () =>
  Option.Boolean('--force-conflicts', false, {
    description: 'Take over fields that another manager owns, instead of failing with a conflict',
  });

export const dropUnknownFields = () =>
  Option.Boolean('--drop-unknown-fields', false, {
    description: 'Leave out fields that the CRD of the cluster does not know, instead of failing',
  });

export const createNamespace = () =>
  Option.Boolean('--create-namespace', false, { description: 'Create the namespace if it does not exist' });

export const predictor = () =>
  takes('predictors', Option.String('--predictor', { description: 'Scale only the predictor with this name' }));

export const includeSvcOrch = () =>
  Option.Boolean('--include-svc-orch', false, {
    description:
      'Also scale separate service orchestrators; those with their own number of replicas restart their pods',
  });

export const includeExplainer = () =>
  Option.Boolean('--include-explainer', false, { description: 'Also scale explainers' });

export const scaleThrough = () =>
  takesWords(
    choices.scaleThrough,
    Option.String('--scale-through', 'spec', {
      description: 'How to scale: spec (change the field that takes effect) or subresource (as kubectl scale does)',
    }),
  );

export const revisionHistoryLimit = () =>
  Option.String('--revision-history-limit', '10', {
    description: 'Number of revisions of each deployment to keep for undo; 0 keeps none',
  });

export const sortBy = () =>
  Option.String('--sort-by', '', {
    description: "Sort by this field, a JSONPath such as '.metadata.creationTimestamp'",
  });

export const reports = () =>
  takes(
    'files',
    Option.Array('--report', [], {
      description:
        'File for a report: a timeline (.html or .svg), JUnit (.xml) or the event stream (.ndjson); repeatable',
    }),
  );

export const dryRun = () =>
  takesWords(
    choices.dryRun,
    Option.String('--dry-run', 'none', {
      tolerateBoolean: true,
      description:
        'none, client (only print what would be sent) or server (let the server check it without changing anything)',
    }),
  );

export const planFilename = () =>
  takes('manifests', Option.String('-f,--filename', { description: 'File with the plan, or - for standard input' }));

export const planValues = () =>
  Option.Array('--set', [], { description: 'Set a value of the plan, as NAME=VALUE; repeatable' });
