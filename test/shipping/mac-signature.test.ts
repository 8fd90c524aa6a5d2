import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { macSignatureProblem } from '../../scripts/mac-signature.ts';

/** A Mach-O file of six pages with eight bytes of code, signed by rcodesign 0.29.0. */
const signed = gunzipSync(
  Buffer.from(
    [
      'H4sIAAAAAAACA+3cT0hUQRzA8Xmv3VrwKR4CV0V4UB0KrbCgWAgWbMUtWSP3sJ4eayj98d9hZVcRWoRVwtiWQjRECso6lCDVwYPiKmLd',
      'UsGkDh26iXjq0CZYzdt9urt0sEsQ8f3Ajze/YeY3w+8+7/321g9NCEVIqgybDIfMYiKjVMaoDMPwewJ+kSe9yZ0/t5vbrVCsacMItURC',
      '2WW/1dMzax05uZpb1yaiual5r7p0nXqv77LnotefPT/vXtZXd2bvrOTUqZbh3JsrtEKIChnF5j63tQAAAAAAAAAAAAAAgH9YUG8PXtM7',
      'u+gEAAAAAAAAAAAAAAD/r+3PWlIIpVsOD1hTR0X6ab4SzDyaV9rlGjO/IFTz7wHpZ/vjMgLW2C6EW9dVof3Zie7dgRK60dEjRnv0hO9F',
      'S1F35K790uOpq76b0bm3ZU+qUqvnnpXUfB/Yr1x4xrfseqqd/XDkfNfwgysNRTMn7w+uLZR/G4uOJw4lT03efvkq0Lm00Zq0ra+s3FIb',
      'AvaffW/6emOfZofq7lQ+f+faLLM1Ppwe26wdPLjYvzMR/upZrpmo+pgqOb1eG/fut7/1eu9kqnk23HZvfij+KK47Rg7HOr6ceZ040VRR',
      'aBw/JptntlHLNLsg7x8IAAAAAAAAAAD8Jb8ATftiHCBYAAA=',
    ].join(''),
    'base64',
  ),
);

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(signed);
  change(bytes);
  return bytes;
}

describe('The signature of an executable for macOS', () => {
  it('is right as rcodesign makes it', () => assert.equal(macSignatureProblem(signed), undefined));

  const directory = signed.indexOf(Buffer.from([0xfa, 0xde, 0x0c, 0x02]));
  const requirements = signed.indexOf(Buffer.from([0xfa, 0xde, 0x0c, 0x01]));
  const cases: [name: string, executable: Buffer, problem: RegExp][] = [
    ['its code was changed', changed((bytes) => bytes.write('b', 8_192)), /^page 2 has another hash$/],
    ['its load commands were changed', changed((bytes) => bytes.writeUInt8(1, 24)), /^page 0 has another hash$/],
    ['something was written behind it', Buffer.concat([signed, Buffer.alloc(1)]), /not at the end/],
    ['its end is missing', signed.subarray(0, -16), /not at the end/],
    ['it is that of a developer', changed((bytes) => bytes.writeUInt32BE(0, directory + 12)), /not signed ad hoc/],
    ['it covers less than all', changed((bytes) => bytes.writeUInt32BE(4_096, directory + 32)), /only 4096 of 16416/],
    ['a hash is missing', changed((bytes) => bytes.writeUInt32BE(4, directory + 28)), /4 hashes of pages/],
    ['its requirements were changed', changed((bytes) => bytes.writeUInt8(1, requirements + 11)), /requirements/],
    ['its directory is missing', changed((bytes) => bytes.writeUInt8(0, directory)), /no code directory/],
    [
      'it has none',
      changed((bytes) => bytes.writeUInt32LE(0x26, signed.indexOf('\x1d\0\0\0\x10', 'latin1'))),
      /no signature/,
    ],
    ['it is another kind of file', Buffer.from('\x7fELF'.padEnd(64)), /no 64-bit Mach-O/],
  ];
  for (const [name, executable, problem] of cases) {
    it(`is wrong where ${name}`, () => assert.match(macSignatureProblem(executable) ?? 'nothing found', problem));
  }
});
