import type { Impersonation } from './connection-settings.ts';
import { asHeader } from './header-value.ts';

type Header = readonly [name: string, value: string];

/**
 * The headers by which one user acts as another
 * (https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/). Those of a name that comes several times
 * are apart: the server takes each line for one value, so they must not be joined by commas. Names that are not ASCII
 * go in UTF-8, as from kubectl.
 */
export function impersonationHeaders(impersonation: Impersonation | undefined): {
  single: readonly Header[];
  repeated: readonly Header[];
} {
  if (!impersonation) return { single: [], repeated: [] };
  const { user, uid, groups, extra } = impersonation;
  const lists = [
    groups.map((group): Header => ['Impersonate-Group', asHeader(group)]),
    ...Object.entries(extra).map(([key, values]) =>
      values.map((value): Header => [`Impersonate-Extra-${escaped(key)}`, asHeader(value)]),
    ),
  ];
  return {
    single: [
      ['Impersonate-User', asHeader(user)],
      ...(uid ? [['Impersonate-Uid', asHeader(uid)] as const] : []),
      ...lists.filter(({ length }) => length === 1).flat(),
    ],
    repeated: lists.filter(({ length }) => length > 1).flat(),
  };
}

/** Keys such as example.com/role: what a header's name may not hold goes as %XX, and so does % itself. */
function escaped(key: string): string {
  return [...Buffer.from(key)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+.^_`|~-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
