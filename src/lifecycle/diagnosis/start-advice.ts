import { advice } from './advice.ts';

/** runc, where the limit is too low for the process to begin. */
export const KILLED_AT_START = /container init was OOM-killed/;
/** An earlier attempt goes on. */
export const RUNTIME_IS_BUSY = /is reserved for|context deadline exceeded/;

/** Words of the kubelet: pkg/kubelet/kuberuntime/kuberuntime_container.go, pkg/kubelet/kubelet_pods.go; of runc, of a command. */
export function startAdvice(reason: string, message: string, image: string): string {
  const { create, key, command, executable, mount, subPath, gpu, node, user, hook, other } =
    advice.ContainerCannotStart;
  const kindOf = (word: string) => (word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap');
  const [, kind, name] = /\b(secret|configmap) "([^"]+)" not found/i.exec(message) ?? [];
  if (kind && name) return create({ kind: kindOf(kind), name });
  const [, lacks, ofKind, ofName] =
    /couldn't find key (\S+) in (Secret|ConfigMap) [^/\s]+\/([\w.-]+)/i.exec(message) ?? [];
  if (lacks && ofKind && ofName) return key({ key: lacks, kind: kindOf(ofKind), name: ofName });
  if (/runAsNonRoot/.test(message)) return user();
  if (reason === 'PostStartHookError') return hook();
  if (/subPath/.test(message)) return subPath();
  if (/error mounting .* to rootfs|trying to mount a directory onto a file/s.test(message)) return mount();
  if (/nvidia-container-cli|libnvidia|unsatisfied condition: cuda/i.test(message)) return gpu();
  if (RUNTIME_IS_BUSY.test(message)) return node();
  if (/exec format error/.test(message)) {
    return advice.ContainerCannotStart.architecture({ image });
  }
  if (/permission denied/i.test(message)) return executable();
  if (/no command specified|executable file not found|no such file or directory|not a directory/i.test(message))
    return command();
  return other();
}
