import { writeFileSync } from 'node:fs';
import { bundledPackages, thirdPartyLicences } from './built-file/bundled-packages.ts';
import { oneFile } from './built-file/one-file.ts';

/** Writes THIRD-PARTY-LICENSES anew, from what is in the built file. */
const { metafile } = await oneFile();
writeFileSync('THIRD-PARTY-LICENSES', thirdPartyLicences(bundledPackages(metafile)));
