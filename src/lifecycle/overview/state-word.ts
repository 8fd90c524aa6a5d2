/**
 * The state of a deployment in one word. Available, Creating and Failed are the operator's own, but for
 * Available only where everything that it owns bears it out: the operator leaves it standing from before a change.
 */
export type StateWord =
  | 'Available'
  /** As asked for; the operator says Creating of it for ever, and it answers nobody. */
  | 'Scaled to 0'
  | 'Creating'
  | 'Failed'
  /** The operator says Available, yet not all that was asked for runs. */
  | 'Updating'
  /** No operator has written a status. */
  | 'Pending'
  | 'Terminating'
  | 'Deleted';

/** Whether there is a reason to look for why it does not serve. */
export function isDown(state: StateWord): boolean {
  return ['Creating', 'Failed', 'Updating', 'Pending'].includes(state);
}
