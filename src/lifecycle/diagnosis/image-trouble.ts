import { advice } from './advice.ts';
import type { Finding, Reason } from './finding.ts';

/** What a registry, or the way to it, has said of an image. */
export interface ImageTrouble extends Pick<Finding, 'fails' | 'advice'> {
  reason: Reason;
}

/**
 * What container runtimes and registries say, most telling first. "pull access denied, repository does not exist or may
 * require authorization" is what Docker's registries say of both. https://github.com/containerd/containerd/blob/main/core/remotes/docker/errors.go
 */
const SAID: readonly [
  pattern: RegExp,
  reason: Reason,
  fails: Finding['fails'],
  whatToDo: (named: { image: string }) => string,
][] = [
  [/toomanyrequests|too many requests|\b429\b/i, 'RegistryUnreachable', 'no', advice.RegistryUnreachable.limit],
  [
    /short-name .*(did not resolve|resolution enforced)|no unqualified-search registries/i,
    'ImagePullFailed',
    'now',
    advice.ImagePullFailed.registry,
  ],
  [/signature|SignatureValidationFailed/i, 'ImagePullFailed', 'after-grace', advice.ImagePullFailed.signature],
  [/no space left on device/i, 'ImagePullFailed', 'after-grace', advice.ImagePullFailed.disk],
  [
    /no match for platform|no matching manifest|exec format error/i,
    'ImagePullFailed',
    'now',
    advice.ImagePullFailed.architecture,
  ],
  [
    /unauthorized|authentication required|authorization failed|access denied|no basic auth credentials|denied:|\b40[13]\b|forbidden/i,
    'ImagePullUnauthorized',
    'now',
    advice.ImagePullUnauthorized.secret,
  ],
  [
    /not found|manifest unknown|does not exist|name unknown|\b404\b/i,
    'ImageNotFound',
    'now',
    advice.ImageNotFound.name,
  ],
  [
    /tls:|x509|certificate|server gave HTTP response to HTTPS client/i,
    'RegistryUnreachable',
    'after-grace',
    advice.RegistryUnreachable.certificate,
  ],
  [
    /dial tcp|no such host|no route to host|server misbehaving|name resolution|TLS handshake timeout|\bEOF\b|i\/o timeout|connection refused|connection reset|context deadline exceeded|request canceled|failed to do request|network is unreachable|\b50[0234]\b/i,
    'RegistryUnreachable',
    'after-grace',
    advice.RegistryUnreachable.address,
  ],
];

export function imageTrouble(message: string, image: string): ImageTrouble {
  // The name of an image is no word of the registry's.
  const words = message.replaceAll(image, '');
  for (const [pattern, reason, fails, whatToDo] of SAID) {
    if (pattern.test(words)) return { reason, fails, advice: whatToDo({ image }) };
  }
  return {
    reason: 'ImagePullFailed',
    fails: 'after-grace',
    advice: advice.ImagePullFailed.other({ image }),
  };
}

/** What the registry said, without which layers it has passed: the Event has all of it. */
export function withoutLayers(message: string, image: string): string {
  const quoted = `"${image}"`;
  const layers = [
    `Back-off pulling image ${quoted}: `,
    `Failed to pull image ${quoted}: `,
    'ErrImagePull: ',
    `failed to pull and unpack image ${quoted}: `,
    `failed to resolve reference ${quoted}: `,
    'failed to resolve image: ',
    'failed to do request: ',
    `${image}: `,
  ];
  const rest = message.trim().replace(/rpc error: code = \w+ desc = /g, '');
  return layers.reduce((text, layer) => text.replaceAll(layer, ''), rest) || message;
}
