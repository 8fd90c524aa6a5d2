import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, transform } from 'esbuild';
import { version } from '../../src/version.ts';
import { builtFrom } from './built-from.ts';
import { declaredCommands } from './declared-commands.ts';
import { lighterPackages } from './lighter-packages.ts';

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
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // Places in the file are counted in bytes.
  charset: 'ascii',
  logLevel: 'warning',
} satisfies BuildOptions;

export interface OneFile {
  text: string;
  /** What the file holds behind its beginning: a single executable has that as an asset. */
  parts: string;
  /** What went into it. */
  metafile: Metafile;
}

/**
 * The whole program as one CommonJS file: single executables need that, and it starts faster than a module does. Each
 * import() in the source begins a part of its own, as esbuild splits it.
 */
export async function oneFile({ singleExecutable = false } = {}): Promise<OneFile> {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: ['src/main.ts'],
    outdir: 'parts',
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    plugins: [lighterPackages, declaredCommands],
    // As text: of an object esbuild would make a part that all others need.
    define: { BUILT_FROM: JSON.stringify(JSON.stringify(builtFrom('.') ?? {})) },
  });
  // Each use of what another part exports has the name of that part in it, which makes 150 KB of the file.
  const chunks = outputFiles.map((one) => path.basename(one.path)).filter((name) => /^chunk-/.test(name));
  const short = new Map(chunks.map((name, index) => [name, `p${index.toString(36)}`]));
  const nameOf = (file: string) => `./${short.get(path.basename(file)) ?? path.basename(file)}`;
  const shortened = (text: string) => text.replaceAll(/(?<=")\.\/chunk-\w+\.js(?=")/g, nameOf);
  const parts = await Promise.all(
    outputFiles.map(async ({ path: file, text }) => {
      // import() would go past the parts.
      const supported = { 'dynamic-import': false };
      const { code: whole } = await transform(shortened(text), { ...common, format: 'cjs', supported });
      const code = withoutHelpers(whole);
      // An end of a comment in the part would end the comment that it stands in.
      const written = code.replaceAll('*/', '*\u007f/');
      if (/[^\0-\x7f]/.test(code) || code.includes('\u007f')) throw new Error(`${file} cannot be put into the file`);
      const needs = (metafile.outputs[path.relative('.', file)]?.imports ?? [])
        .filter(({ kind, external }) => kind === 'import-statement' && !external)
        .map((one) => nameOf(one.path));
      return { name: nameOf(file), code: written, escaped: written !== code, needs };
    }),
  );
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = parts.map(({ name }) => name);
  let at = 0;
  const table = parts.map(({ name, code, escaped, needs }) => {
    const place = [name, at, at + code.length, escaped ? 1 : 0, needs.map((one) => names.indexOf(one))];
    at += code.length;
    return place;
  });
  const text = parts.map((part) => part.code).join('');
  const unknown = '########';
  const define = {
    PARTS: JSON.stringify(table),
    PARTS_BEGIN: JSON.stringify(unknown),
    VERSION: JSON.stringify(version),
    BUILD: JSON.stringify(createHash('sha256').update(text).digest('hex').slice(0, 16)),
    ENTRY: '"./main.js"',
    SINGLE_EXECUTABLE: String(singleExecutable),
  };
  const code = await loader(define);
  if (singleExecutable) return { text: code, parts: text, metafile };
  const head = `#!/usr/bin/env node\n${nodeCheck}\n${code}/*`;
  // As many digits as there were, for what stands before the parts says where they begin.
  const begin = String(head.length).padStart(unknown.length, '0');
  return { text: `${head.replace(unknown, begin)}${text}*/\n`, parts: text, metafile };
}

/**
 * Each part would begin with esbuild's helpers for exports, and run them: with a hundred parts that takes some milliseconds.
 * They are given to it instead, by load-parts.ts.
 */
function withoutHelpers(code: string): string {
  const [begin] = /^var __(?:create|defProp)=.*?\b__toCommonJS=mod=>/.exec(code) ?? [];
  const end = '__copyProps(__defProp({},"__esModule",{value:!0}),mod);';
  if (begin === undefined) return code;
  if (!code.startsWith(end, begin.length)) throw new Error('esbuild writes its helpers otherwise than it did');
  return code.slice(begin.length + end.length);
}

/** What the file begins with. */
async function loader(define: Record<string, string>): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [fileURLToPath(new URL('load-parts.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    define,
  });
  return outputFiles[0]?.text ?? '';
}
