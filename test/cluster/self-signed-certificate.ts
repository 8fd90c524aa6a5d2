import { generateKeyPairSync, sign } from 'node:crypto';

/**
 * A certificate for 127.0.0.1, and a name, that is its own authority, and its key, both as PEM. Node makes keys but no
 * certificates.
 */
export function selfSignedCertificate(subject = 'stand-in', name?: string): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
  const whose = sequence(set(sequence(Buffer.from('0603550403', 'hex'), tagged(0x0c, Buffer.from(subject)))));
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    whose,
    sequence(time('20200101000000Z'), time('29991231235959Z')),
    whose,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(forPlaces([127, 0, 0, 1], name))),
  );
  const signature = tagged(0x03, Buffer.of(0), sign('sha256', content, privateKey));
  const base64 = sequence(content, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The extension subjectAltName with one IP address, and perhaps a name. */
function forPlaces(address: number[], name: string | undefined): Buffer {
  const names = sequence(tagged(0x87, Buffer.of(...address)), ...(name ? [tagged(0x82, Buffer.from(name))] : []));
  return sequence(Buffer.from('0603551d11', 'hex'), tagged(0x04, names));
}

/** ASN.1 in its distinguished encoding: a tag, the length, the content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function set(...parts: Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

function integer(value: number): Buffer {
  return tagged(0x02, Buffer.of(value));
}

function time(text: string): Buffer {
  return tagged(0x18, Buffer.from(text));
}
