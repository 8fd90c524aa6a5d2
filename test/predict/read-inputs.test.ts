import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { inputPayload } from '../../src/predict/input-payload.ts';
import { type InputsFormat, inputsFormatOf, readInputs } from '../../src/predict/read-inputs.ts';

/** The text, so many letters at a time. */
async function* chunked(text: string, length: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(text: string, format: InputsFormat, length = 3) {
  const told: string[] = [];
  const inputs = [];
  const options = { format, name: 'x', tell: (line: string) => told.push(line) };
  for await (const input of readInputs(chunked(text, length), options)) inputs.push(input);
  return { inputs, told };
}

describe('The inputs of a file', () => {
  for (const [sentence, format, text, expected] of [
    [
      'JSON Lines, without empty lines',
      'jsonl',
      '{"a":1}\n\n[1,2]\r\n"ä"',
      [
        ['x:1', '{"a":1}'],
        ['x:3', '[1,2]'],
        ['x:4', '"ä"'],
      ],
    ],
    [
      'what is no JSON too, which is seen later',
      'jsonl',
      '{\n}\n',
      [
        ['x:1', '{'],
        ['x:2', '}'],
      ],
    ],
    ['none of nothing', 'jsonl', '', []],
    [
      'an array',
      'json',
      ' [ {"a":[1,{"b":"],[\\"}"}]} ,\n[1,2],3 ]\n',
      [
        ['x[0]', '{"a":[1,{"b":"],[\\"}"}]}'],
        ['x[1]', '[1,2]'],
        ['x[2]', '3'],
      ],
    ],
    ['an empty array', 'json', '\ufeff[ ]', []],
    [
      'an array with an item left out',
      'json',
      '[1,,2]',
      [
        ['x[0]', '1'],
        ['x[1]', ''],
        ['x[2]', '2'],
      ],
    ],
    [
      'numbers, texts and what is missing, of a CSV',
      'csv',
      '1,-2.50e3,a b,"1","say ""hi"", you"\n,true,01,é,\n',
      [
        ['x:1', '[1,-2.50e3,"a b","1","say \\"hi\\", you"]'],
        ['x:2', '[null,true,"01","é",null]'],
      ],
    ],
    [
      'a CSV with a line break in a cell',
      'csv',
      '1,"a\nb"\r\n2,c',
      [
        ['x:1', '[1,"a\\nb"]'],
        ['x:3', '[2,"c"]'],
      ],
    ],
  ] as const) {
    it(`are ${sentence}, however they are cut`, async () => {
      for (const length of [1, 3, 1_000]) {
        const { inputs, told } = await read(text, format, length);
        assert.deepEqual(
          inputs.map(({ place, text: own }) => [place, own]),
          expected,
        );
        assert.deepEqual(
          inputs.map(({ index }) => index),
          inputs.map((_, index) => index),
        );
        assert.deepEqual(told, []);
      }
    });
  }

  it('have the names of the columns from the first line of a CSV that has no number, which is told', async () => {
    const { inputs, told } = await read('width,"the ""length"""\n1,2\n', 'csv');
    assert.deepEqual(inputs, [{ index: 0, place: 'x:2', text: '[1,2]', columns: ['width', 'the "length"'] }]);
    assert.deepEqual(told, ['x: using the first line as the header: width, the "length"']);
  });

  for (const [what, format, text, error] of [
    ['no array', 'json', '{"a":1}', 'x: expected an array of inputs'],
    ['nothing', 'json', ' ', 'x: expected an array of inputs'],
    ['an array that breaks off', 'json', '[1,[2]', 'x: the array is not complete'],
    ['more than an array', 'json', '[1] [2]', 'x: something follows the end of the array'],
    ['a quote that is not closed', 'csv', '1,"a\n2,b\n', 'x:1: a quote is not closed'],
  ] as const) {
    it(`are refused: ${what}`, async () => {
      await assert.rejects(read(text, format), (failure) => failure instanceof BadInput && failure.message === error);
    });
  }

  it('are of the format that the name of the file says', () => {
    for (const [name, format] of [
      ['a.csv', 'csv'],
      ['a.JSON', 'json'],
      ['a.jsonl', 'jsonl'],
      ['a.ndjson', 'jsonl'],
      ['-', 'jsonl'],
    ]) {
      assert.equal(inputsFormatOf(name ?? ''), format);
    }
  });
});

describe('The payload of an input', () => {
  const payload = (text: string, protocol = 'seldon', columns?: string[]) =>
    inputPayload({ index: 0, place: 'x:1', text, ...(columns && { columns }) }, { protocol, ask: 'prediction' });

  for (const [sentence, protocol, text, expected] of [
    ['an object as it is', 'seldon', '{"data": {"ndarray":[[1.0]]}}', '{"data": {"ndarray":[[1.0]]}}'],
    [
      'a row, its numbers as they are written',
      'seldon',
      '[1.0,12345678901234567890]',
      '{"data":{"ndarray":[[1.0,12345678901234567890]]}}',
    ],
    ['several rows', 'seldon', '[[1],[2]]', '{"data":{"ndarray":[[1],[2]]}}'],
    ['a row for TensorFlow', 'tensorflow', '[1,2]', '{"instances":[[1,2]]}'],
    [
      'a row for Open Inference',
      'v2',
      '[1,2.5]',
      '{"inputs":[{"name":"input-0","shape":[1,2],"datatype":"FP64","data":[1,2.5]}]}',
    ],
    [
      'rows for Open Inference',
      'v2',
      '[["a"],["b"]]',
      '{"inputs":[{"name":"input-0","shape":[2,1],"datatype":"BYTES","data":["a","b"]}]}',
    ],
  ] as const) {
    it(`is ${sentence}`, () => assert.equal(payload(text, protocol), expected));
  }

  it('has the names of columns, where there are any', () => {
    assert.equal(payload('[1,2]', 'seldon', ['a', 'b']), '{"data":{"names":["a","b"],"ndarray":[[1,2]]}}');
  });

  for (const [what, error, text, protocol, columns] of [
    ['what is no JSON', /^x:1: the input is not JSON: /, '{"a":', 'seldon', undefined],
    [
      'what is no row',
      /^x:1: expected an object, which is the payload, or an array, which is a row$/,
      '3',
      'seldon',
      undefined,
    ],
    ['too few values', /^x:1: expected 2 values as in the header, found 1$/, '[1]', 'seldon', ['a', 'b']],
    ['a row in an unknown protocol', /^x:1: this plugin does not know the protocol "smoke"/, '[1]', 'smoke', undefined],
    [
      'values of several kinds in Open Inference',
      /^x:1: the values of a row must be all numbers/,
      '[1,"a"]',
      'v2',
      undefined,
    ],
    ['rows of several lengths', /^x:1: the rows have different lengths$/, '[[1],[1,2]]', 'v2', undefined],
  ] as const) {
    it(`is refused for ${what}`, () => {
      assert.throws(
        () => payload(text, protocol, columns && [...columns]),
        (failure) => failure instanceof BadInput && error.test(failure.message),
      );
    });
  }

  it('of feedback is no row', () => {
    const input = { index: 0, place: 'x:1', text: '[1]' };
    assert.throws(() => inputPayload(input, { protocol: 'seldon', ask: 'feedback' }), /x:1: expected an object$/);
  });
});
