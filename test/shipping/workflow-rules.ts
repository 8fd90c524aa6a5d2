import { isScalar, parseDocument, visit } from 'yaml';

/** What a job with rights may use: GitHub's own actions, which run nothing of the repository. */
const TRUSTED = ['actions/attest', 'actions/download-artifact', 'actions/setup-node'];
/** What a job with rights may run, as the first words of each of its commands. */
const PUBLISHING = [/^npm publish --ignore-scripts( |$)/, /^gh release create( |$)/];
/** They run with the rights and secrets of this repository, for whatever a stranger sends. */
const FOR_STRANGERS = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
];
/** `${{ … }}` is put into a script as text, which the shell then reads: a value belongs into env. */
const EXPRESSION = /\$\{\{/;

/** What is wrong with a workflow of GitHub, each with where it is. */
export function workflowProblems(text: string): string[] {
  const workflow: Workflow = parseDocument(text).toJS() ?? {};
  return [
    ...pinProblems(text),
    ...triggerProblems(workflow),
    ...permissionProblems('the workflow', workflow.permissions),
    ...(mayWrite(workflow.permissions) ? ['the workflow: rights belong to the job that needs them'] : []),
    ...Object.entries(workflow.jobs ?? {}).flatMap(([name, job]) => jobProblems(`job ${name}`, job)),
  ];
}

/** The same of an action.yml, which runs in workflows of others. */
export function actionProblems(text: string): string[] {
  const { runs }: { runs?: Job } = parseDocument(text).toJS() ?? {};
  return [...pinProblems(text), ...stepProblems('the action', runs?.steps ?? [])];
}

interface Workflow {
  on?: unknown;
  permissions?: unknown;
  jobs?: Record<string, Job>;
}

interface Job {
  permissions?: unknown;
  steps?: Step[];
  uses?: string;
  secrets?: unknown;
}

interface Step {
  uses?: string;
  run?: string;
  shell?: string;
  with?: Record<string, unknown>;
}

/** Each action is what it was when somebody looked at it: by its commit, whose version stands behind it for people. */
function pinProblems(text: string): string[] {
  const problems: string[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== 'uses' || !isScalar(value)) return;
      const uses = String(value.value);
      if (uses.startsWith('./')) return;
      if (
        !/^[\w.-]+\/[\w.-]+(\/[\w./-]+)?@[0-9a-f]{40}$/.test(uses) &&
        !/^docker:\/\/\S+@sha256:[0-9a-f]{64}$/.test(uses)
      ) {
        problems.push(`${uses} is not named by its commit`);
      } else if (!/^ v\d+\.\d+\.\d+$/.test(value.comment ?? ''))
        problems.push(`${uses} does not say which version that is`);
    },
  });
  return problems;
}

function triggerProblems({ on }: Workflow): string[] {
  const triggers = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on ?? {});
  return triggers.filter((one) => FOR_STRANGERS.includes(one)).map((one) => `it runs on ${one}`);
}

function permissionProblems(where: string, permissions: unknown): string[] {
  if (permissions === undefined) return [`${where} has no permissions of its own, and so those of the repository`];
  return typeof permissions === 'object' ? [] : [`${where} has the permissions ${permissions}`];
}

function mayWrite(permissions: unknown): boolean {
  return permissions === 'write-all' || Object.values(permissions ?? {}).includes('write');
}

function jobProblems(where: string, job: Job): string[] {
  const steps = job.steps ?? [];
  return [
    ...permissionProblems(where, job.permissions),
    ...(job.secrets === undefined ? [] : [`${where} hands on secrets`]),
    ...stepProblems(where, steps),
    ...(mayWrite(job.permissions) ? publishingProblems(where, job, steps) : []),
  ];
}

function stepProblems(where: string, steps: readonly Step[]): string[] {
  return steps.flatMap(({ uses = '', run = '', shell = '', with: given = {} }) => [
    ...(EXPRESSION.test(run) ? [`${where} has an expression in a script: ${firstLine(run)}`] : []),
    ...(EXPRESSION.test(shell) ? [`${where} has an expression as its shell`] : []),
    ...(EXPRESSION.test(String(given.script ?? '')) ? [`${where} has an expression in the script of ${uses}`] : []),
    ...(uses.startsWith('actions/checkout@') && given['persist-credentials'] !== false
      ? [`${where} leaves its token with what is checked out`]
      : []),
  ]);
}

function publishingProblems(where: string, { uses }: Job, steps: readonly Step[]): string[] {
  const used = [uses, ...steps.map((step) => step.uses)].filter((one) => one !== undefined);
  const commands = steps.flatMap(({ run = '' }) =>
    run
      .replaceAll('\\\n', ' ')
      .split(/\n|&&|\|\|?|;|&/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
  return [
    ...used
      .filter((one) => !TRUSTED.includes(one.split('@')[0] ?? ''))
      .map((one) => `${where} has rights and uses ${one}`),
    ...commands
      .filter((command) => !PUBLISHING.some((one) => one.test(command)) || /\$\(|`|<\(/.test(command))
      .map((command) => `${where} has rights and runs ${command}`),
    ...steps
      .filter(
        ({ uses: one = '', with: given = {} }) =>
          one.startsWith('actions/setup-node@') && given['package-manager-cache'] !== false,
      )
      .map(() => `${where} has rights and takes a cache that other jobs write`),
  ];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

/** The commit by which each action is named, wherever that is. */
export function actionsIn(text: string): { action: string; commit: string; version: string }[] {
  return [...text.matchAll(/\buses: ([\w./-]+)@([0-9a-f]{40}) # (v\S+)/g)].map(
    ([, action = '', commit = '', version = '']) => ({
      action,
      commit,
      version,
    }),
  );
}
