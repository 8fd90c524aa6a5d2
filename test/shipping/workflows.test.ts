import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { root } from './built.ts';
import { actionProblems, actionsIn, workflowProblems } from './workflow-rules.ts';

const text = (name: string) => readFileSync(path.join(root, name), 'utf8');
const workflows = readdirSync(path.join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const documents = ['README.md', ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)];

/** As GitHub writes it, `$` and all. */
const expression = (of: string) => `$${`{{ ${of} }}`}`;

describe('The workflows', () => {
  for (const name of workflows) {
    it(`run what somebody has looked at, with no more rights than they need: ${name}`, () => {
      assert.deepEqual(workflowProblems(text(name)), []);
    });
  }

  it('run the same in our action', () => assert.deepEqual(actionProblems(text('action.yml')), []));

  it('have one commit for each action, in what the documents show too', () => {
    const named = [...workflows, 'action.yml', ...documents].flatMap((name) => actionsIn(text(name)));
    assert.ok(named.length > 10);
    const commits = Map.groupBy(named, ({ action }) => action);
    for (const [action, all] of commits) {
      assert.equal(new Set(all.map(({ commit, version }) => `${commit} ${version}`)).size, 1, action);
    }
    for (const name of documents) {
      for (const [line] of text(name).matchAll(/uses: (?!kubectl-seldon-lifecycle\/).*/g)) {
        assert.equal(actionsIn(line).length, 1, `${name}: ${line}`);
      }
    }
  });

  it('publish in jobs of which each has only the rights for its part', () => {
    const { jobs } = parse(text('.github/workflows/release.yml'));
    const rights = Object.entries<{ permissions: object }>(jobs)
      .filter(([, { permissions }]) => Object.values(permissions).includes('write'))
      .map(([name, { permissions }]) => [name, Object.keys(permissions)]);
    assert.deepEqual(rights, [
      ['attest', ['id-token', 'attestations']],
      ['npm', ['id-token']],
      ['github', ['contents']],
    ]);
  });
});

