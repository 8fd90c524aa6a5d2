import type { SeldonSpec } from './seldon-deployment.ts';

/** Another image for a container: in every predictor that has one of that name, or in the one that is named. */
export interface ImageChange {
  container: string;
  image: string;
  predictor?: string | undefined;
}

/** The spec with the other image, and where that is; without a place, no container is so called. */
export function withImage(
  spec: SeldonSpec,
  { container, image, predictor }: ImageChange,
): { spec: SeldonSpec; places: string[] } {
  const copy = structuredClone(spec);
  const places: string[] = [];
  for (const one of copy.predictors ?? []) {
    if (predictor !== undefined && one.name !== predictor) continue;
    for (const found of one.componentSpecs?.flatMap(({ spec: pod }) => pod?.containers ?? []) ?? []) {
      if (found.name !== container) continue;
      found.image = image;
      places.push(`predictor "${one.name}"`);
    }
  }
  return { spec: copy, places };
}

/** The names of all containers that an image can be set of, each once. */
export function containerNames({ predictors }: SeldonSpec): string[] {
  const containers = (predictors ?? []).flatMap(({ componentSpecs }) =>
    (componentSpecs ?? []).flatMap(({ spec }) => spec?.containers ?? []),
  );
  return [...new Set(containers.map(({ name }) => name))];
}
