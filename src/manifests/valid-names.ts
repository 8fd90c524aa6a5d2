import { isDnsLabel } from '../kubernetes/dns-label.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

/** Of an Ingress: a domain name, or *. and one. An address is none. */
export function isHostName(host: string): boolean {
  return isObjectName(host.replace(/^\*\./, '')) && !/^[\d.]+$/.test(host);
}

export function isNamespaceName(name: string): boolean {
  return isDnsLabel(name);
}
