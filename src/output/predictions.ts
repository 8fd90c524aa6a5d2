import { NoSuccess } from '../predict/predict.ts';
import { type Asked, latencies, type Outcome } from '../predict/predict-many.ts';
import type { Input } from '../predict/read-inputs.ts';
import { duration } from '../text/age.ts';
import { harmlessJson } from '../text/escape.ts';
import { table } from './table.ts';

/** What came of one of many inputs, as a line of JSON. What is JSON in it stays as it was written. */
export function predictionLine({ index, text }: Input, { prediction, failure, attempts, durationMs }: Outcome): string {
  const body = failure instanceof NoSuccess ? failure.body : prediction?.body;
  const fields = {
    index: String(index),
    input: asJson(text),
    answer: body === undefined ? undefined : asJson(body),
    error: failure && JSON.stringify(failure.message),
    status: failure instanceof NoSuccess ? String(failure.status) : undefined,
    latencyMs: String(durationMs),
    attempts: attempts > 1 ? String(attempts) : undefined,
    pod: prediction?.pod && JSON.stringify(prediction.pod),
  };
  const written = Object.entries(fields).flatMap(([key, json]) => (json === undefined ? [] : [`"${key}":${json}`]));
  return harmlessJson(`{${written.join(',')}}`);
}

/** On one line; a text where it is no JSON. */
function asJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify(text);
  }
  // Between the words of JSON alone: within its texts a line break is written otherwise.
  return text.trim().replace(/[\r\n]+/g, ' ');
}

/** How many were asked, and how long the answers took. */
export function askedTable({ asked, durations, failed }: Asked): string[] {
  const header = ['ASKED', 'ANSWERED', 'FAILED', 'P50', 'P90', 'P99', 'MAX'];
  const { p50, p90, p99, max } = latencies(durations);
  const took = [p50, p90, p99, max].map((one) => (durations.length === 0 ? '<none>' : duration(one)));
  return table([header, [asked, durations.length, failed].map(String).concat(took)]);
}
