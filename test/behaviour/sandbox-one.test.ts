import { partInSandbox } from './in-sandbox.ts';
import { lateLogCases } from './logs-cases.ts';

// kwok has a log of every container at once, so that only the sandbox has one that begins late.
partInSandbox(0, lateLogCases);
