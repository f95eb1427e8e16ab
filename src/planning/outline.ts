import { durationMs } from '../domain/durations.ts';
import type { Plan } from '../domain/plan.ts';
import { unwindOrder } from '../domain/plan.ts';
import type { Stage } from '../domain/stages.ts';
import type { RunSpec } from '../spec/schema.ts';
import { nodesOf } from './plan-run.ts';

/** What a run would do and what it would cost, told before anything exists. JSON-safe. */
export interface RunOutline {
  runName: string;
  provider: string;
  /** Names of what would be made. `OWNER_UNKNOWN` stands for a hash that only a started run has. */
  names: {
    cluster: string;
    systemNamespace: string;
    workloadNamespace: string;
    template: string;
    warmPool: string;
  };
  steps: { stage: Stage; does: string; takesBack: string; goesWith: string | null }[];
  /** Titles of the undos, in the order of the unwind; those alone that do something by themselves. */
  unwind: string[];
  cost: NodeCost;
  /** Every default filled in. */
  spec: RunSpec;
}

/** What nodes are held for how long; a cloud's bill is this times a price. */
export interface NodeCost {
  nodes: Record<string, number>;
  /** The load alone: creating, filling and teardown come on top. */
  leastSeconds: number;
  /** The lease: the guard ends the run then, unless an operator extends it up to `capSeconds`. */
  mostSeconds: number;
  capSeconds: number;
  leastNodeHours: number;
  mostNodeHours: number;
}

/** An owner of the right shape that no run has; in print it reads `OWNER_UNKNOWN`. */
export const NO_OWNER = '0000000000';
const OWNER_UNKNOWN = '<owner>';

/** The outline of a plan that was made for `NO_OWNER`. */
export function outlineOf(plan: Plan, spec: RunSpec): RunOutline {
  const { cluster, sandbox, steps } = plan;
  const { systemNamespace, workloadNamespace, template, warmPool } = sandbox;
  const outline: RunOutline = {
    runName: plan.runName,
    provider: cluster.provider,
    names: { cluster: cluster.name, systemNamespace, workloadNamespace, template, warmPool },
    steps: steps.map(({ stage, title, undoTitle, absorbedBy }) => ({
      stage,
      does: title,
      takesBack: undoTitle,
      goesWith: absorbedBy,
    })),
    unwind: unwindOrder(plan).flatMap(({ undoTitle, absorbedBy }) =>
      absorbedBy === null ? [undoTitle] : [],
    ),
    cost: costOf(spec),
    spec,
  };
  return JSON.parse(JSON.stringify(outline).replaceAll(NO_OWNER, OWNER_UNKNOWN)) as RunOutline;
}

function costOf(spec: RunSpec): NodeCost {
  const nodes = nodesOf(spec);
  const count = Object.values(nodes).reduce((sum, amount) => sum + amount, 0);
  const seconds = (duration: string) => durationMs(duration) / 1000;
  const leastSeconds = seconds(spec.load.duration);
  const mostSeconds = seconds(spec.limits.lease);
  const hours = (time: number) => Number(((count * time) / 3600).toPrecision(3));
  return {
    nodes,
    leastSeconds,
    mostSeconds,
    capSeconds: seconds(spec.limits.leaseCap),
    leastNodeHours: hours(leastSeconds),
    mostNodeHours: hours(mostSeconds),
  };
}
