import { Option } from 'clipanion';
import { BadInput } from '../failures.ts';
import * as flags from './flags.ts';

/** The flags and arguments that say which deployments of the cluster are meant. */
export const targetFlags = {
  names: Option.Rest({ name: 'NAME' }),
  filename: flags.filenames('the SeldonDeployments'),
  recursive: flags.recursive(),
  override: flags.override(),
  selector: flags.selector(),
  allNamespaces: flags.allNamespaces(),
};

export type TargetsGiven = typeof targetFlags;

/** What the user typed to say which deployments are meant. */
export interface TargetWords {
  /** The words after the command. */
  names: readonly string[];
  /** -f */
  filename: readonly string[];
  /** -l */
  selector: string | undefined;
  all?: boolean;
  /** -A */
  allNamespaces?: boolean;
}

export type Targets =
  | { by: 'name'; names: string[] }
  | { by: 'file'; filenames: readonly string[] }
  /** Without a selector: all of them. */
  | { by: 'selector'; selector: string | undefined };

/**
 * Which deployments are meant, by kubectl's rules: names (iris, sdep/iris, seldondeployments iris), files, a selector, or
 * all. Throws BadInput, in kubectl's words, for what does not go together.
 */
export function targetsOf({ names: words, filename: filenames, selector, all, allNamespaces }: TargetWords): Targets {
  const names = namesIn(words);
  if (filenames.length > 0) {
    if (names.length > 0) {
      throw new BadInput(
        'when paths, URLs, or stdin is provided as resource input, you may not specify resource arguments as well',
      );
    }
    if (selector !== undefined || all)
      throw new BadInput('-f does not go together with -l or --all: choose one of them');
    return { by: 'file', filenames };
  }
  if (names.length > 0) {
    if (selector !== undefined) throw new BadInput('name cannot be provided when a selector is specified');
    if (all) throw new BadInput('setting --all is not possible when a name is given');
    if (allNamespaces) throw new BadInput('a resource cannot be retrieved by name across all namespaces');
    return { by: 'name', names };
  }
  return { by: 'selector', selector };
}

/** The same, for a verb that changes or waits: all of them are meant only where that is said. Throws BadInput. */
export function namedTargets(words: TargetWords): Targets {
  const { names, filename, selector, all } = words;
  if (names.length === 0 && filename.length === 0 && selector === undefined && !all) {
    throw new BadInput('resource(s) were provided, but no name was specified', {
      hint: 'Name the deployments, or select them with -f, -l or --all',
    });
  }
  return targetsOf(words);
}

/** The spellings of the resource that kubectl takes. */
const RESOURCE = /^(sdep|seldondeployments?)(\.(v1(alpha[23])?\.)?machinelearning\.seldon\.io)?$/i;

function namesIn(words: readonly string[]): string[] {
  const [first, ...rest] = words;
  if (first !== undefined && RESOURCE.test(first) && rest.length > 0) return rest.map(plainName);
  return words.map(nameOf);
}

/** iris, of iris or sdep/iris. */
function nameOf(word: string): string {
  const slash = word.indexOf('/');
  if (slash < 0) return plainName(word);
  const [resource, name] = [word.slice(0, slash), word.slice(slash + 1)];
  if (!RESOURCE.test(resource)) {
    throw new BadInput(`"${word}" is not a SeldonDeployment: expected a name, or sdep/NAME`);
  }
  return plainName(name);
}

function plainName(name: string): string {
  // What is no name could lead elsewhere on the server.
  if (name === '' || name.includes('/')) {
    throw new BadInput('arguments in resource/name form must have a single resource and name');
  }
  if (!/^[a-z0-9.-]+$/.test(name))
    throw new BadInput(`"${name}" is not a valid name: lower case letters, digits, - and .`);
  return name;
}
