import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { lighterClient } from './lighter-client.ts';

/** Makes the one file that is shipped: everything in it, nothing to install beside it. */
const outfile = 'dist/kubectl-seldon_lifecycle.cjs';

/** An older Node would end in a stack that says nothing to anybody. Written so that any Node can read it. */
const nodeCheck = `
  (function () {
    var version = process.versions.node.split('.').map(Number);
    if (version[0] > 22 || (version[0] === 22 && version[1] >= 19)) return;
    process.stderr.write('error: kubectl-seldon_lifecycle needs Node.js 22.19 or later; ' + process.execPath + ' is ' +
      process.version + '\\nPut a newer one first on your PATH: https://nodejs.org/\\n');
    process.exit(1);
  })();
`.replace(/\n\s*/g, ' ');

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
  banner: { js: `#!/usr/bin/env node\n${nodeCheck}` },
  plugins: [lighterClient],
  logLevel: 'warning',
});
chmodSync(outfile, 0o755);

/** What kubectl runs for completion, for npm, which links it beside the plugin; elsewhere `completion install` does. */
const completer = 'dist/kubectl_complete-seldon_lifecycle.cjs';
writeFileSync(
  completer,
  "#!/usr/bin/env node\nprocess.argv.splice(2, 0, '__complete');\nrequire('./kubectl-seldon_lifecycle.cjs');\n",
);
chmodSync(completer, 0o755);
process.stdout.write(`${outfile} ${Math.round(statSync(outfile).size / 1024)} KiB\n`);
