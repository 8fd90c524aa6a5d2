import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.ts'));

/** What looks like a command and may stand as text all the same. */
const exceptions: readonly [file: string, text: string, why: string][] = [
  ['cluster/oidc-token.ts', 'kubectl renews it', 'no command'],
  ['commands/agent-manifest.ts', 'kubectl create namespace', 'asks no cluster: the manifest is for any'],
  ['commands/completion-install.ts', 'kubectl completion --help', 'asks no cluster'],
  ['commands/completion-install.ts', 'kubectl will not find the executable', 'no command'],
  [
    'cli/command-line.ts',
    'kubectl kustomize DIR | ',
    'asks no cluster, and the dots stand for the command that was typed',
  ],
  ['cli/help.ts', `\${PROGRAM} options" for a list`, 'asks no cluster'],
  ['commands/plan-run.ts', 'kubectl seldon-lifecycle plan show run > plan.yaml', 'asks no cluster'],
  ['commands/sandbox-start.ts', 'kubectl get sdep', 'stands below the export of the KUBECONFIG that it is for'],
  [
    'manifests/read-manifests.ts',
    'kubectl kustomize ',
    'asks no cluster, and the dots stand for the command that was typed',
  ],
  ['manifests/read-manifests.ts', 'kubectl seldon-lifecycle … -f -', 'the dots stand for the command that was typed'],
  ['manifests/template.ts', 'kubectl seldon-lifecycle … -f -', 'the dots stand for the command that was typed'],
  ['doctor/judge.ts', 'kubectl scale cannot be used', 'no command'],
  ['lifecycle/rights/role.ts', 'kubectl seldon-lifecycle needs for', 'no command'],
  ['steps/patch.ts', 'kubectl patch does', 'no command'],
  ['plan/mistakes.ts', 'kubectl seldon-lifecycle plan schema', 'asks no cluster'],
  [
    'plan/run-as-plan.ts',
    'kubectl seldon-lifecycle plan run -f plan.yaml --set filename=model.yaml',
    'stands in a plan for any cluster, which plan show writes without asking one',
  ],
];

/** Without comments, and without what only help shows. */
function whatIsPrinted(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '')
    .replaceAll(/verbOf\(\{[\s\S]*?\n {2}flags\b/g, '')
    .replaceAll(/description:\s*(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)/g, '');
}

/** Each with the rest of its line. */
function commandsIn(source: string): string[] {
  const found = whatIsPrinted(source).matchAll(/(?=((?:kubectl(?! seldon-lifecycle['"`])|\$\{PROGRAM\}) [a-z].*))/g);
  return [...found].map(([, text = '']) => text);
}

describe('A command that is printed', () => {
  it('is found where a file writes it as text', () => {
    const source = [
      "const hint = 'Look at it: kubectl get pods -A';",
      '/** kubectl get */',
      '  description: `kubectl get`,',
    ];
    assert.deepEqual(commandsIn(source.join('\n')), ["kubectl get pods -A';"]);
  });

  it('is written by written-advice.ts alone, which repeats the flags of the connection', () => {
    const found = files.flatMap((file) =>
      commandsIn(readFileSync(path.join(root, file), 'utf8'))
        .filter((text) => !exceptions.some(([where, allowed]) => where === file && text.startsWith(allowed)))
        .map((text) => `${file}: ${text}`),
    );
    assert.deepEqual(found, [], 'use kubectl(), ourCommand() or kubectlConfig() of src/advice/advice.ts');
  });

  it('has no exception that is not needed any more', () => {
    const unneeded = exceptions.filter(([file, allowed]) => {
      return !commandsIn(readFileSync(path.join(root, file), 'utf8')).some((text) => text.startsWith(allowed));
    });
    assert.deepEqual(unneeded, []);
  });
});
