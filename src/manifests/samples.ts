/** Manifests to begin with, by what they show; each runs in the sandbox as it is. */
export const samples = {
  simple: `# A model in a container image of your own.
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris
spec:
  predictors:
  - name: default
    replicas: 1
    graph:
      name: classifier
      type: MODEL
    componentSpecs:
    - spec:
        containers:
        - name: classifier
          image: seldonio/mock_classifier:1.18.2
`,
  prepackaged: `# A trained model from a bucket, in one of Seldon's own servers.
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: sklearn-iris
spec:
  predictors:
  - name: default
    replicas: 1
    graph:
      name: classifier
      implementation: SKLEARN_SERVER
      modelUri: gs://seldon-models/v1.18.2/sklearn/iris
`,
  canary: `# A new version beside the old one, with a quarter of the traffic.
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris-canary
spec:
  predictors:
  - name: main
    replicas: 1
    traffic: 75
    graph:
      name: classifier
      type: MODEL
    componentSpecs:
    - spec:
        containers:
        - name: classifier
          image: seldonio/mock_classifier:1.18.1
  - name: canary
    replicas: 1
    traffic: 25
    graph:
      name: classifier
      type: MODEL
    componentSpecs:
    - spec:
        containers:
        - name: classifier
          image: seldonio/mock_classifier:1.18.2
`,
} as const;
