import type { RunSpec } from '../../spec/schema.ts';
import { HOLD } from './hold.ts';

/** One verb on one resource, cluster-wide or in one namespace, of all objects or of one by name. */
export interface Right {
  verb: string;
  /** Empty for the core group. */
  group: string;
  /** `pods`, `pods/exec`. */
  resource: string;
  namespace?: string;
  name?: string;
}

type Row = [group: string, resources: string, verbs: string];

const AGENTS = 'agents.x-k8s.io';
const EXTENSIONS = 'extensions.agents.x-k8s.io';
const RBAC = 'rbac.authorization.k8s.io';

/** For every run: what it makes, follows and takes away again, and what it looks at to say why something is not ready. */
const RUN: readonly Row[] = [
  ['', 'namespaces', 'create get list watch delete'],
  ['', 'nodes', 'list'],
  ['', 'pods', 'list'],
  ['', 'events', 'list'],
  [EXTENSIONS, 'sandboxtemplates', 'create get list watch patch delete'],
  [EXTENSIONS, 'sandboxwarmpools', 'create get list watch patch delete'],
  [EXTENSIONS, 'sandboxclaims', 'create get list watch delete deletecollection'],
  [AGENTS, 'sandboxes', 'get list watch'],
  ['apiextensions.k8s.io', 'customresourcedefinitions', 'get list'],
  ['apps', 'deployments', 'get list'],
  ['node.k8s.io', 'runtimeclasses', 'get list'],
];

/** The Lease by which a run holds the cluster. Who may create it can't be told by name. */
const HOLDING: readonly [row: Row, where: Pick<Right, 'namespace' | 'name'>][] = [
  [['coordination.k8s.io', 'leases', 'create'], { namespace: HOLD.namespace }],
  [['coordination.k8s.io', 'leases', 'get patch delete'], HOLD],
];

const WORKLOAD: readonly Row[] = [['', 'pods/exec', 'get create']];
const RUNTIME_CLASS: readonly Row[] = [['node.k8s.io', 'runtimeclasses', 'create watch delete']];

/** To install agent-sandbox and to remove it. */
const INSTALL: readonly Row[] = [
  ['apiextensions.k8s.io', 'customresourcedefinitions', 'create watch delete'],
  ['apps', 'deployments', 'create watch patch delete'],
  ['', 'serviceaccounts', 'create get list watch delete'],
  ['', 'services', 'create get list watch delete'],
  [RBAC, 'clusterroles', 'create get list watch delete'],
  [RBAC, 'clusterrolebindings', 'create get list watch delete'],
  [RBAC, 'roles', 'create get list watch delete'],
  [RBAC, 'rolebindings', 'create get list watch delete'],
];

/**
 * What agent-sandbox's own roles grant its controller. Nobody may grant what he does not have himself, and to have just
 * these is less than the right to grant anything (`escalate`, `bind`).
 */
const CONTROLLER: readonly Row[] = [
  ['', 'persistentvolumeclaims pods services', 'create delete get list patch update watch'],
  [' events.k8s.io', 'events', 'create patch update'],
  ['', 'secrets', 'create'],
  [AGENTS, 'sandboxes', 'create delete get list patch update watch'],
  [AGENTS, 'sandboxes/finalizers sandboxes/status', 'get patch update'],
  ['coordination.k8s.io', 'leases', 'create delete get list patch update watch'],
  [
    EXTENSIONS,
    'sandboxclaims sandboxtemplates sandboxwarmpools',
    'create delete get list patch update watch',
  ],
  [EXTENSIONS, 'sandboxclaims/finalizers sandboxclaims/status', 'get patch update'],
  [EXTENSIONS, 'sandboxtemplates/finalizers', 'get patch update'],
  [EXTENSIONS, 'sandboxwarmpools/finalizers sandboxwarmpools/status', 'get patch update'],
  ['networking.k8s.io', 'networkpolicies', 'create delete get list patch update watch'],
];

/** The same of single objects. */
const CONTROLLER_OBJECTS: readonly [row: Row, names: readonly string[]][] = [
  [['', 'secrets', 'get patch update'], ['agent-sandbox-webhook-certs']],
  [
    ['apiextensions.k8s.io', 'customresourcedefinitions', 'patch update'],
    [
      `sandboxclaims.${EXTENSIONS}`,
      `sandboxes.${AGENTS}`,
      `sandboxtemplates.${EXTENSIONS}`,
      `sandboxwarmpools.${EXTENSIONS}`,
    ],
  ],
];

/** What decides which rights a run needs. */
export type RightsNeeded = Pick<RunSpec['agentSandbox'], 'install'> & {
  workload: boolean;
  runtimeClass: boolean;
};

/** Every right that a run needs on an existing cluster, each once. */
export function rightsNeeded({ install, workload, runtimeClass }: RightsNeeded): Right[] {
  const everywhere = [
    ...RUN,
    ...(workload ? WORKLOAD : []),
    ...(runtimeClass ? RUNTIME_CLASS : []),
    ...(install === 'own' ? [...INSTALL, ...CONTROLLER] : []),
  ];
  const rights = [
    ...everywhere.flatMap((row) => rightsOf(row)),
    ...HOLDING.flatMap(([row, where]) => rightsOf(row, where)),
    ...(install === 'own'
      ? CONTROLLER_OBJECTS.flatMap(([row, names]) => names.flatMap((name) => rightsOf(row, { name })))
      : []),
  ];
  const texts = new Set<string>();
  return rights.filter((right) => {
    const text = rightText(right);
    return !texts.has(text) && texts.add(text);
  });
}

/** `create leases.coordination.k8s.io in default`. */
export function rightText({ verb, group, resource, namespace, name }: Right): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  const which = name === undefined ? '' : ` called ${name}`;
  return `${verb} ${kind}${which}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

function rightsOf([groups, resources, verbs]: Row, where: Pick<Right, 'namespace' | 'name'> = {}): Right[] {
  return groups
    .split(' ')
    .flatMap((group) =>
      resources
        .split(' ')
        .flatMap((resource) => verbs.split(' ').map((verb) => ({ verb, group, resource, ...where }))),
    );
}
