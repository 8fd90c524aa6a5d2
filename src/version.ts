import packageJson from '../package.json' with { type: 'json' };

/** The version of this program; it stands in package.json and nowhere else. */
export const version = packageJson.version;

/** Where bugs are reported. */
export const issues = packageJson.bugs.url;
