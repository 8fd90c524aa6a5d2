/** What the user types to reach this program. */
export const PROGRAM = 'kubectl seldon-lifecycle';
