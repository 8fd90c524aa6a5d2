import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * Leaves out of the built file what this program never runs of its libraries, which is most of their weight:
 *
 * - the generated models of client-node. src/cluster/api.ts reads and writes JSON as it is, so of the serializer that
 *   needs them only what is asked of a verb's parameters is left, and that leaves them as they are: the place of an object,
 *   DeleteOptions, words of the query. What would read an answer must never be reached; should it be, it says so.
 * - all of undici but what src/cluster/connector.ts and dispatcher.ts import, and the ways to ask that are used of it. It is the same
 *   code, loaded from its own files.
 * - client-node's own transport, instead of which src/cluster/transport.ts is used; it refuses in the same way.
 * - what undici needs for the bodies of fetch: here a body is a text. HTTP/1 stays, and is set up for who speaks it, with its
 *   tree of the names of headers.
 * - all of clipanion but what src/cli asks of it: its own Cli opens standard input, which takes 2 ms.
 *
 * The built file is what the tests run against the real control plane.
 */
export const lighterPackages: Plugin = {
  name: 'lighter-packages',
  setup(build) {
    // By this name undici asks whether it is built for Node itself, which leaves out its experimental second parser.
    build.initialOptions.define = { ...build.initialOptions.define, esbuildDetection: 'true' };
    build.onResolve({ filter: /\/ObjectSerializer\.js$/ }, ({ importer }) =>
      importer.includes('client-node') ? { path: 'serializer', namespace: 'lighter-packages' } : undefined,
    );
    build.onResolve({ filter: /\/models\/all\.js$/ }, () => ({ path: 'models', namespace: 'lighter-packages' }));
    build.onResolve({ filter: /\/isomorphic-fetch\.js$/ }, () => ({
      path: 'transport',
      namespace: 'lighter-packages',
    }));
    build.onResolve({ filter: /^undici$/ }, ({ importer }) => ({
      path: /\/cluster\/(connector|socks-tunnel)\.ts$/.test(importer) ? 'undici-connector' : 'undici',
      namespace: 'lighter-packages',
    }));
    build.onResolve({ filter: /\/web\/(fetch\/(body|formdata)|webidl)(\.js)?$/ }, ({ importer }) =>
      /\/undici\/lib\/(core|dispatcher)\//.test(importer)
        ? { path: 'bodies', namespace: 'lighter-packages' }
        : undefined,
    );
    build.onResolve({ filter: /^clipanion$/ }, () => ({ path: 'clipanion', namespace: 'lighter-packages' }));
    build.onLoad({ filter: /^serializer$/, namespace: 'lighter-packages' }, () => ({ contents: plainSerializer }));
    build.onLoad({ filter: /^transport$/, namespace: 'lighter-packages' }, () => ({ contents: refusingTransport }));
    build.onLoad({ filter: /^models$/, namespace: 'lighter-packages' }, () => ({ contents: 'export {};' }));
    build.onLoad({ filter: /^bodies$/, namespace: 'lighter-packages' }, () => ({ contents: noBodies }));
    build.onLoad({ filter: /^clipanion$/, namespace: 'lighter-packages' }, () => ({
      contents: clipanionInParts,
      resolveDir: path.dirname(require.resolve('clipanion/lib/core.js')),
    }));
    build.onLoad({ filter: /\/undici\/lib\/dispatcher\/client\.js$/ }, ({ path: file }) => ({
      contents: changed(file, ...lateHttp1),
    }));
    build.onLoad({ filter: /\/undici\/lib\/core\/util\.js$/ }, ({ path: file }) => ({
      contents: changed(file, ...lateTree),
    }));
    for (const [name, contents] of [
      ['undici', undiciInParts],
      ['undici-connector', undiciConnector],
    ] as const) {
      build.onLoad({ filter: new RegExp(`^${name}$`), namespace: 'lighter-packages' }, () => ({
        contents,
        resolveDir: path.dirname(require.resolve('@kubernetes/client-node')),
      }));
    }
  },
};

const plainSerializer = `
  const refuse = () => {
    throw new Error('client-node serializer: left out of this build, see scripts/built-file/lighter-packages.ts');
  };
  export class ObjectSerializer {
    static serialize(data) {
      return data;
    }
    static stringify(data) {
      return JSON.stringify(data);
    }
    static getPreferredMediaType() {
      return 'application/json';
    }
  }
  for (const name of ['deserialize', 'parse', 'normalizeMediaType', 'findCorrectType']) ObjectSerializer[name] = refuse;
`;

const refusingTransport = `
  export class IsomorphicFetchHttpLibrary {
    send() {
      throw new Error('client-node transport: left out of this build, see scripts/built-file/lighter-packages.ts');
    }
  }
`;

const noBodies = `
  const refuse = () => {
    throw new Error('undici bodies of fetch: left out of this build, see scripts/built-file/lighter-packages.ts');
  };
  module.exports = { extractBody: refuse, webidl: { is: { FormData: () => false } } };
`;

const clipanionInParts = `
  export * as Option from './advanced/options/index.js';
  export { formatMarkdownish } from './format.js';
`;

/** A client of HTTP/2 sets up the parser of HTTP/1 too, in 2 ms. */
const lateHttp1 = [
  "const connectH1 = require('./client-h1.js')",
  "const connectH1 = (client, socket) => require('./client-h1.js')(client, socket)",
] as const;

/** Of the names of headers, by which the parser of HTTP/1 finds them: to plant it takes 1 ms. */
const lateTree = [
  "const { tree } = require('./tree')",
  "const tree = { lookup: (name) => require('./tree').tree.lookup(name) }",
] as const;

/** A file of a package with something else in the place of what has to be there. */
function changed(file: string, before: string, after: string): string {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} does not hold what is to be changed in it: ${before}`);
  return text.replace(before, after);
}

/** The whole of undici gives its dispatchers a method for each way to ask; these two are used, connect by a proxy. */
const undiciInParts = `
  import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
  import connect from 'undici/lib/api/api-connect.js';
  import request from 'undici/lib/api/api-request.js';
  Dispatcher.prototype.connect = connect;
  Dispatcher.prototype.request = request;
  export { default as Agent } from 'undici/lib/dispatcher/agent.js';
  export { default as buildConnector } from 'undici/lib/core/connect.js';
  export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
`;

/** What a connection is begun with, before the rest is loaded. */
const undiciConnector = `
  export { default as buildConnector } from 'undici/lib/core/connect.js';
`;
