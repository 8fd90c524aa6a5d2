import { BadInput } from '../failures.ts';
import { jsonProblem } from '../manifests/json-documents.ts';
import type { PredictionEndpoint } from '../seldon/prediction-endpoint.ts';
import type { Input } from './read-inputs.ts';

/**
 * The payload of one of many inputs: an object is the payload itself; an array is a row of features, or several rows, and is put
 * where the protocol has them. Numbers stay as they are written. Throws BadInput, with the place of the input, for anything
 * else.
 */
export function inputPayload(
  { text, place, columns }: Input,
  { protocol, ask }: Pick<PredictionEndpoint, 'protocol' | 'ask'>,
): string {
  const wrong = jsonProblem(text, place);
  if (wrong) throw new BadInput(`${place}: the input is not JSON: ${wrong.problem}`);
  if (text.startsWith('{')) return text;
  if (!text.startsWith('[') || ask === 'feedback') {
    const expected = ask === 'feedback' ? 'an object' : 'an object, which is the payload, or an array, which is a row';
    throw new BadInput(`${place}: expected ${expected}`);
  }
  const row: unknown[] = JSON.parse(text);
  if (columns && row.length !== columns.length) {
    throw new BadInput(`${place}: expected ${columns.length} values as in the header, found ${row.length}`);
  }
  const isBatch = row.length > 0 && row.every(Array.isArray);
  const rows = isBatch ? text : `[${text}]`;
  if (protocol === 'tensorflow') return `{"instances":${rows}}`;
  if (protocol === 'v2') return JSON.stringify({ inputs: [tensorOf(isBatch ? row : [row], place)] });
  if (protocol === 'seldon') {
    const names = columns === undefined ? '' : `"names":${JSON.stringify(columns)},`;
    return `{"data":{${names}"ndarray":${rows}}}`;
  }
  throw new BadInput(
    `${place}: this plugin does not know the protocol "${protocol}", so it cannot make a payload from a row`,
    {
      hint: 'Write each input as the whole payload, an object',
    },
  );
}

/** Open Inference has the values one after the other, and beside them how many there are in each direction. */
function tensorOf(rows: readonly unknown[], place: string) {
  const shape: number[] = [];
  for (let part: unknown = rows; Array.isArray(part); part = part[0]) shape.push(part.length);
  const data = rows.flat(shape.length) as unknown[];
  if (data.length !== shape.reduce((product, length) => product * length, 1)) {
    throw new BadInput(`${place}: the rows have different lengths`);
  }
  const are = (type: string) => data.every((value) => typeof value === type);
  const datatype = are('number') ? 'FP64' : are('boolean') ? 'BOOL' : are('string') ? 'BYTES' : undefined;
  if (datatype === undefined) {
    throw new BadInput(`${place}: the values of a row must be all numbers, all strings, or all true and false`, {
      hint: 'Write the input as the whole payload, an object',
    });
  }
  return { name: 'input-0', shape, datatype, data };
}
