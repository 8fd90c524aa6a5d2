// Made by "npm run fields" from the models of client-node: Kubernetes release-1.36.

/** The fields of each type, with `!` where the type has to have one; `[]` is a list and `map` an object with any keys. */
export const kubernetesFields: Readonly<Record<string, string>> = {
  AWSElasticBlockStoreVolumeSource: 'fsType: string, partition: int32, readOnly: boolean, volumeID!: string',
  Affinity: 'nodeAffinity: NodeAffinity, podAffinity: PodAffinity, podAntiAffinity: PodAntiAffinity',
  AppArmorProfile: 'localhostProfile: string, type!: string',
  AttachedVolume: 'devicePath!: string, name!: string',
  AzureDiskVolumeSource:
    'cachingMode: string, diskName!: string, diskURI!: string, fsType: string, kind: string, readOnly: boolean',
  AzureFileVolumeSource: 'readOnly: boolean, secretName!: string, shareName!: string',
  CSIVolumeSource:
    'driver!: string, fsType: string, nodePublishSecretRef: LocalObjectReference, readOnly: boolean, volumeAttributes: map string',
  Capabilities: 'add: []string, drop: []string',
  CephFSVolumeSource:
    'monitors!: []string, path: string, readOnly: boolean, secretFile: string, secretRef: LocalObjectReference, user: string',
  CinderVolumeSource: 'fsType: string, readOnly: boolean, secretRef: LocalObjectReference, volumeID!: string',
  ClientIPConfig: 'timeoutSeconds: int32',
  ClusterTrustBundleProjection:
    'labelSelector: LabelSelector, name: string, optional: boolean, path!: string, signerName: string',
  Condition:
    'lastTransitionTime!: time, message!: string, observedGeneration: int64, reason!: string, status!: string, type!: string',
  ConfigMap:
    'apiVersion: string, binaryData: map string, data: map string, immutable: boolean, kind: string, metadata: ObjectMeta',
  ConfigMapEnvSource: 'name: string, optional: boolean',
  ConfigMapKeySelector: 'key!: string, name: string, optional: boolean',
  ConfigMapNodeConfigSource:
    'kubeletConfigKey!: string, name!: string, namespace!: string, resourceVersion: string, uid: string',
  ConfigMapProjection: 'items: []KeyToPath, name: string, optional: boolean',
  ConfigMapVolumeSource: 'defaultMode: int32, items: []KeyToPath, name: string, optional: boolean',
  Container:
    'args: []string, command: []string, env: []EnvVar, envFrom: []EnvFromSource, image: string, imagePullPolicy: string, lifecycle: Lifecycle, livenessProbe: Probe, name!: string, ports: []ContainerPort, readinessProbe: Probe, resizePolicy: []ContainerResizePolicy, resources: ResourceRequirements, restartPolicy: string, restartPolicyRules: []ContainerRestartRule, securityContext: SecurityContext, startupProbe: Probe, stdin: boolean, stdinOnce: boolean, terminationMessagePath: string, terminationMessagePolicy: string, tty: boolean, volumeDevices: []VolumeDevice, volumeMounts: []VolumeMount, workingDir: string',
  ContainerExtendedResourceRequest: 'containerName!: string, requestName!: string, resourceName!: string',
  ContainerImage: 'names: []string, sizeBytes: int64',
  ContainerPort: 'containerPort!: int32, hostIP: string, hostPort: int32, name: string, protocol: string',
  ContainerResizePolicy: 'resourceName!: string, restartPolicy!: string',
  ContainerResourceMetricSource: 'container!: string, name!: string, target!: MetricTarget',
  ContainerResourceMetricStatus: 'container!: string, current!: MetricValueStatus, name!: string',
  ContainerRestartRule: 'action!: string, exitCodes: ContainerRestartRuleOnExitCodes',
  ContainerRestartRuleOnExitCodes: 'operator!: string, values: []int32',
  ContainerState:
    'running: ContainerStateRunning, terminated: ContainerStateTerminated, waiting: ContainerStateWaiting',
  ContainerStateRunning: 'startedAt: time',
  ContainerStateTerminated:
    'containerID: string, exitCode!: int32, finishedAt: time, message: string, reason: string, signal: int32, startedAt: time',
  ContainerStateWaiting: 'message: string, reason: string',
  ContainerStatus:
    'allocatedResources: map string, allocatedResourcesStatus: []ResourceStatus, containerID: string, image!: string, imageID!: string, lastState: ContainerState, name!: string, ready!: boolean, resources: ResourceRequirements, restartCount!: int32, started: boolean, state: ContainerState, stopSignal: string, user: ContainerUser, volumeMounts: []VolumeMountStatus',
  ContainerUser: 'linux: LinuxContainerUser',
  ControllerRevision: 'apiVersion: string, data: any, kind: string, metadata: ObjectMeta, revision!: int64',
  CrossVersionObjectReference: 'apiVersion: string, kind!: string, name!: string',
  DaemonEndpoint: 'Port!: int32',
  Deployment: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: DeploymentSpec, status: DeploymentStatus',
  DeploymentCondition:
    'lastTransitionTime: time, lastUpdateTime: time, message: string, reason: string, status!: string, type!: string',
  DeploymentSpec:
    'minReadySeconds: int32, paused: boolean, progressDeadlineSeconds: int32, replicas: int32, revisionHistoryLimit: int32, selector!: LabelSelector, strategy: DeploymentStrategy, template!: PodTemplateSpec',
  DeploymentStatus:
    'availableReplicas: int32, collisionCount: int32, conditions: []DeploymentCondition, observedGeneration: int64, readyReplicas: int32, replicas: int32, terminatingReplicas: int32, unavailableReplicas: int32, updatedReplicas: int32',
  DeploymentStrategy: 'rollingUpdate: RollingUpdateDeployment, type: string',
  DownwardAPIProjection: 'items: []DownwardAPIVolumeFile',
  DownwardAPIVolumeFile:
    'fieldRef: ObjectFieldSelector, mode: int32, path!: string, resourceFieldRef: ResourceFieldSelector',
  DownwardAPIVolumeSource: 'defaultMode: int32, items: []DownwardAPIVolumeFile',
  EmptyDirVolumeSource: 'medium: string, sizeLimit: quantity',
  Endpoint:
    'addresses!: []string, conditions: EndpointConditions, deprecatedTopology: map string, hints: EndpointHints, hostname: string, nodeName: string, targetRef: ObjectReference, zone: string',
  EndpointAddress: 'hostname: string, ip!: string, nodeName: string, targetRef: ObjectReference',
  EndpointConditions: 'ready: boolean, serving: boolean, terminating: boolean',
  EndpointHints: 'forNodes: []ForNode, forZones: []ForZone',
  EndpointPort: 'appProtocol: string, name: string, port!: int32, protocol: string',
  EndpointSlice:
    'addressType!: string, apiVersion: string, endpoints: []Endpoint, kind: string, metadata: ObjectMeta, ports: []any',
  EndpointSubset: 'addresses: []EndpointAddress, notReadyAddresses: []EndpointAddress, ports: []EndpointPort',
  Endpoints: 'apiVersion: string, kind: string, metadata: ObjectMeta, subsets: []EndpointSubset',
  EnvFromSource: 'configMapRef: ConfigMapEnvSource, prefix: string, secretRef: SecretEnvSource',
  EnvVar: 'name!: string, value: string, valueFrom: EnvVarSource',
  EnvVarSource:
    'configMapKeyRef: ConfigMapKeySelector, fieldRef: ObjectFieldSelector, fileKeyRef: FileKeySelector, resourceFieldRef: ResourceFieldSelector, secretKeyRef: SecretKeySelector',
  EphemeralContainer:
    'args: []string, command: []string, env: []EnvVar, envFrom: []EnvFromSource, image: string, imagePullPolicy: string, lifecycle: Lifecycle, livenessProbe: Probe, name!: string, ports: []ContainerPort, readinessProbe: Probe, resizePolicy: []ContainerResizePolicy, resources: ResourceRequirements, restartPolicy: string, restartPolicyRules: []ContainerRestartRule, securityContext: SecurityContext, startupProbe: Probe, stdin: boolean, stdinOnce: boolean, targetContainerName: string, terminationMessagePath: string, terminationMessagePolicy: string, tty: boolean, volumeDevices: []VolumeDevice, volumeMounts: []VolumeMount, workingDir: string',
  EphemeralVolumeSource: 'volumeClaimTemplate: PersistentVolumeClaimTemplate',
  Event:
    'action: string, apiVersion: string, count: int32, eventTime: time, firstTimestamp: time, involvedObject!: ObjectReference, kind: string, lastTimestamp: time, message: string, metadata!: ObjectMeta, reason: string, related: ObjectReference, reportingComponent: string, reportingInstance: string, series: EventSeries, source: EventSource, type: string',
  EventSeries: 'count: int32, lastObservedTime: time',
  EventSource: 'component: string, host: string',
  ExecAction: 'command: []string',
  ExternalMetricSource: 'metric!: MetricIdentifier, target!: MetricTarget',
  ExternalMetricStatus: 'current!: MetricValueStatus, metric!: MetricIdentifier',
  FCVolumeSource: 'fsType: string, lun: int32, readOnly: boolean, targetWWNs: []string, wwids: []string',
  FileKeySelector: 'key!: string, optional: boolean, path!: string, volumeName!: string',
  FlexVolumeSource:
    'driver!: string, fsType: string, options: map string, readOnly: boolean, secretRef: LocalObjectReference',
  FlockerVolumeSource: 'datasetName: string, datasetUUID: string',
  ForNode: 'name!: string',
  ForZone: 'name!: string',
  GCEPersistentDiskVolumeSource: 'fsType: string, partition: int32, pdName!: string, readOnly: boolean',
  GRPCAction: 'port!: int32, service: string',
  GitRepoVolumeSource: 'directory: string, repository!: string, revision: string',
  GlusterfsVolumeSource: 'endpoints!: string, path!: string, readOnly: boolean',
  HPAScalingPolicy: 'periodSeconds!: int32, type!: string, value!: int32',
  HPAScalingRules:
    'policies: []HPAScalingPolicy, selectPolicy: string, stabilizationWindowSeconds: int32, tolerance: string',
  HTTPGetAction: 'host: string, httpHeaders: []HTTPHeader, path: string, port!: intOrString, scheme: string',
  HTTPHeader: 'name!: string, value!: string',
  HTTPIngressPath: 'backend!: IngressBackend, path: string, pathType!: string',
  HTTPIngressRuleValue: 'paths!: []HTTPIngressPath',
  HorizontalPodAutoscaler:
    'apiVersion: string, kind: string, metadata: ObjectMeta, spec!: HorizontalPodAutoscalerSpec, status: HorizontalPodAutoscalerStatus',
  HorizontalPodAutoscalerBehavior: 'scaleDown: HPAScalingRules, scaleUp: HPAScalingRules',
  HorizontalPodAutoscalerCondition:
    'lastTransitionTime: time, message: string, reason: string, status!: string, type!: string',
  HorizontalPodAutoscalerSpec:
    'behavior: HorizontalPodAutoscalerBehavior, maxReplicas!: int32, metrics: []MetricSpec, minReplicas: int32, scaleTargetRef!: CrossVersionObjectReference',
  HorizontalPodAutoscalerStatus:
    'conditions: []HorizontalPodAutoscalerCondition, currentMetrics: []MetricStatus, currentReplicas: int32, desiredReplicas!: int32, lastScaleTime: time, observedGeneration: int64',
  HostAlias: 'hostnames: []string, ip!: string',
  HostIP: 'ip!: string',
  HostPathVolumeSource: 'path!: string, type: string',
  ISCSIVolumeSource:
    'chapAuthDiscovery: boolean, chapAuthSession: boolean, fsType: string, initiatorName: string, iqn!: string, iscsiInterface: string, lun!: int32, portals: []string, readOnly: boolean, secretRef: LocalObjectReference, targetPortal!: string',
  ImageVolumeSource: 'pullPolicy: string, reference: string',
  ImageVolumeStatus: 'imageRef!: string',
  Ingress: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: IngressSpec, status: IngressStatus',
  IngressBackend: 'resource: TypedLocalObjectReference, service: IngressServiceBackend',
  IngressClass: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: IngressClassSpec',
  IngressClassParametersReference: 'apiGroup: string, kind!: string, name!: string, namespace: string, scope: string',
  IngressClassSpec: 'controller: string, parameters: IngressClassParametersReference',
  IngressLoadBalancerIngress: 'hostname: string, ip: string, ports: []IngressPortStatus',
  IngressLoadBalancerStatus: 'ingress: []IngressLoadBalancerIngress',
  IngressPortStatus: 'error: string, port!: int32, protocol!: string',
  IngressRule: 'host: string, http: HTTPIngressRuleValue',
  IngressServiceBackend: 'name!: string, port: ServiceBackendPort',
  IngressSpec: 'defaultBackend: IngressBackend, ingressClassName: string, rules: []IngressRule, tls: []IngressTLS',
  IngressStatus: 'loadBalancer: IngressLoadBalancerStatus',
  IngressTLS: 'hosts: []string, secretName: string',
  KeyToPath: 'key!: string, mode: int32, path!: string',
  LabelSelector: 'matchExpressions: []LabelSelectorRequirement, matchLabels: map string',
  LabelSelectorRequirement: 'key!: string, operator!: string, values: []string',
  Lease: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: LeaseSpec',
  LeaseSpec:
    'acquireTime: time, holderIdentity: string, leaseDurationSeconds: int32, leaseTransitions: int32, preferredHolder: string, renewTime: time, strategy: string',
  Lifecycle: 'postStart: LifecycleHandler, preStop: LifecycleHandler, stopSignal: string',
  LifecycleHandler: 'exec: ExecAction, httpGet: HTTPGetAction, sleep: SleepAction, tcpSocket: TCPSocketAction',
  LimitRange: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: LimitRangeSpec',
  LimitRangeItem:
    'default: map quantity, defaultRequest: map quantity, max: map quantity, maxLimitRequestRatio: map quantity, min: map quantity, type!: string',
  LimitRangeSpec: 'limits!: []LimitRangeItem',
  LinuxContainerUser: 'gid!: int64, supplementalGroups: []int64, uid!: int64',
  LoadBalancerIngress: 'hostname: string, ip: string, ipMode: string, ports: []PortStatus',
  LoadBalancerStatus: 'ingress: []LoadBalancerIngress',
  LocalObjectReference: 'name: string',
  ManagedFieldsEntry:
    'apiVersion: string, fieldsType: string, fieldsV1: any, manager: string, operation: string, subresource: string, time: time',
  MetricIdentifier: 'name!: string, selector: LabelSelector',
  MetricSpec:
    'containerResource: ContainerResourceMetricSource, external: ExternalMetricSource, object: ObjectMetricSource, pods: PodsMetricSource, resource: ResourceMetricSource, type!: string',
  MetricStatus:
    'containerResource: ContainerResourceMetricStatus, external: ExternalMetricStatus, object: ObjectMetricStatus, pods: PodsMetricStatus, resource: ResourceMetricStatus, type!: string',
  MetricTarget: 'averageUtilization: int32, averageValue: quantity, type!: string, value: quantity',
  MetricValueStatus: 'averageUtilization: int32, averageValue: string, value: string',
  NFSVolumeSource: 'path!: string, readOnly: boolean, server!: string',
  Namespace: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: NamespaceSpec, status: NamespaceStatus',
  NamespaceCondition: 'lastTransitionTime: time, message: string, reason: string, status!: string, type!: string',
  NamespaceSpec: 'finalizers: []string',
  NamespaceStatus: 'conditions: []NamespaceCondition, phase: string',
  Node: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: NodeSpec, status: NodeStatus',
  NodeAddress: 'address!: string, type!: string',
  NodeAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution: []PreferredSchedulingTerm, requiredDuringSchedulingIgnoredDuringExecution: NodeSelector',
  NodeAllocatableResourceClaimStatus: 'containers: []string, resourceClaimName!: string, resources!: map string',
  NodeCondition:
    'lastHeartbeatTime: time, lastTransitionTime: time, message: string, reason: string, status!: string, type!: string',
  NodeConfigSource: 'configMap: ConfigMapNodeConfigSource',
  NodeConfigStatus:
    'active: NodeConfigSource, assigned: NodeConfigSource, error: string, lastKnownGood: NodeConfigSource',
  NodeDaemonEndpoints: 'kubeletEndpoint: DaemonEndpoint',
  NodeFeatures: 'supplementalGroupsPolicy: boolean',
  NodeRuntimeHandler: 'features: NodeRuntimeHandlerFeatures, name: string',
  NodeRuntimeHandlerFeatures: 'recursiveReadOnlyMounts: boolean, userNamespaces: boolean',
  NodeSelector: 'nodeSelectorTerms!: []NodeSelectorTerm',
  NodeSelectorRequirement: 'key!: string, operator!: string, values: []string',
  NodeSelectorTerm: 'matchExpressions: []NodeSelectorRequirement, matchFields: []NodeSelectorRequirement',
  NodeSpec:
    'configSource: NodeConfigSource, externalID: string, podCIDR: string, podCIDRs: []string, providerID: string, taints: []Taint, unschedulable: boolean',
  NodeStatus:
    'addresses: []NodeAddress, allocatable: map string, capacity: map string, conditions: []NodeCondition, config: NodeConfigStatus, daemonEndpoints: NodeDaemonEndpoints, declaredFeatures: []string, features: NodeFeatures, images: []ContainerImage, nodeInfo: NodeSystemInfo, phase: string, runtimeHandlers: []NodeRuntimeHandler, volumesAttached: []AttachedVolume, volumesInUse: []string',
  NodeSwapStatus: 'capacity: int64',
  NodeSystemInfo:
    'architecture!: string, bootID!: string, containerRuntimeVersion!: string, kernelVersion!: string, kubeProxyVersion!: string, kubeletVersion!: string, machineID!: string, operatingSystem!: string, osImage!: string, swap: NodeSwapStatus, systemUUID!: string',
  ObjectFieldSelector: 'apiVersion: string, fieldPath!: string',
  ObjectMeta:
    'annotations: map string, creationTimestamp: time, deletionGracePeriodSeconds: int64, deletionTimestamp: time, finalizers: []string, generateName: string, generation: int64, labels: map string, managedFields: []ManagedFieldsEntry, name: string, namespace: string, ownerReferences: []OwnerReference, resourceVersion: string, selfLink: string, uid: string',
  ObjectMetricSource: 'describedObject!: CrossVersionObjectReference, metric!: MetricIdentifier, target!: MetricTarget',
  ObjectMetricStatus:
    'current!: MetricValueStatus, describedObject!: CrossVersionObjectReference, metric!: MetricIdentifier',
  ObjectReference:
    'apiVersion: string, fieldPath: string, kind: string, name: string, namespace: string, resourceVersion: string, uid: string',
  OwnerReference:
    'apiVersion!: string, blockOwnerDeletion: boolean, controller: boolean, kind!: string, name!: string, uid!: string',
  PersistentVolumeClaimSpec:
    'accessModes: []string, dataSource: TypedLocalObjectReference, dataSourceRef: TypedObjectReference, resources: VolumeResourceRequirements, selector: LabelSelector, storageClassName: string, volumeAttributesClassName: string, volumeMode: string, volumeName: string',
  PersistentVolumeClaimTemplate: 'metadata: ObjectMeta, spec!: PersistentVolumeClaimSpec',
  PersistentVolumeClaimVolumeSource: 'claimName!: string, readOnly: boolean',
  PhotonPersistentDiskVolumeSource: 'fsType: string, pdID!: string',
  Pod: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: PodSpec, status: PodStatus',
  PodAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution: []WeightedPodAffinityTerm, requiredDuringSchedulingIgnoredDuringExecution: []PodAffinityTerm',
  PodAffinityTerm:
    'labelSelector: LabelSelector, matchLabelKeys: []string, mismatchLabelKeys: []string, namespaceSelector: LabelSelector, namespaces: []string, topologyKey!: string',
  PodAntiAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution: []WeightedPodAffinityTerm, requiredDuringSchedulingIgnoredDuringExecution: []PodAffinityTerm',
  PodCertificateProjection:
    'certificateChainPath: string, credentialBundlePath: string, keyPath: string, keyType!: string, maxExpirationSeconds: int32, signerName!: string, userAnnotations: map string',
  PodCondition:
    'lastProbeTime: time, lastTransitionTime: time, message: string, observedGeneration: int64, reason: string, status!: string, type!: string',
  PodDNSConfig: 'nameservers: []string, options: []PodDNSConfigOption, searches: []string',
  PodDNSConfigOption: 'name: string, value: string',
  PodDisruptionBudget:
    'apiVersion: string, kind: string, metadata: ObjectMeta, spec: PodDisruptionBudgetSpec, status: PodDisruptionBudgetStatus',
  PodDisruptionBudgetSpec:
    'maxUnavailable: intOrString, minAvailable: intOrString, selector: LabelSelector, unhealthyPodEvictionPolicy: string',
  PodDisruptionBudgetStatus:
    'conditions: []Condition, currentHealthy: int32, desiredHealthy: int32, disruptedPods: map time, disruptionsAllowed: int32, expectedPods: int32, observedGeneration: int64',
  PodExtendedResourceClaimStatus: 'requestMappings!: []ContainerExtendedResourceRequest, resourceClaimName!: string',
  PodIP: 'ip!: string',
  PodOS: 'name!: string',
  PodReadinessGate: 'conditionType!: string',
  PodResourceClaim: 'name!: string, resourceClaimName: string, resourceClaimTemplateName: string',
  PodResourceClaimStatus: 'name!: string, resourceClaimName: string',
  PodSchedulingGate: 'name!: string',
  PodSchedulingGroup: 'podGroupName: string',
  PodSecurityContext:
    'appArmorProfile: AppArmorProfile, fsGroup: int64, fsGroupChangePolicy: string, runAsGroup: int64, runAsNonRoot: boolean, runAsUser: int64, seLinuxChangePolicy: string, seLinuxOptions: SELinuxOptions, seccompProfile: SeccompProfile, supplementalGroups: []int64, supplementalGroupsPolicy: string, sysctls: []Sysctl, windowsOptions: WindowsSecurityContextOptions',
  PodSpec:
    'activeDeadlineSeconds: int64, affinity: Affinity, automountServiceAccountToken: boolean, containers!: []Container, dnsConfig: PodDNSConfig, dnsPolicy: string, enableServiceLinks: boolean, ephemeralContainers: []EphemeralContainer, hostAliases: []HostAlias, hostIPC: boolean, hostNetwork: boolean, hostPID: boolean, hostUsers: boolean, hostname: string, hostnameOverride: string, imagePullSecrets: []LocalObjectReference, initContainers: []Container, nodeName: string, nodeSelector: map string, os: PodOS, overhead: map quantity, preemptionPolicy: string, priority: int32, priorityClassName: string, readinessGates: []PodReadinessGate, resourceClaims: []PodResourceClaim, resources: ResourceRequirements, restartPolicy: string, runtimeClassName: string, schedulerName: string, schedulingGates: []PodSchedulingGate, schedulingGroup: PodSchedulingGroup, securityContext: PodSecurityContext, serviceAccount: string, serviceAccountName: string, setHostnameAsFQDN: boolean, shareProcessNamespace: boolean, subdomain: string, terminationGracePeriodSeconds: int64, tolerations: []Toleration, topologySpreadConstraints: []TopologySpreadConstraint, volumes: []Volume',
  PodStatus:
    'allocatedResources: map string, conditions: []PodCondition, containerStatuses: []ContainerStatus, ephemeralContainerStatuses: []ContainerStatus, extendedResourceClaimStatus: PodExtendedResourceClaimStatus, hostIP: string, hostIPs: []HostIP, initContainerStatuses: []ContainerStatus, message: string, nodeAllocatableResourceClaimStatuses: []NodeAllocatableResourceClaimStatus, nominatedNodeName: string, observedGeneration: int64, phase: string, podIP: string, podIPs: []PodIP, qosClass: string, reason: string, resize: string, resourceClaimStatuses: []PodResourceClaimStatus, resources: ResourceRequirements, startTime: time',
  PodTemplateSpec: 'metadata: ObjectMeta, spec: PodSpec',
  PodsMetricSource: 'metric!: MetricIdentifier, target!: MetricTarget',
  PodsMetricStatus: 'current!: MetricValueStatus, metric!: MetricIdentifier',
  PortStatus: 'error: string, port!: int32, protocol!: string',
  PortworxVolumeSource: 'fsType: string, readOnly: boolean, volumeID!: string',
  PreferredSchedulingTerm: 'preference!: NodeSelectorTerm, weight!: int32',
  Probe:
    'exec: ExecAction, failureThreshold: int32, grpc: GRPCAction, httpGet: HTTPGetAction, initialDelaySeconds: int32, periodSeconds: int32, successThreshold: int32, tcpSocket: TCPSocketAction, terminationGracePeriodSeconds: int64, timeoutSeconds: int32',
  ProjectedVolumeSource: 'defaultMode: int32, sources: []VolumeProjection',
  QuobyteVolumeSource:
    'group: string, readOnly: boolean, registry!: string, tenant: string, user: string, volume!: string',
  RBDVolumeSource:
    'fsType: string, image!: string, keyring: string, monitors!: []string, pool: string, readOnly: boolean, secretRef: LocalObjectReference, user: string',
  ReplicaSet: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: ReplicaSetSpec, status: ReplicaSetStatus',
  ReplicaSetCondition: 'lastTransitionTime: time, message: string, reason: string, status!: string, type!: string',
  ReplicaSetSpec: 'minReadySeconds: int32, replicas: int32, selector!: LabelSelector, template: PodTemplateSpec',
  ReplicaSetStatus:
    'availableReplicas: int32, conditions: []ReplicaSetCondition, fullyLabeledReplicas: int32, observedGeneration: int64, readyReplicas: int32, replicas!: int32, terminatingReplicas: int32',
  ResourceClaim: 'name!: string, request: string',
  ResourceFieldSelector: 'containerName: string, divisor: quantity, resource!: string',
  ResourceHealth: 'health: string, message: string, resourceID!: string',
  ResourceMetricSource: 'name!: string, target!: MetricTarget',
  ResourceMetricStatus: 'current!: MetricValueStatus, name!: string',
  ResourceQuota:
    'apiVersion: string, kind: string, metadata: ObjectMeta, spec: ResourceQuotaSpec, status: ResourceQuotaStatus',
  ResourceQuotaSpec: 'hard: map quantity, scopeSelector: ScopeSelector, scopes: []string',
  ResourceQuotaStatus: 'hard: map string, used: map string',
  ResourceRequirements: 'claims: []ResourceClaim, limits: map quantity, requests: map quantity',
  ResourceStatus: 'name!: string, resources: []ResourceHealth',
  RollingUpdateDeployment: 'maxSurge: intOrString, maxUnavailable: intOrString',
  SELinuxOptions: 'level: string, role: string, type: string, user: string',
  ScaleIOVolumeSource:
    'fsType: string, gateway!: string, protectionDomain: string, readOnly: boolean, secretRef!: LocalObjectReference, sslEnabled: boolean, storageMode: string, storagePool: string, system!: string, volumeName: string',
  ScopeSelector: 'matchExpressions: []ScopedResourceSelectorRequirement',
  ScopedResourceSelectorRequirement: 'operator!: string, scopeName!: string, values: []string',
  SeccompProfile: 'localhostProfile: string, type!: string',
  Secret:
    'apiVersion: string, data: map string, immutable: boolean, kind: string, metadata: ObjectMeta, stringData: map string, type: string',
  SecretEnvSource: 'name: string, optional: boolean',
  SecretKeySelector: 'key!: string, name: string, optional: boolean',
  SecretProjection: 'items: []KeyToPath, name: string, optional: boolean',
  SecretVolumeSource: 'defaultMode: int32, items: []KeyToPath, optional: boolean, secretName: string',
  SecurityContext:
    'allowPrivilegeEscalation: boolean, appArmorProfile: AppArmorProfile, capabilities: Capabilities, privileged: boolean, procMount: string, readOnlyRootFilesystem: boolean, runAsGroup: int64, runAsNonRoot: boolean, runAsUser: int64, seLinuxOptions: SELinuxOptions, seccompProfile: SeccompProfile, windowsOptions: WindowsSecurityContextOptions',
  Service: 'apiVersion: string, kind: string, metadata: ObjectMeta, spec: ServiceSpec, status: ServiceStatus',
  ServiceAccount:
    'apiVersion: string, automountServiceAccountToken: boolean, imagePullSecrets: []LocalObjectReference, kind: string, metadata: ObjectMeta, secrets: []ObjectReference',
  ServiceAccountTokenProjection: 'audience: string, expirationSeconds: int64, path!: string',
  ServiceBackendPort: 'name: string, number: int32',
  ServicePort:
    'appProtocol: string, name: string, nodePort: int32, port!: int32, protocol: string, targetPort: intOrString',
  ServiceSpec:
    'allocateLoadBalancerNodePorts: boolean, clusterIP: string, clusterIPs: []string, externalIPs: []string, externalName: string, externalTrafficPolicy: string, healthCheckNodePort: int32, internalTrafficPolicy: string, ipFamilies: []string, ipFamilyPolicy: string, loadBalancerClass: string, loadBalancerIP: string, loadBalancerSourceRanges: []string, ports: []ServicePort, publishNotReadyAddresses: boolean, selector: map string, sessionAffinity: string, sessionAffinityConfig: SessionAffinityConfig, trafficDistribution: string, type: string',
  ServiceStatus: 'conditions: []Condition, loadBalancer: LoadBalancerStatus',
  SessionAffinityConfig: 'clientIP: ClientIPConfig',
  SleepAction: 'seconds!: int64',
  StorageOSVolumeSource:
    'fsType: string, readOnly: boolean, secretRef: LocalObjectReference, volumeName: string, volumeNamespace: string',
  Sysctl: 'name!: string, value!: string',
  TCPSocketAction: 'host: string, port!: intOrString',
  Taint: 'effect!: string, key!: string, timeAdded: time, value: string',
  Toleration: 'effect: string, key: string, operator: string, tolerationSeconds: int64, value: string',
  TopologySpreadConstraint:
    'labelSelector: LabelSelector, matchLabelKeys: []string, maxSkew!: int32, minDomains: int32, nodeAffinityPolicy: string, nodeTaintsPolicy: string, topologyKey!: string, whenUnsatisfiable!: string',
  TypedLocalObjectReference: 'apiGroup: string, kind!: string, name!: string',
  TypedObjectReference: 'apiGroup: string, kind!: string, name!: string, namespace: string',
  Volume:
    'awsElasticBlockStore: AWSElasticBlockStoreVolumeSource, azureDisk: AzureDiskVolumeSource, azureFile: AzureFileVolumeSource, cephfs: CephFSVolumeSource, cinder: CinderVolumeSource, configMap: ConfigMapVolumeSource, csi: CSIVolumeSource, downwardAPI: DownwardAPIVolumeSource, emptyDir: EmptyDirVolumeSource, ephemeral: EphemeralVolumeSource, fc: FCVolumeSource, flexVolume: FlexVolumeSource, flocker: FlockerVolumeSource, gcePersistentDisk: GCEPersistentDiskVolumeSource, gitRepo: GitRepoVolumeSource, glusterfs: GlusterfsVolumeSource, hostPath: HostPathVolumeSource, image: ImageVolumeSource, iscsi: ISCSIVolumeSource, name!: string, nfs: NFSVolumeSource, persistentVolumeClaim: PersistentVolumeClaimVolumeSource, photonPersistentDisk: PhotonPersistentDiskVolumeSource, portworxVolume: PortworxVolumeSource, projected: ProjectedVolumeSource, quobyte: QuobyteVolumeSource, rbd: RBDVolumeSource, scaleIO: ScaleIOVolumeSource, secret: SecretVolumeSource, storageos: StorageOSVolumeSource, vsphereVolume: VsphereVirtualDiskVolumeSource',
  VolumeDevice: 'devicePath!: string, name!: string',
  VolumeMount:
    'mountPath!: string, mountPropagation: string, name!: string, readOnly: boolean, recursiveReadOnly: string, subPath: string, subPathExpr: string',
  VolumeMountStatus:
    'mountPath!: string, name!: string, readOnly: boolean, recursiveReadOnly: string, volumeStatus: VolumeStatus',
  VolumeProjection:
    'clusterTrustBundle: ClusterTrustBundleProjection, configMap: ConfigMapProjection, downwardAPI: DownwardAPIProjection, podCertificate: PodCertificateProjection, secret: SecretProjection, serviceAccountToken: ServiceAccountTokenProjection',
  VolumeResourceRequirements: 'limits: map quantity, requests: map quantity',
  VolumeStatus: 'image: ImageVolumeStatus',
  VsphereVirtualDiskVolumeSource:
    'fsType: string, storagePolicyID: string, storagePolicyName: string, volumePath!: string',
  WeightedPodAffinityTerm: 'podAffinityTerm!: PodAffinityTerm, weight!: int32',
  WindowsSecurityContextOptions:
    'gmsaCredentialSpec: string, gmsaCredentialSpecName: string, hostProcess: boolean, runAsUserName: string',
};
