import { stringify } from 'yaml';
import type { Cleanup } from '../execution/execution-options.ts';
import { API_VERSION, KIND } from './language.ts';

/** What can be said of the built-in plan. */
export interface RunSettings {
  filename: readonly string[] | string;
  recursive: boolean;
  scale: {
    replicas: number | string;
    predictor?: string | undefined;
    includeSvcOrch?: boolean;
    includeExplainer?: boolean;
    through?: string;
  };
  /** A Go duration; true: until somebody presses Enter; undefined: not at all. */
  hold: string | true | undefined;
  cleanup: Cleanup;
  cascade: string;
}

/** The plan that `run` carries out, as its file would say it. What is as it always is is left out. */
export function runAsPlan({
  filename,
  recursive,
  scale,
  hold,
  cleanup,
  cascade,
}: RunSettings): Record<string, unknown> {
  const { replicas, predictor, includeSvcOrch, includeExplainer, through } = scale;
  const deletion = { delete: cascade === 'foreground' ? {} : { cascade } };
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'run' },
    steps: [
      { apply: { filename, ...(recursive && { recursive }) } },
      { wait: { for: 'available' } },
      {
        scale: {
          replicas,
          ...(predictor !== undefined && { predictor }),
          ...(includeSvcOrch && { includeSvcOrch }),
          ...(includeExplainer && { includeExplainer }),
          ...(through === 'subresource' && { through }),
        },
      },
      { wait: { for: 'scaled' } },
      ...(hold === undefined ? [] : [{ hold: hold === true ? { prompt: true } : { for: hold } }]),
      ...(cleanup === 'never' ? [] : [deletion]),
    ],
    ...(cleanup === 'always' && { finally: [deletion] }),
  };
}

/** The same as a file, with the values that run takes from its flags. */
export function runAsPlanFile(): string {
  const { apiVersion, kind, metadata, ...rest } = runAsPlan({
    filename: reference('filename'),
    recursive: false,
    scale: { replicas: reference('replicas') },
    hold: undefined,
    cleanup: 'on-success',
    cascade: 'foreground',
  });
  const values = { filename: null, replicas: { default: 2 } };
  const timeouts = { step: '5m' };
  const text = stringify({ apiVersion, kind, metadata, values, timeouts, ...rest }, { nullStr: '' });
  return `# The steps of run, as a start for your own plan. To run it:\n#   kubectl seldon-lifecycle plan run -f plan.yaml --set filename=model.yaml\n${text}`;
}

function reference(name: string): string {
  return `\${${name}}`;
}
