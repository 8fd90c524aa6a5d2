import { createHash } from 'node:crypto';

/**
 * What is wrong with the signature in a 64-bit Mach-O executable that was signed ad hoc, with SHA-256: undefined where a
 * Mac with Apple's processor would start it. It is checked as the kernel does it: every page by its hash
 * (https://github.com/apple-oss-distributions/xnu/blob/xnu-11417.101.15/osfmk/kern/cs_blobs.h, and mach-o/loader.h there).
 */
export function macSignatureProblem(executable: Buffer): string | undefined {
  if (executable.length < HEADER_BYTES || executable.readUInt32LE(0) !== MH_MAGIC_64) return 'no 64-bit Mach-O file';
  const commands = loadCommands(executable);
  const signature = commands.find(({ kind }) => kind === LC_CODE_SIGNATURE);
  if (!signature) return 'no signature';
  const start = executable.readUInt32LE(signature.at + 8);
  const end = start + executable.readUInt32LE(signature.at + 12);
  const linkedit = commands.find(
    ({ kind, at }) => kind === LC_SEGMENT_64 && executable.toString('latin1', at + 8, at + 18) === '__LINKEDIT',
  );
  const linkeditEnd =
    linkedit && executable.readBigUInt64LE(linkedit.at + 40) + executable.readBigUInt64LE(linkedit.at + 48);
  if (linkeditEnd !== BigInt(executable.length) || end !== executable.length) {
    return 'the signature is not at the end of the last segment and of the file';
  }
  const blobs = blobsOf(executable.subarray(start, end));
  const directory = blobs.get(CODE_DIRECTORY);
  if (directory?.readUInt32BE(0) !== MAGIC_CODE_DIRECTORY) return 'no code directory';
  return directoryProblem(directory, executable, start, blobs.get(REQUIREMENTS));
}

function directoryProblem(directory: Buffer, executable: Buffer, signedBytes: number, requirements?: Buffer) {
  const [flags, hashes] = [directory.readUInt32BE(12), directory.readUInt32BE(16)];
  const [specialSlots, codeSlots, codeLimit] = [24, 28, 32].map((at) => directory.readUInt32BE(at)) as [
    number,
    number,
    number,
  ];
  const [hashSize, hashType] = [directory[36], directory[37]];
  const pageBytes = 2 ** (directory[39] ?? 0);
  if ((flags & FLAG_ADHOC) === 0) return 'it is not signed ad hoc';
  if (hashSize !== SHA256_BYTES || hashType !== HASH_TYPE_SHA256) return 'its hashes are not SHA-256';
  if (codeLimit !== signedBytes) return `only ${codeLimit} of ${signedBytes} bytes are signed`;
  if (codeSlots !== Math.ceil(codeLimit / pageBytes)) return `${codeSlots} hashes of pages`;
  const hashAt = (slot: number) => directory.subarray(hashes + slot * SHA256_BYTES, hashes + (slot + 1) * SHA256_BYTES);
  for (let page = 0; page < codeSlots; page += 1) {
    const bytes = executable.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, codeLimit));
    if (!sha256(bytes).equals(hashAt(page))) return `page ${page} has another hash`;
  }
  if (specialSlots >= REQUIREMENTS && requirements && !sha256(requirements).equals(hashAt(-REQUIREMENTS))) {
    return 'the requirements have another hash';
  }
  return undefined;
}

function loadCommands(executable: Buffer): { kind: number; at: number }[] {
  const count = executable.readUInt32LE(16);
  let at = HEADER_BYTES;
  return Array.from({ length: count }, () => {
    const command = { kind: executable.readUInt32LE(at), at };
    at += executable.readUInt32LE(at + 4);
    return command;
  });
}

/** By the number of their slot. */
function blobsOf(signature: Buffer): Map<number, Buffer> {
  const blobs = new Map<number, Buffer>();
  if (signature.readUInt32BE(0) !== MAGIC_SIGNATURE) return blobs;
  for (let index = 0; index < signature.readUInt32BE(8); index += 1) {
    const slot = signature.readUInt32BE(12 + index * 8);
    const blob = signature.subarray(signature.readUInt32BE(16 + index * 8));
    blobs.set(slot, blob.subarray(0, blob.readUInt32BE(4)));
  }
  return blobs;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const MH_MAGIC_64 = 0xfeedfacf;
const HEADER_BYTES = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const MAGIC_SIGNATURE = 0xfade0cc0;
const MAGIC_CODE_DIRECTORY = 0xfade0c02;
const CODE_DIRECTORY = 0;
const REQUIREMENTS = 2;
const FLAG_ADHOC = 0x2;
const HASH_TYPE_SHA256 = 2;
const SHA256_BYTES = 32;
