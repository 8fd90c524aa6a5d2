import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { FIELDS_FILE, kubernetesFieldsFile } from '../../scripts/kubernetes-fields.ts';

it('The fields of Kubernetes’ kinds are those of client-node (if not: npm run fields)', () => {
  const inOneLine = (text: string) => text.replaceAll(/:\n +'/g, ": '");
  assert.equal(inOneLine(readFileSync(FIELDS_FILE, 'utf8')), inOneLine(kubernetesFieldsFile()));
});
