import { Option } from 'clipanion';
import { choices } from './flag-values.ts';
import { takesWords } from './takes-words.ts';

/**
 * The flags that several commands have, each with its one spelling, meaning and help. A command declares a property by
 * calling one of these.
 */

export const filenames = (what: string) =>
  Option.Array('-f,--filename', [], {
    description: `File, directory, URL, or - for standard input, that holds ${what}; repeatable`,
  });

export const recursive = () =>
  Option.Boolean('-R,--recursive', false, { description: 'Read the directories of -f recursively' });

export const selector = () =>
  Option.String('-l,--selector', {
    description: "Those with these labels, for example -l 'team=vision,stage!=test'",
  });

export const owner = () => Option.String('--owner', { description: 'Only what a sync has made for this owner' });

export const all = () => Option.Boolean('--all', false, { description: 'All deployments in the namespace' });

export const allNamespaces = () =>
  Option.Boolean('-A,--all-namespaces', false, { description: 'In all namespaces, whatever -n says' });

export const timeout = (byDefault = '5m') =>
  Option.String('--timeout', byDefault, {
    description: 'How long each wait may take, for example 90s or 1m30s; 0 looks once, negative means a week',
  });

export const totalTimeout = () =>
  Option.String('--total-timeout', '-1s', {
    description: 'How long all of it may take; negative: no limit beside that of each wait',
  });

export const failFast = () =>
  Option.String('--fail-fast', 'true', {
    tolerateBoolean: true,
    description: 'End as soon as the deployment cannot become available, with the cause, instead of at the timeout',
  });

export const failGrace = () =>
  Option.String('--fail-grace', '10s', {
    description: 'How long to tolerate a problem that may resolve itself, with --fail-fast',
  });

export const failTogether = () =>
  Option.Boolean('--fail-together', false, {
    description: 'End all deployments of the command as soon as one of them fails',
  });

export const concurrency = () =>
  Option.String('--concurrency', '20', { description: 'How many deployments are under way at a time' });

export const events = (byDefault: 'tree' | 'none') =>
  takesWords(
    choices.events,
    Option.String('--events', byDefault, {
      description: 'Whose Kubernetes Events are shown meanwhile: tree (of all that it owns), self, none',
    }),
  );

export const cascade = () =>
  takesWords(
    choices.cascade,
    Option.String('--cascade', 'foreground', {
      description: 'How its dependents are deleted: foreground, background, orphan',
    }),
  );

export const fieldManager = () =>
  Option.String('--field-manager', 'kubectl-seldon-lifecycle', {
    description: 'The name under which fields are managed',
  });

export const forceConflicts = () =>
  Option.Boolean('--force-conflicts', false, {
    description: 'Take fields over from those who manage them, instead of failing',
  });

export const dropUnknownFields = () =>
  Option.Boolean('--drop-unknown-fields', false, {
    description: 'Leave out the fields that the cluster does not declare, instead of failing',
  });

export const createNamespace = () =>
  Option.Boolean('--create-namespace', false, { description: 'Create the namespace if it is not there' });

export const predictor = () =>
  Option.String('--predictor', { description: 'Scale the predictor of this name and leave the others' });

export const includeSvcOrch = () =>
  Option.Boolean('--include-svc-orch', false, {
    description: 'Scale separate service orchestrators too; with a number of their own their pods restart',
  });

export const includeExplainer = () =>
  Option.Boolean('--include-explainer', false, { description: 'Scale explainers too' });

export const scaleThrough = () =>
  takesWords(
    choices.scaleThrough,
    Option.String('--scale-through', 'spec', {
      description: 'How to scale: spec, by the field that governs, or subresource, as kubectl scale does',
    }),
  );

export const reports = () =>
  Option.Array('--report', [], {
    description:
      'File to write a report of what happened to: a timeline as .html or .svg, JUnit as .xml, or .ndjson; repeatable',
  });

export const dryRun = () =>
  takesWords(
    choices.dryRun,
    Option.String('--dry-run', 'none', {
      tolerateBoolean: true,
      description: 'none, client (only say what would be sent) or server (let the server check it, and change nothing)',
    }),
  );
