import { Option } from 'clipanion';
import type { Connected, Inspected } from './connect.ts';
import { SeldonCommand } from './seldon-command.ts';

/** The flags that say which cluster and namespace, as kubectl has them. */
export abstract class ClusterCommand extends SeldonCommand {
  kubeconfig = Option.String('--kubeconfig', { description: 'Path to the kubeconfig file to use' });
  kubeContext = Option.String('--context', { description: 'The name of the kubeconfig context to use' });
  namespace = Option.String('-n,--namespace', { description: 'The namespace to work in' });

  /** See connect.ts, which is loaded only here: help must not pay for the client. */
  async connect(kubeconfigText?: string): Promise<Connected> {
    const { connect } = await import('./connect.ts');
    const { env, userAgent, signal } = this.context.program;
    const choice = { file: this.kubeconfig, context: this.kubeContext, env, userAgent };
    return await connect(choice, signal, kubeconfigText);
  }

  /** For a command that also says something of a cluster without Seldon Core. */
  async inspect(): Promise<Inspected> {
    const { inspect } = await import('./connect.ts');
    const { env, userAgent, signal } = this.context.program;
    return inspect({ file: this.kubeconfig, context: this.kubeContext, env, userAgent }, signal);
  }
}
