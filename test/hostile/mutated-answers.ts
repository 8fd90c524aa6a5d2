import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes } from '../../src/failures.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { seededRandom } from '../corpus/mutation.ts';
import { argsOf, asksServer, everyLine, isEndless, type Line, startFolder } from '../ending/every-command.ts';
import { assertHarmless } from './harmless.ts';
import { MutatingProxy, type Mutation } from './mutating-proxy.ts';
import { refusals, strangers } from './strangers.ts';

/**
 * The lines whose command asks a server, and comes to an end by itself, by the names of the commands; but for run, which deletes
 * in the end for up to half a minute, and consists of the others.
 */
export async function linesByCommand(): Promise<Map<string, Line[]>> {
  const isShort = (line: Line) => !isEndless(line) && line.command.name !== 'run';
  const lines = (await everyLine()).filter((line) => asksServer(line) && isShort(line));
  return Map.groupBy(lines, ({ command }) => command.name);
}

/**
 * Runs commands against a server of which one value is another, or one answer a refusal. What the command says of it is for
 * other tests to judge: here it has to say it as it says things, and end with an exit code of its own.
 */
export class MutatedAnswers {
  readonly #files: ReturnType<typeof startFolder>;
  readonly #sandbox: SandboxUnderTest;
  readonly #proxy: MutatingProxy;
  readonly #before: string;

  private constructor(files: ReturnType<typeof startFolder>, sandbox: SandboxUnderTest, proxy: MutatingProxy) {
    this.#files = files;
    this.#sandbox = sandbox;
    this.#proxy = proxy;
    this.#before = process.cwd();
    process.chdir(files.folder);
  }

  /** In a folder of its own, which is the current one until `stop`. */
  static async start(): Promise<MutatedAnswers> {
    const sandbox = await startSandboxUnderTest({ ownThread: true, podMetrics: true });
    const { exitCode, stderr } = await sandbox.run(['apply', '-f', '-', '--wait'], { stdin: modelYaml() });
    assert.equal(exitCode, 0, stderr);
    const proxy = await MutatingProxy.start(sandbox.api.server);
    const files = startFolder();
    const kubeconfig = {
      clusters: [{ name: 'mutated', cluster: { server: proxy.url } }],
      contexts: [{ name: 'mutated', context: { cluster: 'mutated' } }],
      'current-context': 'mutated',
    };
    writeFileSync(path.join(files.folder, 'config'), JSON.stringify(kubeconfig));
    return new MutatedAnswers(files, sandbox, proxy);
  }

  /** So many changes of what this line is answered, or all that there are; the same for the same seed. */
  async mutationsFor(line: Line, count: number, seed: number): Promise<Mutation[]> {
    this.#proxy.change = undefined;
    this.#proxy.spots.clear();
    await this.#run(line);
    const all = [...this.#proxy.spots].flatMap(([spot, { isWhole }]) =>
      [...strangers, ...(isWhole ? refusals : [])].map((stranger) => ({ spot, stranger })),
    );
    return shuffled(all, seededRandom(seed)).slice(0, count);
  }

  /** What goes wrong with it that must not; undefined: nothing. */
  async surprise(line: Line, mutation: Mutation): Promise<string | undefined> {
    this.#proxy.change = mutation;
    const loose = Promise.withResolvers<never>();
    const fail = (error: unknown) => loose.reject(error);
    process.on('uncaughtException', fail).on('unhandledRejection', fail);
    try {
      const { exitCode, stdout, stderr } = await Promise.race([this.#run(line), loose.promise]);
      assert.ok((Object.values(exitCodes) as number[]).includes(exitCode), `exit code ${exitCode}`);
      assert.doesNotMatch(`${stdout}${stderr}`, /^\s+at .*\.ts:\d+|this program failed|\[object Object\]/m);
      const logs = line.command.name === 'logs';
      assertHarmless('standard output', stdout, { logs });
      assertHarmless('standard error', stderr);
      return undefined;
    } catch (error) {
      const { spot, stranger } = mutation;
      return `${line.args.join(' ')}: ${spot} = ${stranger.name}: ${(error as Error).stack}`;
    } finally {
      process.off('uncaughtException', fail).off('unhandledRejection', fail);
    }
  }

  async stop(): Promise<void> {
    process.chdir(this.#before);
    await this.#proxy.close();
    await this.#sandbox.stop();
    this.#files.remove();
  }

  #run(line: Line) {
    const has = (flag: string) => line.command.flags.some(({ name }) => name === flag);
    const limits = has('--timeout') ? ['--timeout=100ms'] : [];
    if (has('--request-timeout')) limits.push('--request-timeout=1s');
    if (has('--total-timeout')) limits.push('--total-timeout=2s');
    return runInProcess('config', [...argsOf(line, this.#files.folder), ...limits]);
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0] as Item);
}
