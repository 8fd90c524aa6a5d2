import { type Advice, advice, kubectl } from '../../advice/advice.ts';
import type { ApiFailure } from '../../cluster/api-failure.ts';

export type WebhookTrouble =
  /** It said no. */
  | { kind: 'refused'; why: string }
  /** It gave no answer, and nothing is let through without one. */
  | { kind: 'no answer'; why: string; hint: Advice };

/** Seldon's own is v1.vseldondeployment.kb.io: operator/config/webhook/manifests.yaml at Seldon Core v1.18.2. */
const SELDONS = /seldondeployment\.kb\.io$/;

/**
 * What an admission webhook had to say, in words that go after "cannot apply seldondeployment …:"; undefined where the
 * failure is none of a webhook.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go
 */
export function webhookTrouble(failure: ApiFailure): WebhookTrouble | undefined {
  const [, silent, why = ''] = /failed calling webhook "([^"]*)": ([\s\S]*)/.exec(failure.message) ?? [];
  if (silent !== undefined) return noAnswer(silent, why);
  const [, webhook, said = ''] =
    /^admission webhook "([^"]*)" denied the request(?:: )?([\s\S]*)/.exec(failure.message) ?? [];
  if (webhook === undefined) return undefined;
  // Seldon misspells its group there, and names the object by a field that is out of use.
  const [, reasons] = /^SeldonDeployment\.\S+ "[^"]*" is invalid: ([\s\S]*)$/.exec(said) ?? [];
  if (!SELDONS.test(webhook) || reasons === undefined) return { kind: 'refused', why: failure.message };
  return { kind: 'refused', why: `Seldon's webhook refused the deployment: ${reasonsOf(failure, reasons).join('; ')}` };
}

function noAnswer(webhook: string, why: string): WebhookTrouble {
  return SELDONS.test(webhook)
    ? {
        kind: 'no answer',
        why: `the Seldon operator, which serves the webhook "${webhook}", seems to be down: ${why}`,
        hint: advice`Check the operator: ${kubectl(['get', 'pods', '-A', '-l', 'control-plane=seldon-controller-manager'])}`,
      }
    : {
        kind: 'no answer',
        why: `the webhook "${webhook}" does not answer, so its service seems to be down: ${why}`,
        hint: advice`Find its service: ${kubectl(['get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations', '-o', 'yaml'])}`,
      };
}

/** One for each thing wrong. Several are written as [a, b], where commas may also stand in a value. */
function reasonsOf({ causes }: ApiFailure, text: string): string[] {
  const named = causes.filter(({ field, message }) => field && message);
  if (named.length > 0) return named.map(({ field, message }) => `${field}: ${message}`);
  const list = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return list.split(/, (?=[\w.[\]-]+: (?:Invalid|Required|Duplicate|Unsupported|Forbidden|Not found|Internal)\b)/);
}
