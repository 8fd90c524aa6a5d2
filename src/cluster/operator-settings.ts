import type { KubernetesObject } from '../kubernetes/objects.ts';
import { chartSettings, type OperatorSettings, settingsOf } from '../operator/settings.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import { anyKind } from './answer-forms.ts';
import type { Api } from './api.ts';
import { type FormOf, mapOf, object, text } from './form.ts';
import { learn, OPERATOR } from './inspection.ts';
import { listOperators } from './namespace-inspection.ts';
import { Objects } from './objects.ts';
import { resourceKinds } from './resource-kinds.ts';

/** The operator's settings; `assumed`: why those of the chart are taken for them. */
export interface ReadSettings {
  settings: OperatorSettings;
  assumed?: string;
}

/** Of the operator that the cluster has. Throws Unreachable, and ApiFailure where the server itself is in trouble. */
export async function operatorSettings(api: Api): Promise<ReadSettings> {
  const operators = await learn(() => listOperators(api));
  if (!('known' in operators)) return { settings: chartSettings, assumed: NOT_READABLE };
  const [operator, ...others] = operators.known;
  if (!operator) return { settings: chartSettings, assumed: `no Deployment is labelled ${OPERATOR}` };
  if (others.length > 0) return { settings: chartSettings, assumed: 'the cluster has several operators' };
  const env: Record<string, string> = {};
  for (const container of operator.spec?.template?.spec?.containers ?? []) {
    for (const { name, value } of container.env ?? []) {
      if (value && ownValue(env, name) === undefined) setOwnValue(env, name, value);
    }
  }
  const place = {
    ...resourceKinds.configMap,
    metadata: { name: CONFIG, namespace: operator.metadata.namespace ?? '' },
  };
  const config = await learn(() => new Objects(api).read<ConfigMap>(place, { form: configForm }));
  return {
    settings: settingsOf(env, 'known' in config ? config.known?.data : undefined),
    ...('unknown' in config && { assumed: NOT_READABLE }),
  };
}

const CONFIG = 'seldon-config';

const NOT_READABLE = 'the settings of the operator may not be read';

interface ConfigMap extends KubernetesObject {
  data?: Record<string, string>;
}

const configForm: FormOf<ConfigMap> = object({ ...anyKind.fields, data: mapOf(text) }, 'metadata');
