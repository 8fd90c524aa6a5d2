import { chmodSync, statSync } from 'node:fs';
import { build } from 'esbuild';
import { lighterClient } from './lighter-client.ts';

/** Makes the one file that is shipped: everything in it, nothing to install beside it. */
const outfile = 'dist/kubectl-seldon_lifecycle.cjs';

await build({
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  // CommonJS starts faster than a bundled ES module, and single executables need it.
  format: 'cjs',
  target: 'node22.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
  plugins: [lighterClient],
  logLevel: 'warning',
});
chmodSync(outfile, 0o755);
process.stdout.write(`${outfile} ${Math.round(statSync(outfile).size / 1024)} KiB\n`);
