import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

const secret = (data: object) => stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, ...data });
const VALUE = 'a-value-of-a-secret';
const ENCODED = Buffer.from(VALUE).toString('base64');

/** -v, by kubectl's levels. */
export function verbosityCases(server: () => ServerUnderTest): void {
  async function applied(level: number): Promise<string> {
    const namespace = await newNamespace(server());
    const stdin = `${secret({ data: { key: ENCODED } })}---\n${modelYaml()}`;
    const finished = await server().run(['apply', '-f', '-', '-n', namespace, `-v=${level}`], { stdin });
    assert.equal(finished.exitCode, 0, finished.stderr);
    return finished.stderr;
  }
  const URL = 'https?:\\/\\/\\S+';
  const request = new RegExp(`^PATCH ${URL}\\/seldondeployments\\/iris\\S* 201 in \\d+ milliseconds$`, 'm');
  const response = new RegExp(`^PATCH ${URL}\\/seldondeployments\\/iris\\S* Response Body: \\{(.*)$`, 'm');

  it('-v=6 logs each request and its duration, and nothing else', async () => {
    const told = await applied(6);
    assert.match(told, request);
    assert.doesNotMatch(told, /Headers:|Body:/);
  });

  it('-v=7 logs the headers of each request too', async () => {
    const told = await applied(7);
    assert.match(told, request);
    assert.match(told, /^Request Headers:\n(?: {4}\S.*\n)* {4}Content-Type: application\/apply-patch\+yaml$/m);
    assert.doesNotMatch(told, /Response Headers:|Body:/);
  });

  it('-v=8 logs the headers of answers and the beginning of bodies too', async () => {
    const told = await applied(8);
    assert.match(told, request);
    assert.match(told, /^Response Headers:\n {4}\S/m);
    assert.match(told, /^Request Body: \{.*"name":"iris"/m);
    assert.match(told, / Response Body: \{.{1023} \[truncated \d+ chars\]$/m);
  });

  it('-v=9 logs whole bodies', async () => {
    const told = await applied(9);
    assert.doesNotMatch(told, /truncated/);
    const [, body] = response.exec(told) ?? [];
    assert.equal(JSON.parse(`{${body}`).metadata.name, 'iris');
  });

  it('logs no value of a Secret at any level, neither as it is sent nor as the server answers', async () => {
    for (const data of [{ data: { key: ENCODED } }, { stringData: { key: VALUE } }]) {
      const namespace = await newNamespace(server());
      const stdin = `${secret(data)}---\n${modelYaml()}`;
      for (const command of ['apply', 'diff', 'delete']) {
        const { stderr } = await server().run([command, '-f', '-', '-n', namespace, '-v=9'], { stdin });
        assert.match(stderr, /\/secrets\/key/);
        if (command !== 'delete') assert.match(stderr, /Request Body: \{.*"(data|stringData)":\{"key":"\*\*\*"\}/);
        assert.ok(!stderr.includes(VALUE) && !stderr.includes(ENCODED), stderr);
      }
    }
  });
}
