import { Option } from 'clipanion';
import { PLAIN_INVOCATION } from '../advice/invocation.ts';
import type { Context } from '../context.ts';
import { BadInput, errorLine, exitCodes, type Failure } from '../failures.ts';
import { notFound } from '../lifecycle/errors/kubectl-words.ts';
import type { Outcome } from '../predict/predict-many.ts';
import { type Input, type InputsFormat, inputsFormatOf, inputsFormats, readInputs } from '../predict/read-inputs.ts';
import { asks, type PredictionEndpoint, predictionEndpoint, refuseChoice } from '../seldon/prediction-endpoint.ts';
import { connect, connectionFlags } from './connection.ts';
import { oneOf, timeout, wholeNumber } from './flag-values.ts';
import { say } from './say.ts';
import { targetsOf } from './targets.ts';
import { askThroughIngress, refuseThroughIngress, ways } from './through-ingress.ts';
import { takes, takesWords, verbOf } from './verb.ts';

/** More than that is for a load generator beside the model. */
const HIGHEST_RATE = 1_000;
const MOST_AT_A_TIME = 1_000;

const declared = {
  ...connectionFlags,
  names: Option.Rest({ name: 'NAME' }),
  data: Option.String('-d,--data', {
    description: 'The payload: JSON, @FILE, or - for standard input',
  }),
  inputs: takes(
    'files',
    Option.String('--inputs', {
      description:
        'File with many inputs, or - for standard input: one JSON value per line, an array in a .json file, or rows in a .csv file',
    }),
  ),
  inputsFormat: takesWords(
    inputsFormats,
    Option.String('--inputs-format', {
      description: 'Format of --inputs, if the file name does not show it: jsonl, json or csv',
    }),
  ),
  ask: takesWords(
    asks,
    Option.String('--ask', 'prediction', {
      description:
        'What to request: prediction, explanation (from the explainer), or feedback (sends feedback to the model)',
    }),
  ),
  through: takesWords(
    ways,
    Option.String('--through', 'api-server', {
      description: 'How to reach the model: api-server (needs no ingress) or ingress (as the users of the model do)',
    }),
  ),
  ingressAddress: Option.String('--ingress-address', {
    description:
      'With --through=ingress: address to connect to, instead of the one that the cluster reports: http://HOST:PORT',
  }),
  predictor: takes(
    'predictors',
    Option.String('--predictor', {
      description: 'Send the request to this predictor; default: the one with the most traffic',
    }),
  ),
  model: Option.String('--model', {
    description:
      'Name of the model on the server; with the protocol seldon, send the request to this node of the graph only',
  }),
  path: Option.String('--path', {
    description: 'Path to send the request to, instead of the path of the protocol',
  }),
  repeat: Option.String('--repeat', {
    description: 'Send the request this many times, print every answer, and then the latencies on standard error',
  }),
  concurrency: Option.String('--concurrency', '1', { description: 'Maximum number of requests in parallel' }),
  rate: Option.String('--rate', {
    description: `Maximum number of requests per second, up to ${HIGHEST_RATE}; --concurrency limits it too`,
  }),
  retries: Option.String('--retries', '0', {
    description: 'Number of retries if the model is not reachable, is too busy, or does not answer in time',
  }),
  timeout: Option.String('--timeout', '30s', {
    description: 'Maximum time for each answer, for example 500ms or 2m; 0 means no limit',
  }),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['predict'],
  usage: 'NAME',
  description: 'Get a prediction from a model, through the API server',
  details: `
    Posts a payload to a SeldonDeployment and prints the JSON answer. The request goes through the API server's service
    proxy: it needs no ingress and no port-forward, only the right to create services/proxy.

    The field spec.protocol sets the protocol: seldon (/api/v1.0/predictions), tensorflow (/v1/models/NAME:predict) or
    v2, the Open Inference protocol (/v2/models/NAME/infer). NAME is the name of the node in the graph; if the server
    has the model under another name, use --model. --path sends the request to any other path of the service. With
    several predictors, the one with the most traffic gets the request, never a shadow. If the model answers with an
    error, the answer goes to standard error and the exit code is 5.

    --through=ingress sends the request the way users of the model do: to the host of the deployment's own Ingress, or
    to the gateway of Istio (VirtualService and Gateway) or Ambassador (Mapping, or the annotation of the Service) that
    routes to the model. Your Kubernetes credentials are not sent. --ingress-address connects to another address, such
    as a port-forward, with the same host name.

    --inputs sends each input of a file, however large the file is, and prints one line of JSON per answer: index (from
    0), input, answer or error, and latencyMs. An input that is an object is sent as the whole payload; an array, or a
    row of a CSV file, is placed where the protocol expects rows. A failed input does not stop the others; the first
    failure sets the exit code. A summary on standard error gives the number of requests and the latencies, also after
    Ctrl-C.
  `,
  examples: [
    ['Get one prediction from the model iris', `$0 predict iris -d '{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}'`],
    ['Send the payload in a file to the predictor canary', '$0 predict iris -d @payload.json --predictor=canary'],
    ['MLServer has the model under another name', '$0 predict iris -d @payload.json --model=iris-v2'],
    [
      'Measure the latency: 1000 predictions, 10 at a time',
      '$0 predict iris -d @payload.json --repeat=1000 --concurrency=10',
    ],
    [
      'Send a file of inputs, 5 at a time, and retry if the model is too busy',
      '$0 predict iris --inputs=rows.csv --concurrency=5 --retries=3 >answers.jsonl',
    ],
    [
      'Ask the explainer about one row',
      `$0 predict iris --ask=explanation -d '{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}'`,
    ],
    ['Send feedback to a router', '$0 predict iris --ask=feedback -d @feedback.json'],
    ['Send the request the way users of the model do', '$0 predict iris -d @payload.json --through=ingress'],
    ['Use it in a pipe', `jq -n '{instances:[[1,2]]}' | $0 predict half-plus-two -d - | jq .predictions`],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const name = nameIn(given.names);
  refuseBoth(given);
  const timeoutMs = timeout('--timeout', given.timeout);
  const times = Math.max(1, wholeNumber('--repeat', given.repeat ?? '1'));
  const atATime = atATimeOf(given.concurrency);
  const retries = wholeNumber('--retries', given.retries);
  const aSecond = given.rate === undefined ? undefined : rateOf(given.rate);
  const format =
    given.inputsFormat === undefined ? undefined : oneOf('--inputs-format', given.inputsFormat, inputsFormats);
  const ask = oneOf('--ask', given.ask, asks);
  const choice = { predictor: given.predictor, model: given.model, path: given.path, ask };
  refuseChoice(choice);
  const through = oneOf('--through', given.through, ways);
  refuseThroughIngress(through, given.ingressAddress, choice);
  const { readPayload } = await import('../predict/read-payload.ts');
  const { predict } = await import('../predict/predict.ts');
  const { predictMany } = await import('../predict/predict-many.ts');
  const { stdin, clock, signal } = program;
  const payload = given.data === undefined ? undefined : await readPayload(given.data, stdin);
  const inputs = given.inputs === undefined ? undefined : await openInputs(given.inputs, format, program);
  const { cluster, namespace } = await connect(given, program);
  const { findNamed, nearestNames } = await import('./find-named.ts');
  const named = [{ name, namespace: given.namespace || namespace }];
  const [deployment] = await findNamed(cluster, named);
  if (!deployment) throw notFound(name, ...(await nearestNames(cluster, named)));
  const endpoint = predictionEndpoint(deployment, choice);
  const { predictor, others } = endpoint;
  const address = given.ingressAddress;
  const elsewhere =
    through === 'ingress' ? await askThroughIngress(deployment, endpoint, { cluster, address, program }) : undefined;
  if (given.predictor === undefined && others.length > 0 && !elsewhere) {
    say(program, `using predictor "${predictor}"; to use another one, set --predictor: ${others.join(', ')}`);
  }
  const one = async (text: string) =>
    await predict(
      deployment,
      { ...choice, predictor, payload: text, timeoutMs },
      { cluster, elsewhere, clock, signal },
    );
  const asking = { atATime, aSecond, retries, clock, signal };
  const all = inputs
    ? await predictMany(inputs, asking, await inputAsker(endpoint, one), await inputTeller(program))
    : await predictMany(repeated(payload ?? '', times), asking, one, await answerTeller(program));
  const { pods, firstFailure, error } = all;
  if (pods.size > 0) say(program, `answered by ${podsInWords(pods, all.durations.length)}`);
  if (given.repeat !== undefined || inputs) {
    const { askedTable } = await import('../output/predictions.ts');
    for (const line of askedTable(all)) say(program, line);
  }
  if (error !== undefined) throw error;
  if (!firstFailure) return exitCodes.done;
  await sayFailure(firstFailure, program);
  return firstFailure.exitCode;
}

/** Throws BadInput. */
function refuseBoth({ data, inputs, inputsFormat, repeat }: Given): void {
  if (inputs === undefined && data === undefined) {
    throw new BadInput('required flag(s) "data" not set', {
      hint: 'For example: -d @payload.json, or --inputs=rows.csv',
    });
  }
  if (inputs !== undefined && data !== undefined) throw new BadInput('cannot use -d and --inputs together');
  if (inputs !== undefined && repeat !== undefined) throw new BadInput('cannot use --repeat and --inputs together');
  if (inputs === undefined && inputsFormat !== undefined) throw new BadInput('--inputs-format needs --inputs');
}

/** Throws BadInput. */
function atATimeOf(text: string): number {
  const number = wholeNumber('--concurrency', text);
  if (number <= MOST_AT_A_TIME) return Math.max(1, number);
  throw new BadInput(`invalid argument "${text}" for "--concurrency": expected at most ${MOST_AT_A_TIME}`);
}

/** Throws BadInput. */
function rateOf(text: string): number {
  const rate = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && rate > 0 && rate <= HIGHEST_RATE) return rate;
  throw new BadInput(`invalid argument "${text}" for "--rate": expected a number above 0, up to ${HIGHEST_RATE}`);
}

