import { thatIsThere } from '../../lifecycle/sequence.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { readLogs } from '../../logs/read-logs.ts';
import { cutShort, LONGEST_LOG_LINE } from '../../output/cut-short.ts';

/** Shows the last lines of each container's log, each with whose it is, as the command logs does; of an endless line what can be read. */
export function logsStage({ tail, container }: { tail: number; container: string | undefined }): Stage {
  return async (standing, steps, { cluster, signal }) => {
    const { deployment } = thatIsThere(standing);
    await steps.take('logs', async () => {
      const query = {
        previous: false,
        timestamps: false,
        tailLines: tail,
        sinceSeconds: undefined,
        sinceTime: undefined,
      };
      let lines = 0;
      await readLogs(
        [deployment],
        { container, query },
        {
          cluster,
          signal,
          print: ({ pod, container: name }, line) => {
            lines += 1;
            steps.show(`[pod/${pod}/${name}] ${cutShort(line, LONGEST_LOG_LINE)}`);
          },
          notice: (message) => steps.warn(message),
        },
      );
      return { result: undefined, message: `${lines} lines of log` };
    });
    return standing;
  };
}
