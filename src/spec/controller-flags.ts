import * as z from 'zod';
import { count, duration } from './field-types.ts';

/** What the controller's `--help` says of a flag. */
interface ControllerFlag {
  /** The word behind the flag's name; `bool` where there is none. */
  type: 'bool' | 'int' | 'float' | 'string' | 'duration' | 'value';
  /** What it is unless set, as printed; null where nothing is. */
  default: string | null;
  /** Where a spec sets it; null where it follows from where the controller runs, and no spec may. */
  place: string | null;
}

const FLAGS_PLACE = 'agentSandbox.controller.flags';

const flag = (type: ControllerFlag['type'], byDefault: string | null, place: string | null) => ({
  type,
  default: byDefault,
  place,
});
const free = (type: ControllerFlag['type'], byDefault: string | null) => flag(type, byDefault, FLAGS_PLACE);
const named = (type: ControllerFlag['type'], byDefault: string | null, key: string) =>
  flag(type, byDefault, `agentSandbox.controller.${key}`);
const taken = (type: ControllerFlag['type'], byDefault: string | null) => flag(type, byDefault, null);

/** Every flag of the controller of agent-sandbox v0.5.6. A test holds this list against the program's own `--help`. */
export const CONTROLLER_FLAGS: Readonly<Record<string, ControllerFlag>> = {
  'api-connections': free('int', '1'),
  'cache-label-selectors': free('bool', null),
  'cluster-domain': free('string', 'cluster.local'),
  'disable-claim-events': free('bool', null),
  'disable-claim-observability-annotations': free('bool', null),
  'enable-pprof': free('bool', null),
  'enable-pprof-debug': free('bool', null),
  'enable-tracing': named('bool', null, 'enableTracing'),
  'enable-warm-pool-eviction': free('bool', 'true'),
  'enable-webhook': taken('bool', 'true'),
  extensions: taken('bool', null),
  'health-probe-bind-address': taken('string', ':8081'),
  'kube-api-burst': named('int', '10', 'kubeApiBurst'),
  'kube-api-qps': named('float', '-1', 'kubeApiQps'),
  kubeconfig: taken('string', null),
  'leader-elect': named('bool', 'true', 'leaderElect'),
  'leader-election-namespace': taken('string', null),
  'manage-webhook-certs': taken('bool', 'true'),
  'metrics-bind-address': taken('string', ':8080'),
  'pprof-block-profile-rate': free('int', '1000000'),
  'pprof-mutex-profile-fraction': free('int', '10'),
  'sandbox-claim-concurrent-workers': named('int', '50', 'claimWorkers'),
  'sandbox-concurrent-workers': named('int', '100', 'sandboxWorkers'),
  'sandbox-template-concurrent-workers': named('int', '1', 'templateWorkers'),
  'sandbox-warm-pool-concurrent-workers': named('int', '1', 'warmPoolWorkers'),
  'sandbox-warm-pool-max-batch-size': named('int', '300', 'warmPoolMaxBatchSize'),
  'sandbox-warm-pool-max-refill-rate': free('float', null),
  'sandbox-warm-pool-readiness-grace-period': free('duration', '5m0s'),
  'sandbox-warm-pool-replenish-delay': free('duration', null),
  'sandbox-warm-pool-unschedulable-recheck-interval': free('duration', '1m0s'),
  'sandbox-write-behind-window': free('duration', null),
  'separate-watch-connection': free('bool', null),
  version: taken('bool', null),
  'webhook-cert-dir': taken('string', '/tmp/k8s-webhook-server/serving-certs'),
  'webhook-cert-name': taken('string', 'tls.crt'),
  'webhook-key-name': taken('string', 'tls.key'),
  'webhook-namespace': taken('string', 'agent-sandbox-system'),
  'webhook-port': taken('int', '9443'),
  'webhook-service-name': taken('string', 'agent-sandbox-webhook-service'),
  'zap-devel': free('bool', null),
  'zap-encoder': free('value', null),
  'zap-log-level': free('value', null),
  'zap-stacktrace-level': free('value', null),
  'zap-time-encoding': free('value', null),
};

