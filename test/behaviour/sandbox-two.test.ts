import { halfInSandbox } from './in-sandbox.ts';

halfInSandbox(1);