/** They end with the signal, for whatever else standard input would still wait. Throws BadInput. */
async function openInputs(
  file: string,
  format: InputsFormat | undefined,
  program: Context,
): Promise<AsyncGenerator<Input>> {
  const { addAbortSignal } = await import('node:stream');
  const { openSource } = await import('../manifests/read-files.ts');
  const stream = addAbortSignal(program.signal, await openSource(file, program.stdin));
  const name = file === '-' ? 'standard input' : file;
  const tell = (text: string) => say(program, text);
  return readInputs(stream, { format: format ?? inputsFormatOf(file), name, tell });
}

async function* repeated(payload: string, times: number): AsyncGenerator<string> {
  for (let asked = 0; asked < times; asked += 1) yield payload;
}

async function inputAsker<T>(endpoint: PredictionEndpoint, one: (payload: string) => Promise<T>) {
  const { inputPayload } = await import('../predict/input-payload.ts');
  return async (input: Input) => await one(inputPayload(input, endpoint));
}

/** A line of JSON for each. */
async function inputTeller({ stdout }: Context) {
  const { predictionLine } = await import('../output/predictions.ts');
  return (input: Input, outcome: Outcome) => void stdout.write(`${predictionLine(input, outcome)}\n`);
}

/** The answers as they are; what has failed is told in the end. */
async function answerTeller({ stdout }: Context) {
  const { harmlessAnswer } = await import('../text/escape.ts');
  return (_: string, { prediction }: Outcome) => {
    if (prediction) stdout.write(`${harmlessAnswer(prediction.body.trimEnd())}\n`);
  };
}

/** Throws BadInput. */
function nameIn(words: readonly string[]): string {
  const targets = targetsOf({ names: words, filename: [], selector: undefined });
  const [name, ...others] = targets.by === 'name' ? targets.names : [];
  if (name === undefined || others.length > 0) throw new BadInput('expected the name of one SeldonDeployment');
  return name;
}

async function sayFailure({ message, details, hint = '' }: Failure, program: Context): Promise<void> {
  const { escapeTerminal } = await import('../text/escape.ts');
  const { writtenLines } = await import('../advice/written-advice.ts');
  const { invocation = PLAIN_INVOCATION } = program;
  for (const line of writtenLines([errorLine(message), ...details, hint], invocation))
    say(program, escapeTerminal(line));
}

/** pod "a" (3), pod "b" (1) */
function podsInWords(pods: ReadonlyMap<string, number>, answers: number): string {
  return [...pods].map(([pod, count]) => `pod "${pod}"${answers > 1 ? ` (${count})` : ''}`).join(', ');
}
