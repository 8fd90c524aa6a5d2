import type { Verb } from './verb.ts';

/**
 * The verbs that there are, under the headings of the help and in its order. A verb is loaded when it is carried out: help,
 * completion and all the others must not pay for it.
 */
export const verbTable: Readonly<Record<string, Readonly<Record<string, () => Promise<{ verb: Verb }>>>>> = {
  'Basic Commands': {
    run: () => import('./run.ts'),
    apply: () => import('./apply.ts'),
    diff: () => import('./diff.ts'),
    preview: () => import('./preview.ts'),
    create: () => import('./create.ts'),
    wait: () => import('./wait.ts'),
    scale: () => import('./scale.ts'),
    restart: () => import('./restart.ts'),
    traffic: () => import('./traffic.ts'),
    promote: () => import('./promote.ts'),
    undo: () => import('./undo.ts'),
    history: () => import('./history.ts'),
    delete: () => import('./delete.ts'),
    list: () => import('./list.ts'),
    predict: () => import('./predict.ts'),
  },
  'Desired State Commands': {
    sync: () => import('./sync.ts'),
    'agent manifest': () => import('./agent-manifest.ts'),
    'agent ls': () => import('./agent-list.ts'),
  },
  'Plan Commands': {
    'plan run': () => import('./plan-run.ts'),
    'plan validate': () => import('./plan-validate.ts'),
    'plan show': () => import('./plan-show.ts'),
    'plan schema': () => import('./plan-schema.ts'),
  },
  'Troubleshooting and Debugging Commands': {
    diagnose: () => import('./diagnose.ts'),
    status: () => import('./status.ts'),
    top: () => import('./top.ts'),
    events: () => import('./events.ts'),
    logs: () => import('./logs.ts'),
    report: () => import('./report.ts'),
    doctor: () => import('./doctor.ts'),
  },
  'Settings Commands': {
    completion: () => import('./completion.ts'),
    'completion install': () => import('./completion-install.ts'),
  },
  'Other Commands': {
    sample: () => import('./sample.ts'),
    schema: () => import('./schema.ts'),
    'sandbox start': () => import('./sandbox-start.ts'),
    version: () => import('./version.ts'),
  },
};
