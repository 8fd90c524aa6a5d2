import { ownValue } from '../own-values.ts';
import type { ServiceBackend } from './api-server/service-proxy.ts';

/**
 * A model that predicts what it is given, behind every Service of the sandbox: in the Seldon, the TensorFlow and the Open
 * Inference protocol, by the path that it is asked at. It says which pod it is in, as Seldon's own servers do not.
 */
export const modelServer: ServiceBackend = ({ method, path, body, pod }) => {
  const answer = (code: number, content: object) => ({
    code,
    contentType: 'application/json',
    headers: { 'X-Pod-Name': pod },
    body: JSON.stringify(content),
  });
  const refuse = (code: number, info: string) =>
    answer(code, { status: { code, info, reason: 'MICROSERVICE_BAD_DATA', status: 'FAILURE' } });
  const [, model] = /^\/v[12]\/models\/([^/:]+)/.exec(path) ?? [];
  const protocol = protocols.find((one) => one.path.test(path));
  if (!protocol) return refuse(404, `nothing is at ${path}`);
  if (method !== 'POST') return refuse(405, `${method} is not allowed at ${path}`);
  const asked = ownValue(parsed(body), protocol.asked);
  if (asked === undefined) return refuse(400, `the payload has no "${protocol.asked}"`);
  return answer(200, protocol.answer(asked, model));
};

const protocols: {
  path: RegExp;
  /** The field that holds what is to be predicted. */
  asked: string;
  answer: (asked: unknown, model: string | undefined) => object;
}[] = [
  { path: /^\/api\/v[01]\.[01]\/predictions$/, asked: 'data', answer: (data) => ({ data, meta: {} }) },
  { path: /^\/api\/v[01]\.[01]\/feedback$/, asked: 'reward', answer: () => ({ data: {}, meta: {} }) },
  { path: /^\/api\/v[01]\.[01]\/explain$/, asked: 'data', answer: explanation },
  { path: /^\/v1\/models\/[^/:]*:explain$/, asked: 'instances', answer: explanation },
  { path: /^\/v2\/models\/[^/]+\/explain$/, asked: 'inputs', answer: explanation },
  { path: /^\/v1\/models\/[^/:]+\/?:predict$/, asked: 'instances', answer: (predictions) => ({ predictions }) },
  {
    path: /^\/v2\/models\/[^/]+\/infer$/,
    asked: 'inputs',
    answer: (outputs, model) => ({ model_name: model, outputs }),
  },
];

/** Of an anchor, as Alibi writes it, which holds for whatever is asked. */
function explanation(instance: unknown) {
  return { meta: { name: 'AnchorTabular' }, data: { anchor: [], precision: 1, coverage: 1, raw: { instance } } };
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
