import { existing, type PlannedStep } from '../lifecycle/step.ts';
import { readLogs } from '../logs/read-logs.ts';
import { cutShort, LONGEST_LOG_LINE } from '../text/cut-short.ts';
import { saidOnly } from './said-only.ts';
import { fields, type StepDefinition, text, textOf } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    logs: 'logs';
  }
}

const LINES = 10;

export const logsDefinition: StepDefinition<'logs'> = {
  word: 'logs',
  says: 'Prints the last lines of the logs of all pods',
  fields: fields({
    tail: {
      says: `Number of lines per container (default ${LINES})`,
      shape: { is: 'whole number', from: 1 },
    },
    container: { says: 'Only containers with this name', shape: text('the name of a container') },
  }),
  read: ({ tail, container }) =>
    logsStep({ tail: (tail as number | undefined) ?? LINES, container: textOf(container) }),
};

/** Shows the last lines of each container's log, each with whose it is, as the command logs does; of an endless line what can be read. */
export function logsStep({ tail, container }: { tail: number; container: string | undefined }): PlannedStep<'logs'> {
  const query = { previous: false, timestamps: false, tailLines: tail, sinceSeconds: undefined, sinceTime: undefined };
  return {
    word: 'logs',
    told: { tail, container },
    names: ['logs'],
    run: async (state, progress, { cluster, signal }) => {
      const { deployment } = existing(state);
      await progress.take('logs', async () => {
        let lines = 0;
        const print = ({ pod, container: name }: { pod: string; container: string }, line: string) => {
          lines += 1;
          progress.show(`[pod/${pod}/${name}] ${cutShort(line, LONGEST_LOG_LINE)}`);
        };
        const notice = (message: string) => progress.warn(message);
        await readLogs([deployment], { container, query }, { cluster, signal, print, notice });
        return { result: undefined, message: `printed ${lines} log lines` };
      });
      return state;
    },
    dryRun: saidOnly('logs', 'would print logs'),
  };
}
