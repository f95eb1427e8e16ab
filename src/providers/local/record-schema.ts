import * as z from 'zod';
import { OWNER_PATTERN } from '../../domain/names.ts';
import { PROGRAMS } from '../../toolchain/programs.ts';
import { homeSchema } from '../cluster-home.ts';
import { PORT_NAMES } from './cluster-ports.ts';
import type { ClusterRecord } from './cluster-record.ts';

const processIdentity = z.looseObject({
  pid: z.int().positive(),
  startedAtTicks: z.string().nullable(),
});

const program = z.looseObject({
  name: z.enum(PROGRAMS),
  version: z.string(),
  origin: z.enum(['explicit', 'path', 'cache', 'download', 'build']),
  path: z.string(),
});

/**
 * What has to stand in a cluster's file before anybody acts on it: a power cut or an editor may have had it. Loose, so
 * that what another release of the same format has added is kept when the file is written again.
 */
export const recordSchema: z.ZodType<ClusterRecord> = z.looseObject({
  version: z.literal(1),
  handle: z.looseObject({ provider: z.literal('local'), name: z.string(), location: z.string() }),
  owner: z.string().regex(OWNER_PATTERN),
  runName: z.string().min(1),
  labels: z.record(z.string(), z.string()),
  leaseUntilSeconds: z.int().positive(),
  home: homeSchema,
  ports: z.record(z.enum(PORT_NAMES), z.int().min(1).max(65_535)),
  programs: z.record(z.string(), program),
  workload: z.looseObject({ namespace: z.string(), command: z.array(z.string()) }).nullable(),
  made: z.boolean(),
  processes: z.record(z.string(), processIdentity),
  controller: z
    .looseObject({
      command: z.array(z.string()),
      env: z.record(z.string(), z.string()).optional(),
      metricsUrl: z.string(),
      process: processIdentity,
    })
    .nullable(),
});
