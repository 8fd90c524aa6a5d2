import { Option } from 'clipanion';
import { kubeconfigFromText, loadKubeconfig } from '../cluster/kubeconfig.ts';
import { discoverSeldon, type SeldonCluster } from '../cluster/seldon-cluster.ts';
import { ClusterNotReady } from '../failures.ts';
import { explain } from '../lifecycle/api-errors.ts';
import { SeldonCommand } from './seldon-command.ts';

export interface Connected {
  cluster: SeldonCluster;
  /** The namespace of the context, for when neither -n nor a file says one. */
  namespace: string;
}

/** The flags that say which cluster and namespace, as kubectl has them. */
export abstract class ClusterCommand extends SeldonCommand {
  kubeconfig = Option.String('--kubeconfig', { description: 'Path to the kubeconfig file to use' });
  kubeContext = Option.String('--context', { description: 'The name of the kubeconfig context to use' });
  namespace = Option.String('-n,--namespace', { description: 'The namespace to work in' });

  /**
   * Finds the cluster and, in it, the SeldonDeployment resource. Throws ClusterNotReady or BadInput. With the text of a
   * kubeconfig, a sandbox's, that one is used.
   */
  async connect(kubeconfigText?: string): Promise<Connected> {
    const { env, userAgent } = this.context.program;
    const { kubeConfig, namespace } =
      kubeconfigText === undefined
        ? loadKubeconfig({ file: this.kubeconfig, context: this.kubeContext, env, userAgent })
        : kubeconfigFromText(kubeconfigText, userAgent);
    const cluster = await discoverSeldon(kubeConfig).catch((error) =>
      explain(error, 'find the SeldonDeployment resource'),
    );
    if (!cluster) {
      throw new ClusterNotReady(`the server doesn't have a resource type "seldondeployments"`, {
        hint: 'Install Seldon Core (https://docs.seldon.io/projects/seldon-core/en/latest/workflow/install.html), or try the sandbox, which needs no cluster: --sandbox',
      });
    }
    return { cluster, namespace };
  }
}
