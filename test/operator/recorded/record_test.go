package controllers

// Records what Seldon's own operator makes of the manifests beside this file. It goes into operator/controllers of
// https://github.com/SeldonIO/seldon-core at tag v1.18.2, and is run there:
//
//	RECORDED=…/test/operator/recorded EXECUTOR_CONTAINER_IMAGE_AND_VERSION=seldonio/seldon-core-executor:1.18.2 \
//	EXECUTOR_CONTAINER_USER=8888 DEFAULT_USER_ID=8888 KEDA_ENABLED=true go test ./controllers -run TestRecord
//
// The environment is that of the Helm chart, and so are the images: seldon-config is read from the chart's values.

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ghodss/yaml"
	machinelearningv1 "github.com/seldonio/seldon-core/operator/apis/machinelearning.seldon.io/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientset "k8s.io/client-go/kubernetes/fake"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

func TestRecord(t *testing.T) {
	folder := os.Getenv("RECORDED")
	config := &corev1.ConfigMap{}
	config.Name, config.Namespace, config.Data = ControllerConfigMapName, ControllerNamespace, map[string]string{}
	text, err := os.ReadFile(filepath.Join(folder, "seldon-config.json"))
	must(t, err)
	settings := map[string]json.RawMessage{}
	must(t, json.Unmarshal(text, &settings))
	for key, value := range settings {
		config.Data[key] = string(value)
	}
	known := runtime.NewScheme()
	must(t, corev1.AddToScheme(known))
	machinelearningv1.C = fake.NewClientBuilder().WithScheme(known).WithObjects(config).Build()
	account := func(name string) *corev1.ServiceAccount {
		return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "models"}}
	}
	clients := clientset.NewSimpleClientset(config, account("default"), account("reader"), account("explaining"), account("careful"))
	operator := &SeldonDeploymentReconciler{ClientSet: clients, Log: ctrl.Log}
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		deployment := &machinelearningv1.SeldonDeployment{}
		must(t, yaml.Unmarshal(text, deployment))
		deployment.Default()
		made := map[string]interface{}{}
		context, err := createSecurityContext(deployment)
		must(t, err)
		components, err := operator.createComponents(background(), deployment, context, ctrl.Log)
		if err != nil {
			made["error"] = err.Error()
		} else {
			made["deployments"] = components.deployments
			made["services"] = components.services
			made["horizontalPodAutoscalers"] = components.hpas
			made["scaledObjects"] = components.kedaScaledObjects
			made["podDisruptionBudgets"] = components.pdbs
			made["url"] = components.addressable.URL
			for _, one := range components.deployments {
				pod := &one.Spec.Template.Spec
				for i := range pod.Containers {
					container := &pod.Containers[i]
					container.Env, container.LivenessProbe, container.ReadinessProbe, container.Lifecycle = nil, nil, nil, nil
				}
			}
		}
		out, err := json.MarshalIndent(made, "", "  ")
		must(t, err)
		must(t, os.WriteFile(strings.TrimSuffix(file, ".yaml")+".json", append(out, '\n'), 0o644))
	}
}

func background() context.Context { return context.Background() }

func must(t *testing.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}