/** A flag that is left out keeps the controller's own default. */
const yesOrNo = (what: string) => z.boolean().optional().describe(what);

const domain = () =>
  z
    .string()
    .max(253)
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/)
    .meta({ title: 'a DNS name: lower-case labels joined by dots' });

/** The flags that have no key of their own, by their own names, each with the values that it really takes. */
export const controllerFlags = z.strictObject({
  'api-connections': count(1, 64)
    .optional()
    .describe('Connections to the API server beside watches; else 1.'),
  'cache-label-selectors': yesOrNo('Watch only Pods and Services that agent-sandbox has labelled.'),
  'cluster-domain': domain().optional().describe("Domain of the cluster's Services; else cluster.local."),
  'disable-claim-events': yesOrNo('Write no Events about claims.'),
  'disable-claim-observability-annotations': yesOrNo(
    'Leave the first-observed annotation of claims out, one write less for each.',
  ),
  'enable-pprof': yesOrNo('CPU profiles beside the metrics.'),
  'enable-pprof-debug': yesOrNo('All profiles beside the metrics, command line and memory among them.'),
  'enable-warm-pool-eviction': yesOrNo('Mark pods of a warm pool as safe to evict; else they are.'),
  'pprof-block-profile-rate': count(0, 2_000_000_000)
    .optional()
    .describe('Sampling of blocking events; else 1000000, 0 for none.'),
  'pprof-mutex-profile-fraction': count(0, 2_000_000_000)
    .optional()
    .describe('Sampling of contended locks; else 10, 0 for none.'),
  'sandbox-warm-pool-max-refill-rate': z
    .number()
    .min(0)
    .max(100_000)
    .optional()
    .describe('Most sandboxes a second that a pool makes to replace taken ones; else 0, no bound.'),
  'sandbox-warm-pool-readiness-grace-period': duration({ least: '1ms' })
    .optional()
    .describe("How long a pool's sandbox may be unready before it is replaced; else 5m."),
  'sandbox-warm-pool-replenish-delay': duration()
    .optional()
    .describe('How long a pool waits before it replaces taken sandboxes; else 0s.'),
  'sandbox-warm-pool-unschedulable-recheck-interval': duration({ least: '1ms' })
    .optional()
    .describe('How often a pool looks again at pods without a place; else 1m.'),
  'sandbox-write-behind-window': duration()
    .optional()
    .describe('How long writes of metadata alone are gathered; else 0s, not at all.'),
  'separate-watch-connection': yesOrNo('A connection of its own for watches.'),
  'zap-devel': yesOrNo('Log for developers: readable lines, from debug on.'),
  'zap-encoder': z.enum(['json', 'console']).optional().describe('Form of the log.'),
  'zap-log-level': z
    .union([z.enum(['debug', 'info', 'error', 'panic']), count(1, 127)])
    .optional()
    .describe('What is logged at least; a number is a finer debug level.'),
  'zap-stacktrace-level': z
    .enum(['info', 'error', 'panic'])
    .optional()
    .describe('From which level on stack traces are logged.'),
  'zap-time-encoding': z
    .enum(['epoch', 'millis', 'nano', 'iso8601', 'rfc3339', 'rfc3339nano'])
    .optional()
    .describe('Form of times in the log; else epoch.'),
});

/**
 * What to say to somebody who wrote a flag that is not among `agentSandbox.controller.flags`: where it is set instead,
 * or that no spec may. Null for what is no flag.
 */
export function flagElsewhere(key: string): string | null {
  const name = key.replace(/^--?/, '');
  const known = Object.hasOwn(CONTROLLER_FLAGS, name) ? CONTROLLER_FLAGS[name] : undefined;
  if (known === undefined) return null;
  if (known.place === null) return 'no spec sets it, for it follows from where the controller runs';
  return known.place === FLAGS_PLACE
    ? `write it ${name}, without hyphens before it`
    : `set ${known.place} instead`;
}
