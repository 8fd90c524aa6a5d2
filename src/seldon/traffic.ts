import { nearestWord } from '../text/nearest-word.ts';
import type { Predictor, SeldonDeployment, SeldonSpec } from './seldon-deployment.ts';

/** Whole numbers of 100, by the names of predictors. */
export type Weights = Readonly<Record<string, number>>;

export interface TrafficChange {
  predictor: string;
  from: number;
  to: number;
}

export type TrafficPlan =
  | { answer: 'change'; spec: SeldonSpec; changes: TrafficChange[] }
  /** `reason` completes "cannot change the traffic of it: ". */
  | { answer: 'refused'; reason: string; hint: string };

/**
 * Other weights for some predictors, the others keep theirs. They have to come to 100, as Seldon's webhook asks of several
 * predictors, and which a mesh does not check. A shadow has no weight: what its traffic says is which part of the requests is
 * mirrored to it (checkTraffic in seldondeployment_webhook.go, createIstioResources in seldondeployment_controller.go at Seldon
 * Core v1.18.2).
 */
export function planTraffic(deployment: SeldonDeployment, weights: Weights): TrafficPlan {
  const spec = structuredClone(deployment.spec ?? {});
  const before = trafficOf(spec);
  const names = before.filter(({ shadow }) => !shadow).map(({ predictor }) => predictor);
  for (const name of Object.keys(weights)) {
    const found = before.find(({ predictor }) => predictor === name);
    if (found?.shadow)
      return refused(
        `predictor "${name}" is a shadow, which gets a copy of the traffic and has no weight`,
        `These predictors have one: ${names.join(', ')}`,
      );
    if (!found) return refused(`there is no predictor "${name}"`, isThere(name, names));
  }
  const given = new Map(Object.entries(weights));
  const after = before
    .filter(({ shadow }) => !shadow)
    .map(({ predictor, weight }) => ({ predictor, from: weight, to: given.get(predictor) ?? weight }));
  const sum = after.reduce((total, { to }) => total + to, 0);
  if (sum !== 100) {
    const would = after.map(({ predictor, to }) => `${predictor}=${to}`).join(' ');
    return refused(`${would} add up to ${sum}, not to 100`, `The weights are now: ${trafficInWords(spec)}`);
  }
  const changes = after.filter(({ from, to }) => from !== to);
  for (const one of spec.predictors ?? []) {
    const change = changes.find(({ predictor }) => predictor === one.name);
    if (change && !one.shadow) one.traffic = change.to;
  }
  return { answer: 'change', spec, changes };
}

/** All traffic to one predictor, as planTraffic. */
export function planPromotion(deployment: SeldonDeployment, predictor: string): TrafficPlan {
  const others = (deployment.spec?.predictors ?? []).filter(({ name, shadow }) => !shadow && name !== predictor);
  return planTraffic(deployment, { ...Object.fromEntries(others.map(({ name }) => [name, 0])), [predictor]: 100 });
}

/** The spec without these predictors. */
export function withoutPredictors(spec: SeldonSpec, names: readonly string[]): SeldonSpec {
  return { ...spec, predictors: (spec.predictors ?? []).filter(({ name }) => !names.includes(name)) };
}

export interface PredictorTraffic {
  predictor: string;
  /** Of 100; of a shadow how much of the traffic is mirrored to it, where that is not all. */
  weight: number;
  shadow: boolean;
}

/** Where the traffic goes: the only predictor that is no shadow has all of it, whatever it says. */
export function trafficOf({ predictors = [] }: SeldonSpec): PredictorTraffic[] {
  const isOnly = predictors.filter(({ shadow }) => !shadow).length === 1;
  return predictors.map(({ name, traffic, shadow = false }: Predictor) => ({
    predictor: name,
    weight: !shadow && isOnly ? 100 : (traffic ?? 0),
    shadow,
  }));
}

/** Whether anything is said of how several predictors share the traffic. */
export function sharesTraffic({ predictors = [] }: SeldonSpec): boolean {
  return predictors.length > 1 && predictors.some(({ traffic, shadow }) => traffic !== undefined || shadow);
}

/** main=90 canary=10 probe=shadow */
export function trafficInWords(spec: SeldonSpec, separator = ' '): string {
  const words = trafficOf(spec).map(({ predictor, weight, shadow }) => `${predictor}=${shadow ? 'shadow' : weight}`);
  return words.join(separator);
}

function isThere(name: string, names: readonly string[]): string {
  const nearest = nearestWord(name, names);
  const there = `It has: ${names.join(', ') || 'none'}`;
  return nearest === undefined ? there : `Did you mean "${nearest}"? ${there}`;
}

function refused(reason: string, hint: string): TrafficPlan {
  return { answer: 'refused', reason, hint };
}
