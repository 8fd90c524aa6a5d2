/** Seldon's Istio routing reads the host from here; `*` where it is not set. */
export const HOST_ANNOTATION = 'seldon.io/istio-host';
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
