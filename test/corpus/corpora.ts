import type { CorpusCase, Language } from './corpus-case.ts';
import { kubeconfigCases } from './kubeconfig-cases.ts';
import { manifestCases } from './manifest-cases.ts';
import { payloadCases } from './payload-cases.ts';
import { planCases } from './plan-cases.ts';
import { reportCases } from './report-cases.ts';
import { listCases, messageCases } from './source-cases.ts';

export const corpora: Readonly<Record<Language, readonly CorpusCase[]>> = {
  manifest: manifestCases,
  plan: planCases,
  list: listCases,
  messages: messageCases,
  kubeconfig: kubeconfigCases,
  reports: reportCases,
  payload: payloadCases,
};
