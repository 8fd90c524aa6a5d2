// kubectl of the control plane's own version, linked alone: it is timed against the plugin, and so has to start as fast as
// the one that people install. Inside the other executable it would also keep the linker from dropping unused code there
// (171 MB instead of 125).
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() {
	os.Exit(cli.Run(cmd.NewDefaultKubectlCommand()))
}
