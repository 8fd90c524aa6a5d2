import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { oneFile } from './built-file/one-file.ts';

/** Makes the one file that is shipped: everything in it, nothing to install beside it. */
const outfile = 'dist/kubectl-seldon_lifecycle.cjs';
mkdirSync('dist', { recursive: true });
const { text } = await oneFile();
writeFileSync(outfile, text);
chmodSync(outfile, 0o755);

/** What kubectl runs for completion, for npm, which links it beside the plugin; elsewhere `completion install` does. */
const completer = 'dist/kubectl_complete-seldon_lifecycle.cjs';
writeFileSync(
  completer,
  "#!/usr/bin/env node\nprocess.argv.splice(2, 0, '__complete');\nrequire('./kubectl-seldon_lifecycle.cjs');\n",
);
chmodSync(completer, 0o755);
process.stdout.write(`${outfile} ${Math.round(text.length / 1024)} KiB\n`);
