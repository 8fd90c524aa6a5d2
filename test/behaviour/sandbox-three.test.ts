import { partInSandbox } from './in-sandbox.ts';

partInSandbox(2);
