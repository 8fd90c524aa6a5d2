import type { ApplyOptions } from '../../cluster/objects.ts';

/** How everything is applied, the change that scales included. */
export interface Applying extends ApplyOptions {
  /** Leaves out what the CRD does not declare, instead of failing. */
  dropUnknownFields: boolean;
}
