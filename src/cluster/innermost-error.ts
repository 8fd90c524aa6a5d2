/** What happened stands in the innermost cause; where several addresses were tried, in that of the first. */
export function innermostError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof AggregateError && error.errors.length > 0) return innermostError(error.errors[0]);
  return error.cause ? innermostError(error.cause) : error;
}

/** Its words, without Node's advice to whoever starts Node. */
export function innermostMessage(error: unknown): string {
  const innermost = innermostError(error);
  if (!(innermost instanceof Error)) return String(innermost);
  return innermost.message.replace(/; if the root CA is installed locally, .*--use-system-ca$/, '') || innermost.name;
}
