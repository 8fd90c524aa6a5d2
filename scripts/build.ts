import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { completer } from './built-file/completer.ts';
import { oneFile } from './built-file/one-file.ts';

/** Makes the one file that is shipped: everything in it, nothing to install beside it. */
const outfile = 'dist/kubectl-seldon_lifecycle.cjs';
mkdirSync('dist', { recursive: true });
const { text } = await oneFile();
writeFileSync(outfile, text);
chmodSync(outfile, 0o755);

const completerFile = 'dist/kubectl_complete-seldon_lifecycle.cjs';
writeFileSync(completerFile, completer);
chmodSync(completerFile, 0o755);
process.stdout.write(`${outfile} ${Math.round(text.length / 1024)} KiB\n`);
