import { readdirSync, readFileSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import path from 'node:path';
import { getCACertificates } from 'node:tls';
import { BadInput } from '../failures.ts';
import { ownValue } from '../own-values.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where systems keep whom they trust; of the files only the first that can be read counts, of the folders all.
 * https://github.com/golang/go/blob/master/src/crypto/x509/root_linux.go */
const FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/**
 * Whom the system trusts, one certificate as PEM each, for servers of which nobody has named the authority. As Go reads
 * it: on Linux the system's files and folders, of which SSL_CERT_FILE and SSL_CERT_DIR name others; on macOS and Windows
 * the system's own store. Two things are Node's: what NODE_EXTRA_CA_CERTS adds, and the authorities that it brings along
 * for a system that has none, as a small image of a container. Reads for some milliseconds. Throws BadInput where the
 * environment names files, and no certificate is in any of them.
 */
export function systemAuthorities(env: Environment): string[] {
  const hasStore = ['darwin', 'win32'].includes(platform());
  const system = hasStore ? getCACertificates('system') : fromFiles(env);
  const known = system.length > 0 ? system : getCACertificates('bundled');
  return [...new Set([...known, ...getCACertificates('extra')])];
}

function fromFiles(env: Environment): string[] {
  const [file, folders] = [ownValue(env, 'SSL_CERT_FILE'), ownValue(env, 'SSL_CERT_DIR')];
  const found = new Set<string>();
  for (const name of file ? [file] : FILES) {
    const text = textOf(name);
    if (text === undefined) continue;
    for (const certificate of certificatesIn(text)) found.add(certificate);
    break;
  }
  for (const folder of folders ? folders.split(':') : FOLDERS) {
    for (const name of namesIn(folder)) {
      for (const certificate of certificatesIn(textOf(path.join(folder, name)) ?? '')) found.add(certificate);
    }
  }
  if (found.size === 0 && (file || folders)) {
    const named = [file && `SSL_CERT_FILE=${file}`, folders && `SSL_CERT_DIR=${folders}`].filter(Boolean);
    throw new BadInput(`cannot read the CA certificates of ${named.join(', ')}`, {
      hint: 'Name a file with certificates in PEM, or unset the variable to use the CAs of the system',
    });
  }
  return [...found];
}

/**
 * The certificates in a text of PEM, each as it stands. What is none is passed over, as in Go: OpenSSL would read no
 * further than to the first that it does not understand.
 */
export function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

function textOf(file: string): string | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file, 'latin1') : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
