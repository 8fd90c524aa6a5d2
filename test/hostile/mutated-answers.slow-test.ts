import { describe } from 'node:test';
import { mutatedAnswerCases } from './mutated-answers.ts';

// A part of them; the whole takes minutes: mutated-answers.cluster-test.ts.
describe('Answers in which one value is another', { concurrency: 1 }, () => mutatedAnswerCases(24));
