import { type Certificate, issuedCertificate } from './issued-certificate.ts';

/** A certificate for 127.0.0.1, and a name, that is its own authority. */
export function selfSignedCertificate(subject = 'stand-in', name?: string): Certificate {
  return issuedCertificate({ subject, addresses: [[127, 0, 0, 1]], ...(name !== undefined && { names: [name] }) });
}
