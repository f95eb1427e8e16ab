import * as z from 'zod';
import { count } from './field-types.ts';
import { labels, taints } from './kubernetes-types.ts';

/** What GKE puts on the nodes of a sandbox pool, and sandboxes tolerate. */
export const SANDBOX_TAINT = { key: 'sandbox.gke.io/runtime', value: 'runsc', effect: 'NoSchedule' } as const;

/** One pool of nodes, with its defaults. */
export const nodePool = (
  { nodes, maxPods, tainted }: { nodes: number; maxPods: number; tainted: boolean },
  what: string,
) =>
  z
    .strictObject({
      nodes: count(1, 500).default(nodes).describe('How many fake nodes.'),
      maxPods: count(1, 1000).default(maxPods).describe('Most pods on each node.'),
      machineType: z
        .string()
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/)
        .nullable()
        .default(null)
        .meta({ title: 'the name of a machine type such as c4-standard-16' })
        .describe('What the nodes call their machine type; fake ones are no faster for it.'),
      labels: labels().default({}).describe('Further labels of the nodes.'),
      taints: taints()
        .default(tainted ? [SANDBOX_TAINT] : [])
        .describe('Taints of the nodes; those of the pool `sandbox` are tolerated by the sandboxes.'),
    })
    .prefault({})
    .describe(what);

export type NodePoolSpec = z.output<ReturnType<typeof nodePool>>;
