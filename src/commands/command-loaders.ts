import type { CommandClass } from 'clipanion';
import type { CommandContext } from './seldon-command.ts';

/**
 * The subcommands that there are, under the headings of the help and in its order. A command is loaded when it is carried
 * out: help, completion and all the others must not pay for it.
 */
export const commandLoaders: Readonly<Record<string, Readonly<Record<string, CommandLoader>>>> = {
  'Basic Commands': {
    run: async () => (await import('./run.ts')).RunCommand,
    apply: async () => (await import('./apply.ts')).ApplyCommand,
    diff: async () => (await import('./diff.ts')).DiffCommand,
    create: async () => (await import('./create.ts')).CreateCommand,
    wait: async () => (await import('./wait.ts')).WaitCommand,
    scale: async () => (await import('./scale.ts')).ScaleCommand,
    delete: async () => (await import('./delete.ts')).DeleteCommand,
    list: async () => (await import('./list.ts')).ListCommand,
    predict: async () => (await import('./predict.ts')).PredictCommand,
  },
  'Plan Commands': {
    'plan run': async () => (await import('./plan-run.ts')).PlanRunCommand,
    'plan validate': async () => (await import('./plan-validate.ts')).PlanValidateCommand,
    'plan show': async () => (await import('./plan-show.ts')).PlanShowCommand,
    'plan schema': async () => (await import('./plan-schema.ts')).PlanSchemaCommand,
  },
  'Troubleshooting and Debugging Commands': {
    status: async () => (await import('./status.ts')).StatusCommand,
    events: async () => (await import('./events.ts')).EventsCommand,
    logs: async () => (await import('./logs.ts')).LogsCommand,
    report: async () => (await import('./report.ts')).ReportCommand,
    doctor: async () => (await import('./doctor.ts')).DoctorCommand,
  },
  'Settings Commands': {
    completion: async () => (await import('./completion.ts')).CompletionCommand,
    'completion install': async () => (await import('./completion-install.ts')).CompletionInstallCommand,
  },
  'Other Commands': {
    sample: async () => (await import('./sample.ts')).SampleCommand,
    'sandbox start': async () => (await import('./sandbox-start.ts')).SandboxStartCommand,
    version: async () => (await import('./version.ts')).VersionCommand,
  },
};

type CommandLoader = () => Promise<CommandClass<CommandContext>>;
