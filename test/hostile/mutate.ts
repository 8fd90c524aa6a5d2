import { linesByCommand, MutatedAnswers } from './mutated-answers.ts';

/**
 * npm run mutate: MUTATIONS (1,000) changes of what each command is answered, in an order that MUTATION_SEED (1) decides; with
 * names of commands behind it, of these only.
 */
const { MUTATIONS = '1000', MUTATION_SEED = '1' } = process.env;
const only = process.argv.slice(2);
const all = [...(await linesByCommand())].filter(([name]) => only.length === 0 || only.includes(name));
const answers = await MutatedAnswers.start();
let surprises = 0;
let tried = 0;
for (const [name, lines] of all) {
  const begin = performance.now();
  let ofCommand = 0;
  let slowest = { took: 0, what: '' };
  for (const [index, line] of lines.entries()) {
    const share = Math.floor((Number(MUTATIONS) + index) / lines.length);
    for (const mutation of await answers.mutationsFor(line, share, Number(MUTATION_SEED))) {
      ofCommand += 1;
      const since = performance.now();
      const surprise = await answers.surprise(line, mutation);
      const took = performance.now() - since;
      if (took > slowest.took) slowest = { took, what: `${mutation.spot} = ${mutation.stranger.name}` };
      if (surprise === undefined) continue;
      surprises += 1;
      process.stdout.write(`MUTATION_SEED=${MUTATION_SEED} ${surprise}\n\n`);
    }
  }
  tried += ofCommand;
  process.stdout.write(
    `${name}: ${ofCommand} in ${seconds(performance.now() - begin)}; the slowest took ${seconds(slowest.took)}: ${slowest.what}\n`,
  );
}
await answers.stop();
process.stdout.write(
  `${all.length} commands, ${tried} changed answers, ${surprises} surprises, MUTATION_SEED=${MUTATION_SEED}\n`,
);
process.exit(surprises === 0 ? 0 : 1);

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
