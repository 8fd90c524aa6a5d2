import { Command, Option } from 'clipanion';
import { BadInput, exitCodes } from '../failures.ts';
import type { Versions } from '../output/versions.ts';
import { version } from '../version.ts';
import { ClusterCommand } from './cluster-command.ts';
import { takesWords } from './takes-words.ts';

export class VersionCommand extends ClusterCommand {
  static override paths = [['version']];
  static override usage = Command.Usage({
    description: 'Print the versions of this plugin, the server, the Seldon operator and its resource',
    details: `
      Prints the version of this plugin and of what it works with: the API server, the Seldon operator (by the image of its
      deployment, where that may be read), and the versions in which SeldonDeployments are served.
    `,
    examples: [
      ['All versions', '$0 version'],
      ['Only that of the plugin, without asking a cluster', '$0 version --client'],
      ['For a script', '$0 version -o json | jq -r .serverVersion.gitVersion'],
    ],
  });

  client = Option.Boolean('--client', false, { description: 'Only the version of this plugin; no server is asked' });
  output = takesWords(['json', 'yaml'], Option.String('-o,--output', { description: 'Output format: json or yaml' }));

  async execute(): Promise<number> {
    const { userAgent, clock } = this.context.program;
    if (this.output !== undefined && this.output !== 'json' && this.output !== 'yaml') {
      throw new BadInput(`--output must be 'yaml' or 'json'`);
    }
    const [, platform = ''] = /\((.*)\)$/.exec(userAgent) ?? [];
    const client = { gitVersion: `v${version}`, platform };
    if (this.client) {
      await this.#write({ client });
      return exitCodes.done;
    }
    const { explainConnecting } = await import('../lifecycle/errors/api-errors.ts');
    const { clusterVersions } = await import('../doctor/versions.ts');
    const { inspection } = await this.inspect();
    const known = await clusterVersions(inspection, clock).catch(async (error: unknown) => {
      // As kubectl: what is known is told before the error.
      if (this.output === undefined) await this.#write({ client });
      return explainConnecting(error, 'ask the server for its version');
    });
    await this.#write({ client, ...known });
    return exitCodes.done;
  }

  async #write(versions: Versions): Promise<void> {
    const { stdout } = this.context.program;
    const { goYaml } = await import('../text/go-yaml.ts');
    const { harmlessJson } = await import('../text/escape.ts');
    const { versionDocument, versionLines } = await import('../output/versions.ts');
    if (this.output === undefined) {
      for (const line of versionLines(versions)) stdout.write(`${line}\n`);
      return;
    }
    const document = versionDocument(versions);
    if (this.output === 'json') stdout.write(`${harmlessJson(JSON.stringify(document, undefined, 2))}\n`);
    else stdout.write(`${goYaml(document)}\n`);
  }
}
