import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate and its key, both as PEM. */
export interface Certificate {
  subject: string;
  cert: string;
  key: string;
}

export interface CertificateOptions {
  subject: string;
  /** Who signs it; nobody but itself if not given. */
  issuer?: Certificate;
  /** Whether it says that it may sign others. */
  authority?: boolean;
  /** What it is for: addresses and names in subjectAltName; none: there is no such extension. */
  addresses?: readonly (readonly number[])[];
  names?: readonly string[];
  /** As 'YYYYMMDDhhmmssZ'. */
  from?: string;
  until?: string;
}

/** Node makes keys but no certificates. */
export function issuedCertificate(options: CertificateOptions): Certificate {
  const { subject, issuer, authority, addresses = [], names = [] } = options;
  const { from = '20200101000000Z', until = '29991231235959Z' } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const places = [
    ...addresses.map((address) => tagged(0x87, Buffer.from(address))),
    ...names.map((name) => tagged(0x82, Buffer.from(name))),
  ];
  const extensions = [
    // basicConstraints, subjectAltName
    ...(authority ? [extension('551d13', sequence(Buffer.from('0101ff', 'hex')))] : []),
    ...(places.length > 0 ? [extension('551d11', sequence(...places))] : []),
  ];
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(nextSerial()),
    ECDSA_WITH_SHA256,
    named(issuer?.subject ?? subject),
    sequence(time(from), time(until)),
    named(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [tagged(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign('sha256', content, issuer?.key ?? key);
  const whole = sequence(content, ECDSA_WITH_SHA256, tagged(0x03, Buffer.of(0), signature));
  const base64 = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return { subject, cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`, key };
}

let serial = 0;
function nextSerial(): number {
  serial = (serial % 127) + 1;
  return serial;
}

const ECDSA_WITH_SHA256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));

function named(subject: string): Buffer {
  return sequence(set(sequence(Buffer.from('0603550403', 'hex'), tagged(0x0c, Buffer.from(subject)))));
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(tagged(0x06, Buffer.from(oid, 'hex')), tagged(0x04, value));
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
