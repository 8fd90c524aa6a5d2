import type { Context } from '../context.ts';

/** Loaded only here: whoever has a cluster does not pay for the sandbox. */
export async function openSandbox({ clock }: Context) {
  const { startSandbox } = await import('../sandbox/start.ts');
  return await startSandbox({ clock });
}
