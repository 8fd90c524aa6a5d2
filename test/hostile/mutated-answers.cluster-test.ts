import { describe } from 'node:test';
import { mutatedAnswerCases } from './mutated-answers.ts';

// All of them, which needs no cluster, but minutes.
describe('Answers in which one value is another', { concurrency: 1 }, () => mutatedAnswerCases(1));
