import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Metafile, transform } from 'esbuild';
import { version } from '../../src/version.ts';
import { declaredCommands } from './declared-commands.ts';
import { lighterClient } from './lighter-client.ts';

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

const common = {
  platform: 'node',
  target: 'node22.19',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  // Places in the file are counted in bytes.
  charset: 'ascii',
  logLevel: 'warning',
} satisfies BuildOptions;

export interface OneFile {
  text: string;
  /** What went into it. */
  metafile: Metafile;
}

/**
 * The whole program as one CommonJS file: single executables need that, and it starts faster than a module does. Each
 * import() in the source begins a part of its own, as esbuild splits it.
 */
export async function oneFile(): Promise<OneFile> {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: ['src/main.ts'],
    outdir: 'parts',
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    plugins: [lighterClient, declaredCommands],
  });
  const parts = await Promise.all(
    outputFiles.map(async ({ path: file, text }) => {
      // import() would go past the parts.
      const supported = { 'dynamic-import': false };
      const { code } = await transform(text, { ...common, format: 'cjs', supported });
      // An end of a comment in the part would end the comment that it stands in.
      const written = code.replaceAll('*/', '*\u007f/');
      if (/[^\0-\x7f]/.test(code) || code.includes('\u007f')) throw new Error(`${file} cannot be put into the file`);
      return { name: `./${path.basename(file)}`, code: written, escaped: written !== code };
    }),
  );
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const loader = readFileSync(new URL('load-parts.ts', import.meta.url), 'utf8');
  const head = async (start: number) => {
    let at = start;
    const places = parts.map(({ name, code, escaped }) => {
      const place = [name, [at, at + code.length, escaped ? 1 : 0]];
      at += code.length;
      return place;
    });
    const define = {
      PARTS: JSON.stringify(Object.fromEntries(places)),
      VERSION: JSON.stringify(version),
      ENTRY: '"./main.js"',
    };
    const { code } = await transform(loader, { ...common, loader: 'ts', format: 'cjs', define });
    return `#!/usr/bin/env node\n${nodeCheck}\n${code}/*`;
  };
  // The places stand before what they are the places of: their digits move it.
  let start = 0;
  let text = await head(start);
  while (text.length !== start) {
    start = text.length;
    text = await head(start);
  }
  return { text: `${text}${parts.map(({ code }) => code).join('')}*/\n`, metafile };
}
