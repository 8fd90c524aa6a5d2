/** From so many deployments on it is worth it. What V8 has compiled and kept is of no use to it under other flags. */
const MANY = 50;
/** Characters: one manifest is hardly as long. */
const LONG = 60_000;

/** As spareMemoryFromNowOn, where there are so many that it is worth it. */
export function spareMemory(deployments: number): void {
  if (deployments >= MANY) spareMemoryFromNowOn();
}

/**
 * V8 lets the space for new objects grow as long as many survive in it, and asks the system for all of it: with 1,000
 * deployments for 100 MiB more than are ever in use, and in an hour of watching for 60 MiB more.
 */
export function spareMemoryFromNowOn(): void {
  // Loaded here, since it takes 1 ms of a command.
  void import('node:v8').then(({ setFlagsFromString }) => setFlagsFromString('--semi-space-growth-factor=1'));
}

/** The same, while it is not known yet how many there are. */
export function spareMemoryFor(text: string): void {
  if (text.length >= LONG) spareMemory(MANY);
}
