import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runBuiltFile } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';

it('says with exit code 3 that a real cluster does not have Seldon Core', async () => {
  const controlPlane = await startControlPlane({ name: 'without-seldon' });
  try {
    const finished = await runBuiltFile(controlPlane.kubeconfigPath, ['run', '-f', '-'], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 3);
    assert.match(
      finished.stderr,
      /^error: the server doesn't have a resource type "seldondeployments"\nInstall Seldon Core/,
    );
  } finally {
    await controlPlane.stop();
  }
});
