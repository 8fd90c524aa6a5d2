import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeDispatcher } from '../../src/cluster/dispatcher.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

describe('A header that cannot be sent', () => {
  const certificate = selfSignedCertificate();
  let server: StandInApiServer;
  beforeEach(async () => {
    server = await StandInApiServer.start(certificate);
  });
  afterEach(() => server.close());

  for (const onlyHttp1 of [false, true]) {
    for (const repeated of [[], [['Impersonate-Group', 'a'] as const, ['Impersonate-Group', 'b'] as const]]) {
      const how = `${onlyHttp1 ? 'HTTP/1.1' : 'HTTP/2'}${repeated.length > 0 ? ', with a header that comes twice' : ''}`;

      it(`is an error by its name alone, and the next request goes through: ${how}`, async () => {
        const dispatcher = makeDispatcher({
          server: server.url,
          tls: { ca: certificate.cert },
          proxy: undefined,
          repeated,
          env: {},
          onlyHttp1,
        });
        const send = async (value: string) => {
          const headers = { 'x-one': value };
          const { body } = await dispatcher.request({ origin: server.url, path: '/', method: 'GET', headers });
          await body.dump();
        };
        for (const [value, found] of [
          ['a\nb', 'a line break'],
          ['a\u0000b', 'the control character U+0000'],
          ['a\u2019b', 'a character beyond Latin 1'],
        ] as const) {
          await assert.rejects(send(value), { message: `the header x-one cannot be sent: there is ${found} in it` });
        }
        assert.equal(server.received.length, 0);
        await send('é\t');
        assert.equal(server.received.length, 1);
      });
    }
  }
});
