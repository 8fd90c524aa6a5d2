/** Seldon's Istio routing reads the host from here; `*` where it is not set. */
export const ISTIO_HOST_ANNOTATION = 'seldon.io/istio-host';
/** Of which class and for which host a deployment has an Ingress of its own, and the Secret with the certificate of the host. */
export const INGRESS_CLASS_ANNOTATION = 'seldon-lifecycle.io/ingress-class';
export const INGRESS_HOST_ANNOTATION = 'seldon-lifecycle.io/ingress-host';
export const INGRESS_TLS_SECRET_ANNOTATION = 'seldon-lifecycle.io/ingress-tls-secret';

/** The annotations by which a deployment is reached at a host: through an Ingress of this class, or else through Istio. */
export function hostAnnotations({
  host,
  ingressClass,
  tlsSecret,
}: {
  host: string;
  ingressClass: string | undefined;
  tlsSecret: string | undefined;
}): Record<string, string> {
  if (!ingressClass) return { [ISTIO_HOST_ANNOTATION]: host };
  return {
    [INGRESS_CLASS_ANNOTATION]: ingressClass,
    [INGRESS_HOST_ANNOTATION]: host,
    ...(tlsSecret && { [INGRESS_TLS_SECRET_ANNOTATION]: tlsSecret }),
  };
}

/** The names of what a model tells apart, kept for whoever reads them. */
export const CLASSES_ANNOTATION = 'seldon-lifecycle.io/classes';

/** The names of classes as they are kept. Base64 is decoded where it is text that a person can read: both ways are in use. */
export function classNames(classes: unknown): string {
  if (Array.isArray(classes)) return classes.join(',');
  const text = String(classes);
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  const isBase64 = Buffer.from(decoded, 'utf8').toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  // Control characters and what is no UTF-8 show that it only looks like base64.
  return isBase64 && decoded !== '' && !/[\p{Cc}\uFFFD]/u.test(decoded) ? decoded : text;
}
