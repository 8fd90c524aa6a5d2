import { ID_ANNOTATION } from '../../../src/sync/ownership.ts';
import { model } from '../../behaviour/models.ts';

export type Random = () => number;
export type Fields = Record<string, unknown>;

export const NAMESPACE = 'ns';

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** A record that is well, and what it is about. */
export interface GoodRecord {
  value: Fields;
  id: string;
  name: string;
}

type Style = (name: string, id: string) => { value: Fields; id: string };

const deployment = (name: string) => ({ image: `example/${name}:1.0`, replicas: 2, ports: [9000] });
const more = {
  labels: { team: 'vision' },
  ingress: { host: 'a.example.com' },
  metrics: { classes: ['cat', 'dog'] },
  imagePullSecrets: ['registry'],
};
const whole = (name: string, metadata: object = {}): Fields => {
  const object = model({ name, namespace: NAMESPACE });
  return { ...object, metadata: { ...object.metadata, ...metadata } };
};

/** The ways in which a source says what it wants. */
const styles: readonly Style[] = [
  (name, id) => ({ value: { id, name, deployment: deployment(name) }, id }),
  (name, id) => ({ value: { id, name, namespace: NAMESPACE, deployment: deployment(name), ...more }, id }),
  (name) => ({ value: { name, deployment: deployment(name) }, id: name }),
  (name) => ({ value: { id: name, deployment: deployment(name), ...more }, id: name }),
  (name) => ({ value: whole(name), id: `${NAMESPACE}/${name}` }),
  (name, id) => ({ value: whole(name, { annotations: { [ID_ANNOTATION]: id } }), id }),
  (name, id) => ({ value: { id, ...whole(name, { labels: { team: 'vision' } }) }, id }),
];

export function goodRecord(random: Random, index: number): GoodRecord {
  const name = `m-${index}`;
  return { ...pick(random, styles)(name, `id-${index}`), name };
}
