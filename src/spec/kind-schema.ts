import * as z from 'zod';
import { count } from './field-types.ts';
import { labels, taints } from './kubernetes-types.ts';
import { SANDBOX_TAINT } from './node-pool-schema.ts';

/** A node image by digest, so that the same spec is the same Kubernetes. Begins with a letter or digit: no option. */
const nodeImage = () =>
  z
    .string()
    .max(500)
    .regex(/^[a-z0-9][A-Za-z0-9.:/_-]*@sha256:[0-9a-f]{64}$/)
    .meta({ title: 'an image by digest, kindest/node:v1.36.0@sha256: and 64 hex digits' });

const pool = (nodes: number, tainted: boolean, what: string) =>
  z
    .strictObject({
      nodes: count(1, 50).default(nodes).describe('How many nodes; each is a container.'),
      labels: labels().default({}).describe('Further labels of the nodes.'),
      taints: taints()
        .default(tainted ? [SANDBOX_TAINT] : [])
        .describe('Taints of the nodes; those of the pool `sandbox` are tolerated by the sandboxes.'),
    })
    .prefault({})
    .describe(what);

/** A cluster of containers on the worker's machine. */
export const kindProvider = z.strictObject({
  type: z
    .literal('kind')
    .describe("A throw-away cluster of containers on the worker's machine, made by the program kind."),
  image: nodeImage()
    .nullable()
    .default(null)
    .describe("Image of the nodes; null is the one of kind's own version, which kind names by digest."),
  pools: z
    .strictObject({
      general: pool(1, false, 'Nodes for everything that is no sandbox, besides the control plane.'),
      sandbox: pool(2, true, 'Nodes for sandboxes, tainted so that nothing else lands there.'),
    })
    .prefault({})
    .describe('The node pools.'),
});
