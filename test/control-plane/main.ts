import { build, GoMissing } from './build.ts';
import { findControlPlane, startControlPlane } from './control-plane.ts';
import { binariesIn, controlPlaneFolder } from './folders.ts';
import { partNames } from './parts.ts';

const usage = `A real Kubernetes control plane on this machine, for tests and for trying things out.

  main.ts build         build it: minutes the first time; needs Go
  main.ts up [NAME]     start it; prints the path of its kubeconfig
  main.ts down [NAME]   stop it and forget its data
  main.ts status [NAME] say what runs

NAME is "main" if not given. CONTROL_PLANE_DIR moves the folder .control-plane, where everything is built and written.
`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function up(name: string): Promise<void> {
  const found = findControlPlane(name);
  if (found && (await deadParts(name)).length === 0) {
    note(`The control plane "${name}" is up already.`);
    return say(found.kubeconfigPath);
  }
  await found?.stop();
  const started = await startControlPlane({ name, log: note, outlives: true });
  note(`The control plane "${name}" is up. kubectl: ${started.kubectlPath}`);
  say(started.kubeconfigPath);
}

async function down(name: string): Promise<void> {
  const found = findControlPlane(name);
  await found?.stop();
  note(found ? `The control plane "${name}" is down.` : `There is no control plane "${name}".`);
}

async function status(name: string): Promise<void> {
  const found = findControlPlane(name);
  if (found === undefined) {
    process.exitCode = 1;
    return say(`The control plane "${name}" is down.`);
  }
  const dead = await deadParts(name);
  for (const part of partNames) say(`${part}\t${dead.includes(part) ? 'dead' : `pid ${found.parts[part].pid}`}`);
  say(`kubeconfig\t${found.kubeconfigPath}`);
  say(`kubectl\t${found.kubectlPath}`);
  say(`audit log\t${found.auditLogPath}`);
  if (dead.length > 0) process.exitCode = 1;
}

async function deadParts(name: string) {
  const parts = findControlPlane(name)?.parts;
  const runs = await Promise.all(partNames.map((part) => parts?.[part].isRunning()));
  return partNames.filter((_, index) => !runs[index]);
}

async function main([command, name = 'main']: string[]): Promise<void> {
  if (command === 'build') {
    await build(controlPlaneFolder(), note);
    for (const path of Object.values(binariesIn(controlPlaneFolder()))) say(path);
  } else if (command === 'up') await up(name);
  else if (command === 'down') await down(name);
  else if (command === 'status') await status(name);
  else {
    process.exitCode = 2;
    note(usage);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = error instanceof GoMissing ? 3 : 1;
  note(error instanceof Error ? error.message : String(error));
}
