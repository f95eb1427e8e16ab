/** A SandboxClaim as the stub keeps it; `meta` parts are JSON text already, for most of them never change. */
export interface StubClaim {
  name: string;
  namespace: string;
  uid: string;
  version: number;
  generation: number;
  createdAt: string;
  labels: Record<string, string>;
  labelsJson: string;
  annotations: Record<string, string>;
  clientFieldsJson: string;
  specJson: string;
  /** What the controller has done so far. */
  adopted: boolean;
  sandbox: { name: string; podIp: string; readyAt: string; observedGeneration: number } | null;
}

/** The part of a claim that a client sends. */
export interface SentClaim {
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

const API_VERSION = 'extensions.agents.x-k8s.io/v1beta1';
export const METADATA_ONLY = 'as=PartialObjectMetadata';

const CONTROLLER_ANNOTATIONS =
  '"f:agents.x-k8s.io/claim-first-ready-at":{},"f:agents.x-k8s.io/controller-first-observed-at":{},"f:agents.x-k8s.io/sandbox-name":{}';

export function newClaim(sent: SentClaim, namespace: string, uid: string, version: number): StubClaim {
  const { labels = {}, annotations = {} } = sent.metadata;
  return {
    name: sent.metadata.name,
    namespace,
    uid,
    version,
    generation: 1,
    createdAt: wholeSeconds(),
    labels,
    labelsJson: JSON.stringify(labels),
    annotations: { ...annotations },
    clientFieldsJson: clientFields(sent),
    specJson: JSON.stringify(sent.spec),
    adopted: false,
    sandbox: null,
  };
}

/** The whole object, or its metadata alone, as the API server writes it. */
export function claimJson(claim: StubClaim, metadataOnly: boolean): string {
  const metadata = metadataJson(claim);
  if (metadataOnly) {
    return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${metadata}}`;
  }
  const spec = claim.adopted ? `{"additionalPodMetadata":{},${claim.specJson.slice(1)}` : claim.specJson;
  return `{"apiVersion":"${API_VERSION}","kind":"SandboxClaim","metadata":${metadata},"spec":${spec}${statusJson(claim)}}`;
}

/** Metadata of the sandbox that a claim was given; of the size that the API server's own has. */
export function sandboxMetadataJson(namespace: string, name: string): string {
  return SANDBOX.replaceAll('$NAME', name).replace('$NAMESPACE', namespace).replace('$TIME', wholeSeconds());
}

/** Kubernetes' times. */
export function wholeSeconds(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

function metadataJson(claim: StubClaim): string {
  const { createdAt, generation, labelsJson, name, namespace, version, uid } = claim;
  const fields = [claim.clientFieldsJson];
  if (claim.sandbox !== null)
    fields.unshift(controllerFields(createdAt, STATUS_FIELDS, ',"subresource":"status"'));
  if (claim.generation > 1 || Object.hasOwn(claim.annotations, OBSERVED_AT)) {
    fields.unshift(controllerFields(createdAt, METADATA_FIELDS, ''));
  }
  return (
    `{"annotations":${JSON.stringify(claim.annotations)},"creationTimestamp":"${createdAt}","generation":${generation},` +
    `"labels":${labelsJson},"managedFields":[${fields.join(',')}],"name":"${name}","namespace":"${namespace}",` +
    `"resourceVersion":"${version}","uid":"${uid}"}`
  );
}

function statusJson({ sandbox }: StubClaim): string {
  if (sandbox === null) return '';
  return (
    `,"status":{"conditions":[{"lastTransitionTime":"${sandbox.readyAt}","message":"Pod is Ready",` +
    `"observedGeneration":${sandbox.observedGeneration},"reason":"DependenciesReady","status":"True","type":"Ready"}],` +
    `"sandbox":{"name":"${sandbox.name}","podIPs":["${sandbox.podIp}"]}}`
  );
}

export const OBSERVED_AT = 'agents.x-k8s.io/controller-first-observed-at';
const METADATA_FIELDS = `{"f:metadata":{"f:annotations":{${CONTROLLER_ANNOTATIONS}}},"f:spec":{"f:additionalPodMetadata":{}}}`;
const STATUS_FIELDS =
  '{"f:status":{".":{},"f:conditions":{},"f:sandbox":{".":{},"f:name":{},"f:podIPs":{}}}}';

function controllerFields(time: string, fields: string, more: string): string {
  return (
    `{"apiVersion":"${API_VERSION}","fieldsType":"FieldsV1","fieldsV1":${fields},` +
    `"manager":"agent-sandbox-controller","operation":"Update"${more},"time":"${time}"}`
  );
}

function clientFields({ metadata, spec }: SentClaim): string {
  const keysOf = (object: object): string =>
    ['"."', ...Object.keys(object).map((key) => `"f:${key}"`)].map((key) => `${key}:{}`).join(',');
  const fields =
    `{"f:metadata":{"f:annotations":{${keysOf(metadata.annotations ?? {})}},"f:labels":{${keysOf(metadata.labels ?? {})}}},` +
    `"f:spec":{${keysOf(spec)},"f:warmPoolRef":{".":{},"f:name":{}}}}`;
  return (
    `{"apiVersion":"${API_VERSION}","fieldsType":"FieldsV1","fieldsV1":${fields},` +
    `"manager":"sandtide","operation":"Update","time":"${wholeSeconds()}"}`
  );
}

const SANDBOX = JSON.stringify({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: {
    annotations: { 'agents.x-k8s.io/pod-name': '$NAME', 'agents.x-k8s.io/sandbox-template-ref': 'bench' },
    creationTimestamp: '$TIME',
    generateName: 'bench-',
    generation: 2,
    labels: {
      'agents.x-k8s.io/claim-uid': '2cb91737-ec87-4949-af3b-f49038c017c1',
      'agents.x-k8s.io/launch-type': 'warm',
      'agents.x-k8s.io/sandbox-template-ref-hash': 'f1178922',
    },
    managedFields: [
      {
        apiVersion: 'agents.x-k8s.io/v1beta1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': {
            'f:annotations': {
              '.': {},
              'f:agents.x-k8s.io/pod-name': {},
              'f:agents.x-k8s.io/sandbox-template-ref': {},
            },
            'f:labels': {
              '.': {},
              'f:agents.x-k8s.io/claim-uid': {},
              'f:agents.x-k8s.io/launch-type': {},
              'f:agents.x-k8s.io/sandbox-template-ref-hash': {},
            },
            'f:ownerReferences': { '.': {} },
          },
          'f:spec': {
            '.': {},
            'f:operatingMode': {},
            'f:podTemplate': {
              '.': {},
              'f:metadata': {
                '.': {},
                'f:labels': { '.': {}, 'f:agents.x-k8s.io/claim-uid': {}, 'f:sandbox': {} },
              },
              'f:spec': { '.': {}, 'f:automountServiceAccountToken': {}, 'f:containers': { '.': {} } },
            },
          },
        },
        manager: 'agent-sandbox-controller',
        operation: 'Update',
        time: '2026-01-01T00:00:00Z',
      },
    ],
    name: '$NAME',
    namespace: '$NAMESPACE',
    resourceVersion: '1',
    uid: '5b0a3c1e-9b1f-4f6c-8d4e-7f6a5b4c3d2e',
  },
});
