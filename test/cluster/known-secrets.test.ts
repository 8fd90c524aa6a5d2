import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KnownSecrets } from '../../src/cluster/known-secrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Case {
  /** Of the environment or of a kubeconfig. */
  value?: string;
  /** What was sent to the address of a Secret. */
  sent?: unknown;
  text: string;
  masked: string;
}

const cases: Record<string, Case> = {
  'a value': { value: 's3cr3t-value', text: 'is s3cr3t-value here', masked: 'is *** here' },
  'a long one in the middle of a word': { value: 's3cr3t-value', text: 'xs3cr3t-valuex', masked: 'x***x' },
  'a short one between words': { value: 'hunt3r', text: 'Value:hunt3r}', masked: 'Value:***}' },
  'each time it stands there': { value: 'hunt3r', text: 'hunt3r, "hunt3r"', masked: '***, "***"' },
  'one that holds another': {
    sent: { stringData: { a: 'hunt3r', b: 'a hunt3r b' } },
    text: 'a hunt3r b',
    masked: '***',
  },
  'one with an end of line': { value: 'hunt3r-hunt3r\n', text: 'is "hunt3r-hunt3r"', masked: 'is "***"' },
  'one of several lines, as Go quotes it': { value: 'a\n"b" c', text: 'v: "a\\n\\"b\\" c"', masked: 'v: "***"' },
  'one of letters that JSON of Go escapes': { value: 'a<b>&cd', text: '"a\\u003cb\\u003e\\u0026cd"', masked: '"***"' },
  'text of a Secret': { sent: { stringData: { a: 'pass-word' } }, text: 'found pass-word', masked: 'found ***' },
  'the same in the form of data': {
    sent: { stringData: { a: 'pass-word' } },
    text: `found ${base64('pass-word')}`,
    masked: 'found ***',
  },
  'data of a Secret': { sent: { data: { a: base64('pass-word') } }, text: `"${base64('pass-word')}"`, masked: '"***"' },
  'the same as text': { sent: { data: { a: base64('pass-word') } }, text: 'found pass-word', masked: 'found ***' },
  'a number, which the server refuses and tells': {
    sent: { stringData: { pin: 12345678 } },
    text: '.stringData.pin: expected string, got &value.valueUnstructured{Value:12345678}',
    masked: '.stringData.pin: expected string, got &value.valueUnstructured{Value:***}',
  },
  'what stands deeper': { sent: { data: { a: [{ b: 'pass-word' }] } }, text: 'pass-word', masked: '***' },
  'the values of a JSON patch': {
    sent: [{ op: 'add', path: '/data/a', value: base64('pass-word') }, null, 7],
    text: 'pass-word',
    masked: '***',
  },
};

const kept: Record<string, { value: string; text: string; address?: string }> = {
  'a value that is short': { value: 'abc12', text: 'abc12' },
  'a word': { value: 'default', text: 'namespace default' },
  'a short value within another word': { value: 'hunt3r', text: 'hunt3rs' },
  'what is a part of the address that was asked': {
    value: 'model-credentials',
    text: 'secrets "model-credentials" not found',
    address: 'https://server/api/v1/namespaces/ns/secrets/model-credentials?dryRun=All',
  },
  'a value of nothing but spaces': { value: '         ', text: 'a          b' },
};

describe('in the words of a server', () => {
  for (const [sentence, { value, sent, text, masked }] of Object.entries(cases)) {
    it(`is masked: ${sentence}`, () => {
      const secrets = new KnownSecrets();
      if (value !== undefined) secrets.add(value);
      secrets.addSecret(sent);
      assert.equal(secrets.masked(text), masked);
    });
  }

  for (const [sentence, { value, text, address }] of Object.entries(kept)) {
    it(`stays: ${sentence}`, () => {
      const secrets = new KnownSecrets();
      secrets.add(value);
      assert.equal(secrets.masked(text, address), text);
    });
  }

  it('is masked what was not known when another text was', () => {
    const secrets = new KnownSecrets();
    secrets.add('hunt3r');
    assert.equal(secrets.masked('hunt3r hunt4r'), '*** hunt4r');
    secrets.add('hunt4r');
    assert.equal(secrets.masked('hunt3r hunt4r'), '*** ***');
  });
});
