import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServerWarnings, warningTexts } from '../../src/cluster/server-warnings.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const cases: [name: string, header: string | undefined, texts: string[]][] = [
  ['none without a header', undefined, []],
  ['one', '299 - "v1alpha2 is deprecated"', ['v1alpha2 is deprecated']],
  ['several, with commas in them', '299 - "a, b", 299 kube "c"', ['a, b', 'c']],
  ['quotes and backslashes', '299 - "unknown field \\"spec.x\\" in C:\\\\"', ['unknown field "spec.x" in C:\\']],
  ['with a date', '299 - "old" "Thu, 01 Jan 2026 00:00:00 GMT", 299 - "new"', ['old', 'new']],
  ['UTF-8, which arrives as bytes', Buffer.from('299 - "naïve – ✓"').toString('latin1'), ['naïve – ✓']],
  ['not those of caches, which have other codes', '110 - "stale", 299 - "news"', ['news']],
  ['nothing from what is no warning', 'be careful', []],
];

describe('the warnings in a header are', () => {
  for (const [name, header, texts] of cases) it(name, () => assert.deepEqual(warningTexts(header), texts));
});

describe('the warnings of a server', () => {
  it('are told once each, those from before too', () => {
    const told: string[] = [];
    const warnings = new ServerWarnings();
    warnings.see('299 - "first"');
    warnings.listen((text) => told.push(text));
    warnings.see('299 - "first", 299 - "second"');
    warnings.see('299 - "second"');
    assert.deepEqual(told, ['first', 'second']);
  });

  it('are remembered up to the last thousand', () => {
    const told: string[] = [];
    const warnings = new ServerWarnings();
    warnings.listen((text) => told.push(text));
    for (let index = 0; index <= 1_000; index += 1) warnings.see(`299 - "${index}"`);
    warnings.see('299 - "1"');
    warnings.see('299 - "0"');
    assert.deepEqual(told.slice(1_000), ['1000', '0']);
  });

  it('are seen in answers and in refusals', async () => {
    const server = await StandInApiServer.start();
    const api = server.api();
    const told: string[] = [];
    api.warnings.listen((text) => told.push(text));
    server.answer('/thing', (response) => {
      response.writeHead(200, { Warning: ['299 - "one"', '299 - "two"'] });
      response.end('{}');
    });
    await api.call({ method: 'GET', path: '/thing' });
    server.refuseNext('/thing', 422, 'no', { Warning: '299 - "three"' });
    await assert.rejects(api.call({ method: 'PATCH', path: '/thing', body: {} }));
    assert.deepEqual(told, ['one', 'two', 'three']);
    await server.close();
  });
});
