/** What kubectl runs for completion, for npm, which links it beside the plugin; elsewhere `completion install` does. */
export const completer =
  "#!/usr/bin/env node\nprocess.argv.splice(2, 0, '__complete');\nrequire('./kubectl-seldon_lifecycle.cjs');\n";
