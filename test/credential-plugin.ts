import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface CredentialPluginFixture {
  /** For the user of a kubeconfig, under `exec`. */
  exec: Record<string, unknown>;
  /** What it gives from now on: the status of an ExecCredential, or any other text that it writes instead. */
  gives(status: object | string): void;
  /** What it was told in KUBERNETES_EXEC_INFO each time that it ran. */
  runs(): { spec: Record<string, unknown>; apiVersion: string }[];
}

const API_VERSION = 'client.authentication.k8s.io/v1';

/** A credential plugin, as a script of Node in `folder`. */
export function credentialPlugin(folder: string, exec: Record<string, unknown> = {}): CredentialPluginFixture {
  const file = (name: string) => path.join(folder, name);
  writeFileSync(file('runs'), '');
  writeFileSync(
    file('plugin.cjs'),
    `const { appendFileSync, readFileSync } = require('node:fs');
     appendFileSync(${JSON.stringify(file('runs'))}, process.env.KUBERNETES_EXEC_INFO + '\\n');
     process.stdout.write(readFileSync(${JSON.stringify(file('gives'))}, 'utf8'));`,
  );
  return {
    exec: {
      apiVersion: API_VERSION,
      command: process.execPath,
      args: [file('plugin.cjs')],
      interactiveMode: 'Never',
      ...exec,
    },
    gives(status) {
      const whole = JSON.stringify({ kind: 'ExecCredential', apiVersion: API_VERSION, status });
      writeFileSync(file('gives'), typeof status === 'string' ? status : whole);
    },
    runs: () =>
      readFileSync(file('runs'), 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
