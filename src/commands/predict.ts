import { Command, Option } from 'clipanion';
import { BadInput, errorLine, exitCodes, type Failure } from '../failures.ts';
import { explainAsKubectl, notFound } from '../lifecycle/errors/kubectl-words.ts';
import { errorText } from '../output/error-text.ts';
import type { Prediction } from '../predict/predict.ts';
import type { Repeated } from '../predict/predict-repeatedly.ts';
import { ClusterCommand } from './cluster-command.ts';
import { timeout, wholeNumber } from './flag-values.ts';
import { targetsOf } from './targets.ts';

export class PredictCommand extends ClusterCommand {
  static override paths = [['predict']];
  static override usage = Command.Usage({
    description: 'Ask a model for a prediction, through the API server',
    details: `
      Posts a payload to a SeldonDeployment and prints the JSON that it answers. The request goes through the API server's
      service proxy, so that neither an ingress nor a port-forward is needed, only the right to create services/proxy.

      The protocol is what the deployment says in spec.protocol: seldon (/api/v1.0/predictions), tensorflow
      (/v1/models/NAME:predict) or v2, the Open Inference protocol (/v2/models/NAME/infer). Of several predictors the one with
      the most traffic that is no shadow is asked. Any answer but success ends with exit code 5, and the answer on standard
      error.
    `,
    examples: [
      ['One prediction of the model iris', `$0 predict iris -d '{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}'`],
      ['With a payload from a file, of the predictor canary', '$0 predict iris -d @payload.json --predictor=canary'],
      [
        'How fast it is: 1000 predictions, 10 at a time',
        '$0 predict iris -d @payload.json --repeat=1000 --concurrency=10',
      ],
      ['In a pipe', `jq -n '{instances:[[1,2]]}' | $0 predict half-plus-two -d - | jq .predictions`],
    ],
  });

  names = Option.Rest({ name: 'NAME' });
  data = Option.String('-d,--data', {
    description: 'The payload: JSON, @FILE, or - for standard input',
  });
  predictor = Option.String('--predictor', {
    description: 'Ask the predictor of this name; otherwise the one with the most traffic',
  });
  repeat = Option.String('--repeat', {
    description: 'Ask so many times, print every answer, and then the latencies on standard error',
  });
  concurrency = Option.String('--concurrency', '1', { description: 'How many of --repeat are asked at a time' });
  timeout = Option.String('--timeout', '30s', {
    description: 'How long each answer may take, for example 500ms or 2m; 0: no limit',
  });

  async execute(): Promise<number> {
    const name = this.#name();
    if (this.data === undefined) {
      throw new BadInput('required flag(s) "data" not set', { hint: 'For example: -d @payload.json' });
    }
    const timeoutMs = timeout('--timeout', this.timeout);
    const times = Math.max(1, wholeNumber('--repeat', this.repeat ?? '1'));
    const atATime = Math.max(1, wholeNumber('--concurrency', this.concurrency));
    const { readPayload } = await import('../predict/read-payload.ts');
    const { predict } = await import('../predict/predict.ts');
    const { predictionEndpoint } = await import('../predict/prediction-endpoint.ts');
    const { harmlessAnswer } = await import('../text/escape.ts');
    const { predictRepeatedly } = await import('../predict/predict-repeatedly.ts');
    const { stdin, stdout, clock, signal } = this.context.program;
    const payload = await readPayload(this.data, stdin);
    const { cluster, namespace } = await this.connect();
    const deployment = await cluster
      .read(this.namespace || namespace, name)
      .catch((error) => explainAsKubectl(error, `read seldondeployment "${name}"`));
    if (!deployment) throw notFound(name);
    const { predictor, others } = predictionEndpoint(deployment, this.predictor);
    if (this.predictor === undefined && others.length > 0) {
      this.#say(`predictor "${predictor}" is asked; --predictor asks another one: ${others.join(', ')}`);
    }
    const request = { predictor, payload, timeoutMs };
    const repeated = await predictRepeatedly(
      times,
      atATime,
      () => predict(deployment, request, { cluster, clock, signal }),
      ({ body }) => stdout.write(`${harmlessAnswer(body.trimEnd())}\n`),
    );
    return await this.#sumUp(repeated, atATime);
  }

  #name(): string {
    const { names } = this;
    const targets = targetsOf({ names, filenames: [], selector: undefined, all: false, allNamespaces: false });
    const [name, ...others] = targets.by === 'name' ? targets.names : [];
    if (name === undefined || others.length > 0) throw new BadInput('expected the name of one SeldonDeployment');
    return name;
  }

  async #sumUp({ answered, failed, error }: Repeated, atATime: number): Promise<number> {
    const pods = podsOf(answered);
    if (pods !== '') this.#say(`answered by ${pods}`);
    if (this.repeat !== undefined) await this.#sayLatencies(answered, failed.length, atATime);
    if (error !== undefined) throw error;
    const [first] = failed;
    if (!first) return exitCodes.done;
    await this.#sayFailure(first);
    return first.exitCode;
  }

  async #sayLatencies(answered: readonly Prediction[], failures: number, atATime: number): Promise<void> {
    const { latencies } = await import('../predict/predict-repeatedly.ts');
    const { duration } = await import('../text/age.ts');
    const counted = `${answered.length + failures} predictions, ${atATime} at a time`;
    const said = failures > 0 ? `${counted}, ${failures} failed` : counted;
    if (answered.length === 0) return this.#say(said);
    const { min, median, p99 } = latencies(answered.map(({ durationMs }) => durationMs));
    this.#say(`${said}: min ${duration(min)}, median ${duration(median)}, p99 ${duration(p99)}`);
  }

  async #sayFailure({ message, details, hint = '' }: Failure): Promise<void> {
    const { escapeTerminal } = await import('../text/escape.ts');
    const { writtenLines } = await import('../advice/written-advice.ts');
    const lines = writtenLines([errorLine(message), ...details, hint], this.invocation);
    for (const line of lines) this.#say(escapeTerminal(line));
  }

  #say(line: string): void {
    this.context.program.stderr.write(`${errorText(line)}\n`);
  }
}

/** pod "a" (3), pod "b" (1); empty where no answer has said. */
function podsOf(answered: readonly Prediction[]): string {
  const counts = new Map<string, number>();
  for (const { pod } of answered) if (pod !== undefined) counts.set(pod, (counts.get(pod) ?? 0) + 1);
  return [...counts].map(([pod, count]) => `pod "${pod}"${answered.length > 1 ? ` (${count})` : ''}`).join(', ');
}
