import type { Pod } from '../../cluster/objects.ts';
import { inWords } from '../../lifecycle/errors/api-errors.ts';
import { thatIsThere } from '../../lifecycle/sequence.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { listed } from '../../lifecycle/waits/wait-step.ts';

/** Shows the last lines of each container's log, each with whose it is. One that has none is told and is no failure. */
export function logsStage({ tail, container }: { tail: number; container: string | undefined }): Stage {
  return async (standing, steps, around) => {
    const { uid } = thatIsThere(standing);
    await steps.take('logs', async () => {
      await listed(around);
      const pods = around.picture.ownedBy(uid).pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      let lines = 0;
      for (const { pod, name } of pods.flatMap((one) => containersOf(one, container))) {
        around.signal.throwIfAborted();
        try {
          for (const line of await around.cluster.podLog(steps.deployment.namespace, pod, name, false, tail)) {
            steps.show(`[pod/${pod}/${name}] ${line}`);
            lines += 1;
          }
        } catch (error) {
          steps.warn(inWords(error, `read the log of pod "${pod}", container "${name}"`));
        }
      }
      return { result: undefined, message: `${lines} lines of log of ${pods.length} pods` };
    });
    return standing;
  };
}

function containersOf({ metadata, spec }: Pod, only: string | undefined): { pod: string; name: string }[] {
  return (spec?.containers ?? [])
    .filter(({ name }) => only === undefined || name === only)
    .map(({ name }) => ({ pod: metadata.name, name }));
}
