const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What a namespace and a Service may be called: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && LABEL.test(name);
}
