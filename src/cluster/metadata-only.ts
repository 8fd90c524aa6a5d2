/** The server then sends only metadata, in its own words a PartialObjectMetadata. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

/** The same for a list, whose answer has a name of its own. */
export function ofList(accept: string): string {
  return accept.replaceAll('PartialObjectMetadata;', 'PartialObjectMetadataList;');
}
