import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DryRun } from '../../src/lifecycle/dry-run.ts';
import { destinationLine } from '../../src/output/destination-line.ts';
import type { Destination } from '../../src/progress/progress.ts';

const server = 'https://10.0.0.1:443';
const cases: { it: string; where: Partial<Destination>; dryRun?: DryRun; namesServer?: boolean; line: string }[] = [
  { it: 'the context and the namespace', where: {}, line: 'Context kind-dev, namespace models' },
  { it: 'several namespaces', where: { namespaces: ['a', 'b'] }, line: 'Context kind-dev, namespaces a, b' },
  {
    it: 'the first of very many namespaces',
    where: { namespaces: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    line: 'Context kind-dev, namespaces a, b, c, d, e and 2 more',
  },
  {
    it: 'all namespaces, whatever was found',
    where: { namespaces: ['a'], allNamespaces: true },
    line: 'Context kind-dev, all namespaces',
  },
  {
    it: 'the server too, where another one is named than the context’s',
    where: {},
    namesServer: true,
    line: `Context kind-dev, server ${server}, namespace models`,
  },
  {
    it: 'that of a sandbox',
    where: { context: 'sandbox', sandbox: true },
    line: 'Context sandbox (in memory), namespace models',
  },
  {
    it: 'a dry run on the server',
    where: {},
    dryRun: 'server',
    line: 'Context kind-dev, namespace models (server dry run)',
  },
  { it: 'a dry run', where: {}, dryRun: 'client', line: 'Context kind-dev, namespace models (dry run)' },
  {
    it: 'a name that would forge a line or move the cursor, made harmless',
    where: { context: 'a\nContext prod\u001b[2J' },
    line: 'Context a\\nContext prod^[[2J, namespace models',
  },
];

describe('The first line of a command that changes a cluster says', () => {
  for (const { it: sentence, where, dryRun = 'none', namesServer = false, line } of cases) {
    it(sentence, () => {
      const destination = { context: 'kind-dev', server, namespaces: ['models'], ...where };
      assert.equal(destinationLine(destination, dryRun, namesServer), line);
    });
  }

  it('the server where there is no context, as in a pod', () => {
    assert.equal(
      destinationLine({ server, namespaces: ['models'] }, 'none', false),
      `Server ${server}, namespace models`,
    );
  });

  it('says what becomes of what is made, where it is told', () => {
    assert.equal(
      destinationLine({ context: 'kind', server, namespaces: ['models'] }, 'none', false, 'kept'),
      'Context kind, namespace models: kept',
    );
  });
});
