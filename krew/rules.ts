import { parse } from 'yaml';

/**
 * What krew and those who look after its index would refuse in a manifest: the rules of krew's own validation
 * (https://github.com/kubernetes-sigs/krew/blob/v0.4.5/internal/index/validation/validate.go) and those that reviewers
 * hold plugins to. Empty when there is nothing.
 */
export function manifestProblems(text: string, fileName: string): string[] {
  const problems: string[] = [];
  const check = (right: boolean, problem: string) => {
    if (!right) problems.push(problem);
  };
  const { apiVersion, kind, metadata = {}, spec = {} } = parse(text);
  check(apiVersion === 'krew.googlecontainertools.github.com/v1alpha2', `apiVersion is ${apiVersion}`);
  check(kind === 'Plugin', `kind is ${kind}`);
  check(
    /^[\w-]+$/.test(metadata.name),
    `metadata.name ${metadata.name} has other characters than letters, digits, _ and -`,
  );
  check(!/^kubectl-/.test(metadata.name), 'metadata.name begins with kubectl-');
  check(fileName === `${metadata.name}.yaml`, `the file ${fileName} is not called as the plugin`);
  check(/^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(spec.version), `spec.version ${spec.version} is not vX.Y.Z`);
  const short: string = spec.shortDescription ?? '';
  check(short !== '' && !short.includes('\n'), 'spec.shortDescription is not one line');
  check(short.length <= 50, `spec.shortDescription has ${short.length} characters, more than 50`);
  const long = String(spec.description ?? '').split('\n');
  check(
    long.every((line) => line.length <= 80),
    'spec.description has lines of more than 80 characters',
  );
  check(/^https:\/\//.test(spec.homepage), `spec.homepage ${spec.homepage} is no https address`);
  const platforms: ManifestPlatform[] = spec.platforms ?? [];
  check(platforms.length > 0, 'there is no platform');
  const selectors = platforms.map(({ selector }) => JSON.stringify(selector?.matchLabels));
  check(new Set(selectors).size === selectors.length, 'two platforms have the same selector');
  for (const { selector, uri = '', sha256 = '', bin, files = [] } of platforms) {
    const labels = Object.keys(selector?.matchLabels ?? {});
    const which = Object.values(selector?.matchLabels ?? {}).join('/');
    check(labels.length > 0 && labels.every((label) => label === 'os' || label === 'arch'), `${which}: selector`);
    check(/^https:\/\/.*\.(zip|tar\.gz)$/.test(uri), `${which}: uri ${uri} is no .zip or .tar.gz`);
    check(/^[a-f0-9]{64}$/.test(sha256), `${which}: sha256`);
    check(typeof bin === 'string' && files.some(({ from }) => from === bin), `${which}: bin is not among the files`);
    check(
      files.some(({ from }) => from === 'LICENSE'),
      `${which}: no LICENSE`,
    );
    check(
      files.every(({ from, to }) => Boolean(from) && Boolean(to)),
      `${which}: a file without from or to`,
    );
    check(selector?.matchLabels?.os !== 'windows' || /\.exe$/.test(bin ?? ''), `${which}: only .exe starts there`);
  }
  return problems;
}

interface ManifestPlatform {
  selector?: { matchLabels?: Record<string, string> };
  uri?: string;
  sha256?: string;
  bin?: string;
  files?: { from?: string; to?: string }[];
}
