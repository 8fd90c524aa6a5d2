/**
 * What a deployment is called that nobody has named: as its model, which is the last part of its image or of where it is
 * stored. Undefined where nothing of that can be a name.
 */
export function nameOfModel({ image, modelUri }: { image: string | undefined; modelUri: string | undefined }) {
  // A tag or digest is not part of it, and a registry's port is no tag.
  const path = (image ?? modelUri ?? '').replace(/@.*$/, '').replace(/\/+$/, '');
  const last = path.split('/').at(-1) ?? '';
  const name = (image === undefined ? last : last.replace(/:.*$/, ''))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? undefined : name;
}
