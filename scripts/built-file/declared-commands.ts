import type { Plugin } from 'esbuild';
import { programCommands } from '../../src/cli/program-commands.ts';

/**
 * What the commands declare of themselves, as it was when the file was built: so that help and completion need neither
 * the commands nor clipanion. Flags that several commands have stand there once.
 */
export const declaredCommands: Plugin = {
  name: 'declared-commands',
  setup(build) {
    build.onLoad({ filter: /\/cli\/program-commands\.ts$/ }, async () => {
      const flags: string[] = [];
      const commands = (await programCommands()).map((command) => ({
        ...command,
        flags: command.flags.map((flag) => {
          const text = JSON.stringify(flag);
          return flags.includes(text) ? flags.indexOf(text) : flags.push(text) - 1;
        }),
      }));
      return {
        contents: `
          const flags = JSON.parse(${JSON.stringify(`[${flags}]`)});
          const commands = JSON.parse(${JSON.stringify(JSON.stringify(commands))});
          for (const command of commands) command.flags = command.flags.map((index) => flags[index]);
          export const programCommands = async () => commands;
        `,
      };
    });
  },
};
