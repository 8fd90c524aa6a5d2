import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notesOf, sizesOf } from '../../scripts/changelog.ts';

describe('The notes of a release', () => {
  it('are what CHANGELOG.md says of it', () => {
    const changelog = '# Changes\n\n## 0.2.0 (not released yet)\n\n- new\n\n## 0.1.0\n\n- old\n';
    assert.equal(notesOf(changelog, '0.2.0'), '- new\n');
    assert.equal(notesOf(changelog, '0.1.0'), '- old\n');
    assert.throws(() => notesOf(changelog, '0.3.0'), /CHANGELOG\.md says nothing of 0\.3\.0/);
  });

  it('have the size of each file', () => {
    const files = [
      { name: 'a.tgz', bytes: 512_300 },
      { name: 'b.tar.gz', bytes: 38_460_000 },
    ];
    assert.deepEqual(sizesOf(files).split('\n'), [
      '## Sizes',
      '',
      '| file | size |',
      '|---|---:|',
      '| a.tgz | 513 kB |',
      '| b.tar.gz | 38.5 MB |',
      '',
    ]);
  });
});
