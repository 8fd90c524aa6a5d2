import { Option } from 'clipanion';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS } from '../output/object-format.ts';
import { takesWords } from './verb.ts';

/**
 * -o of a command that changes deployments and can print them. Not among the flags that all commands load: the formats bring
 * JSONPath and YAML along.
 */
export const changedOutput = () =>
  takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', {
      description: `Output format: ${OBJECT_FORMATS}; with --wait json, one object per line`,
    }),
  );
