/**
 * The environment of a program that a test starts: where programs, home and temporary files are on this machine, and
 * what the test says itself. What else the machine sets (CI, NO_COLOR, KUBECONFIG, a proxy) would change what the
 * program does, and a test would fail where another developer stands.
 */
export function ownEnvironment(own: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  const machine = Object.entries({ PATH, HOME, TMPDIR }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(machine), ...own };
}
