/**
 * The cases of the behaviour that Seldon's own operator cannot play, each with the reason. They run with the stand-in alone;
 * `npm run test:cluster` counts and names them where it runs with the other.
 */
export const standInCases: readonly { name: string; why: string }[] = [];
