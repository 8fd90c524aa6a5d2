import { isDeepStrictEqual } from 'node:util';
import { copyOf } from '../../json-copy.ts';
import { ownValue, setOwnValue } from '../../own-values.ts';
import { ApiFailure, badRequest } from './api-failure.ts';
import { isJsonObject, type JsonObject } from './objects.ts';

/**
 * Of one patch, and in letters of what its copies add: a few of them would double a document without end.
 * https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/patch.go
 */
const mostOperations = 10_000;
const mostCopied = 3 * 1024 * 1024;

type Operation = { op: string; path: string; from?: string; value?: unknown };

/** What the real server answers when an operation cannot be carried out, a failed test included. */
function cannotApply(): ApiFailure {
  return new ApiFailure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** Applies an RFC 6902 patch to `document` in place. */
export function applyJsonPatch(document: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  if (patch.length > mostOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`;
    throw new ApiFailure(413, 'RequestEntityTooLarge', message);
  }
  const root: Root = { document, copied: 0 };
  for (const operation of patch as Operation[]) applyOperation(root, operation);
  return root.document as JsonObject;
}

/** The document, below a step of its own, so that it can be replaced too. */
interface Root {
  document: unknown;
  copied: number;
}

function applyOperation(root: Root, { op, path, from, value }: Operation): void {
  if (op === 'test') {
    if (!isDeepStrictEqual(read(root, path), value)) throw cannotApply();
  } else if (op === 'remove') remove(root, path);
  else if (op === 'add') add(root, path, value);
  else if (op === 'copy') add(root, path, copied(root, from ?? ''));
  else if (op === 'move') add(root, path, remove(root, from ?? ''));
  else if (op === 'replace') {
    remove(root, path);
    add(root, path, value);
  } else throw cannotApply();
}

function copied(root: Root, from: string): unknown {
  const value = read(root, from);
  root.copied += JSON.stringify(value)?.length ?? 0;
  if (root.copied > mostCopied) throw cannotApply();
  return copyOf(value);
}

/** The container of the last step of a JSON pointer, and that step. */
function locate(root: Root, pointer: string): { parent: JsonObject | unknown[]; step: string } {
  if (pointer === '') return { parent: root as unknown as JsonObject, step: 'document' };
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let parent = root.document;
  for (const step of steps.slice(0, -1)) {
    parent = Array.isArray(parent) ? parent[Number(step)] : isJsonObject(parent) ? ownValue(parent, step) : undefined;
  }
  if (!Array.isArray(parent) && !isJsonObject(parent)) throw cannotApply();
  return { parent, step: steps.at(-1) as string };
}

function read(root: Root, pointer: string): unknown {
  const { parent, step } = locate(root, pointer);
  return Array.isArray(parent) ? parent[Number(step)] : ownValue(parent, step);
}

function add(root: Root, pointer: string, value: unknown): void {
  const { parent, step } = locate(root, pointer);
  if (!Array.isArray(parent)) {
    setOwnValue(parent, step, value);
    return;
  }
  const index = step === '-' ? parent.length : Number(step);
  if (!Number.isInteger(index) || index < 0 || index > parent.length) throw cannotApply();
  parent.splice(index, 0, value);
}

function remove(root: Root, pointer: string): unknown {
  const { parent, step } = locate(root, pointer);
  if (Array.isArray(parent)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index < 0 || index >= parent.length) throw cannotApply();
    return parent.splice(index, 1)[0];
  }
  if (!Object.hasOwn(parent, step)) throw cannotApply();
  const removed = ownValue(parent, step);
  delete parent[step];
  return removed;
}
