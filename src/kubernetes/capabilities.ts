/**
 * The capabilities that a container may add under the Pod Security Standard "baseline", since the container runtime gives
 * them anyway. https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
export const ORDINARY_CAPABILITIES: ReadonlySet<unknown> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
