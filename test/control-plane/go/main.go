// One executable that can be any part of a Kubernetes control plane: its first argument names the part, and
// everything after it belongs to that part. Linking them together costs one build and one file on disk instead of four.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

const usage = "usage: control-plane certificates FOLDER\n" +
	"       control-plane etcd|kube-apiserver|kube-controller-manager|kube-scheduler FLAG…"

func main() {
	if len(os.Args) < 2 {
		giveUp(usage)
	}
	// What follows parses os.Args itself and must find its own name in front.
	part := os.Args[1]
	os.Args = os.Args[1:]

	switch part {
	case "certificates":
		if len(os.Args) != 2 {
			giveUp(usage)
		}
		if err := writeCertificates(os.Args[1]); err != nil {
			giveUp("control-plane certificates: " + err.Error())
		}
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		run(controllermanager.NewControllerManagerCommand())
	case "kube-scheduler":
		run(scheduler.NewSchedulerCommand())
	default:
		giveUp("control-plane: there is no part \"" + part + "\"\n" + usage)
	}
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

func giveUp(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(2)
}