describe('What is wrong with a workflow', () => {
  const commit = 'a'.repeat(40);
  /** One that nothing is wrong with. */
  const good = () => ({
    on: { push: { tags: ['v*'] } } as unknown,
    permissions: {} as unknown,
    jobs: {
      build: { permissions: { contents: 'read' }, steps: [{ run: 'npm ci' }] as object[] } as Record<string, unknown>,
      publish: {
        permissions: { 'id-token': 'write' },
        steps: [{ run: 'npm publish --ignore-scripts ./a.tgz' }] as object[],
      } as Record<string, unknown>,
    },
  });
  type Good = ReturnType<typeof good>;
  const written = (workflow: Good, uses = `actions/cache@${commit} # v1.2.3`) =>
    stringify(workflow).replace(/USES/, uses);
  const step = (job: 'build' | 'publish', one: object) => (workflow: Good) => {
    workflow.jobs[job].steps = [one];
  };
  const inBuild = step('build', { uses: 'USES' });

  it('is nothing where all is right', () => {
    const workflow = good();
    inBuild(workflow);
    assert.deepEqual(workflowProblems(written(workflow)), []);
  });

  const uses: [name: string, uses: string, problem: RegExp][] = [
    ['an action by its tag', 'actions/cache@v5', /not named by its commit/],
    ['an action by a branch', 'actions/cache@main', /not named by its commit/],
    ['an action by a short commit', `actions/cache@${'a'.repeat(7)} # v1.2.3`, /not named by its commit/],
    ['an action by nothing', 'actions/cache', /not named by its commit/],
    [
      'an action by a commit with an expression',
      `${expression('inputs.x')}@${commit} # v1.2.3`,
      /not named by its commit/,
    ],
    ['an image by its tag', 'docker://alpine:3', /not named by its commit/],
    ['an action without its version', `actions/cache@${commit}`, /does not say which version/],
    ['an action with half its version', `actions/cache@${commit} # v5`, /does not say which version/],
  ];
  for (const [name, used, problem] of uses) {
    it(`is ${name}`, () => {
      const workflow = good();
      inBuild(workflow);
      const problems = workflowProblems(written(workflow, used));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', problem);
    });
  }

  const wrongs: [name: string, change: (workflow: Good) => void, problem: RegExp][] = [
    ['no permissions', (workflow) => delete workflow.permissions, /the workflow has no permissions/],
    ['a job without permissions', ({ jobs }) => delete jobs.build.permissions, /job build has no permissions/],
    [
      'all permissions',
      ({ jobs }) => {
        jobs.build.permissions = 'read-all';
      },
      /the permissions read-all/,
    ],
    [
      'rights for all jobs',
      (workflow) => {
        workflow.permissions = { contents: 'write' };
      },
      /rights belong to the job/,
    ],
    [
      'a checkout in a job with rights',
      step('publish', { uses: `actions/checkout@${commit}`, with: { 'persist-credentials': false } }),
      /has rights and uses actions\/checkout/,
    ],
    [
      'a third party’s action in a job with rights',
      step('publish', { uses: `a/b@${commit}` }),
      /has rights and uses a\/b/,
    ],
    ['another workflow with rights', ({ jobs }) => Object.assign(jobs.publish, { uses: './x.yml' }), /uses \.\/x\.yml/],
    ['packages that are installed with rights', step('publish', { run: 'npm ci' }), /has rights and runs npm ci/],
    [
      'packages that are installed on the way',
      step('publish', { run: 'gh release create x &&\n npx x' }),
      /has rights and runs npx x/,
    ],
    [
      'a command in the words of another',
      step('publish', { run: 'gh release create "$(./x)"' }),
      /has rights and runs gh release create/,
    ],
    ['npm publish with its scripts', step('publish', { run: 'npm publish' }), /has rights and runs npm publish/],
    [
      'a cache in a job with rights',
      step('publish', { uses: `actions/setup-node@${commit}` }),
      /takes a cache that other jobs write/,
    ],
    ['a token that stays with the checkout', step('build', { uses: `actions/checkout@${commit}` }), /leaves its token/],
    [
      'what somebody calls a pull request, in a script',
      step('build', { run: `echo "${expression('github.event.pull_request.title')}"` }),
      /an expression in a script: echo/,
    ],
    [
      'an input in a script',
      step('build', { run: `true\necho ${expression('inputs.x')}` }),
      /an expression in a script: true/,
    ],
    ['an input as the shell', step('build', { run: 'true', shell: expression('inputs.x') }), /as its shell/],
    [
      'an input in a script of github-script',
      step('build', { uses: `actions/github-script@${commit}`, with: { script: `f(${expression('inputs.x')})` } }),
      /in the script of actions\/github-script/,
    ],
    ['secrets that are handed on', ({ jobs }) => Object.assign(jobs.build, { secrets: 'inherit' }), /hands on secrets/],
    ...['pull_request_target', 'workflow_run', 'issue_comment'].map((trigger): (typeof wrongs)[0] => [
      `that it runs on ${trigger}`,
      (workflow) => {
        workflow.on = { [trigger]: null };
      },
      new RegExp(`runs on ${trigger}`),
    ]),
    [
      'the same, as a list',
      (workflow) => {
        workflow.on = ['push', 'pull_request_target'];
      },
      /runs on pull_request_target/,
    ],
  ];
  for (const [name, change, problem] of wrongs) {
    it(`is ${name}`, () => {
      const workflow = good();
      change(workflow);
      const problems = workflowProblems(stringify(workflow)).filter((one) => !/which version/.test(one));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', problem);
    });
  }

  it('is the same in an action', () => {
    const action = {
      runs: { using: 'composite', steps: [{ run: `npx x@${expression('inputs.version')}` }, { uses: 'a/b@v1' }] },
    };
    assert.deepEqual(actionProblems(stringify(action)), [
      'a/b@v1 is not named by its commit',
      `the action has an expression in a script: npx x@${expression('inputs.version')}`,
    ]);
  });
});
