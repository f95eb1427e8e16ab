/** What the files of one layer may import besides their own layer. A place is a layer, or one file of it. */
export interface LayerRule {
  /** As values. Types of these are allowed as well. */
  values: readonly string[];
  /** As types alone. */
  types?: readonly string[];
  /** By `import()` alone, so that commands that don't need it start without it. */
  lazy?: readonly string[];
  packages: readonly string[];
  /** Builtin modules of Node. */
  node: 'any' | readonly string[];
}

/** Builtins that compute and touch nothing. */
const PURE = ['node:crypto', 'node:path', 'node:util'];

/**
 * The import map. Who may know whom decides what a change can break: a new row or entry here is a decision, and
 * docs/design.md shows this very table.
 */
export const IMPORT_MAP: Readonly<Record<string, LayerRule>> = {
  workflows: {
    values: ['src/domain'],
    types: ['activities', 'src/measure', 'src/report', 'src/spec'],
    packages: ['@temporalio/workflow'],
    node: [],
  },
  activities: {
    values: [
      'src/domain',
      'src/kubernetes',
      'src/load',
      'src/measure',
      'src/pkb',
      'src/planning',
      'src/providers',
      'src/report',
      'src/sandbox',
      'src/spec',
      'src/system',
      'src/toolchain',
      'src/unwind',
      'workflows/messages.ts',
    ],
    types: ['src/metrics', 'workflows'],
    packages: ['@temporalio/activity', '@temporalio/client', '@temporalio/common', '@temporalio/proto'],
    node: 'any',
  },
  'src/domain': { values: [], packages: [], node: [] },
  'src/spec': {
    values: ['src/domain'],
    packages: ['fastest-levenshtein', 'yaml', 'zod'],
    node: 'any',
  },
  'src/measure': {
    values: ['src/domain'],
    types: ['src/spec'],
    packages: ['hdr-histogram-js'],
    node: [],
  },
  'src/report': {
    values: ['src/domain', 'src/measure', 'src/spec'],
    packages: ['@observablehq/plot', 'cli-table3', 'linkedom', 'markdown-it'],
    node: PURE,
  },
  'src/pkb': {
    values: ['src/domain', 'src/spec'],
    types: ['src/measure', 'src/report'],
    packages: ['yaml'],
    node: [],
  },
  'src/compare': {
    values: ['src/domain', 'src/report', 'src/system'],
    types: ['src/measure'],
    packages: ['jstat'],
    node: 'any',
  },
  'src/kubernetes': {
    values: ['src/domain', 'src/system'],
    packages: ['@kubernetes/client-node', 'undici'],
    node: 'any',
  },
  'src/sandbox': {
    values: ['src/domain', 'src/kubernetes'],
    types: ['src/spec'],
    packages: ['yaml'],
    node: 'any',
  },
  'src/load': {
    values: ['src/domain', 'src/kubernetes', 'src/measure', 'src/sandbox', 'src/system'],
    types: ['src/spec'],
    packages: [],
    node: 'any',
  },
  'src/providers': {
    values: ['src/domain', 'src/kubernetes', 'src/system', 'src/toolchain'],
    types: ['src/spec'],
    packages: ['execa', 'get-port', 'proper-lockfile', 'yaml', 'zod'],
    node: 'any',
  },
  'src/planning': {
    values: ['src/domain', 'src/load/workload.ts'],
    types: ['src/providers', 'src/sandbox', 'src/spec'],
    packages: [],
    node: PURE,
  },
  'src/unwind': {
    values: ['src/domain', 'src/spec'],
    types: ['src/kubernetes', 'src/providers', 'src/sandbox', 'src/system'],
    packages: [],
    node: 'any',
  },
  'src/toolchain': {
    values: ['src/domain', 'src/system'],
    packages: ['execa', 'proper-lockfile', 'undici'],
    node: 'any',
  },
  'src/metrics': {
    values: ['src/domain', 'workflows/messages.ts'],
    types: ['src/measure'],
    packages: ['prom-client'],
    node: ['node:http'],
  },
  'src/faults': {
    values: ['src/domain', 'src/kubernetes', 'src/spec', 'src/system'],
    packages: ['yaml', 'zod'],
    node: 'any',
  },
  'src/system': {
    values: ['src/domain'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/envconfig',
      '@temporalio/proto',
      'get-port',
      'pino',
    ],
    node: 'any',
  },
  'src/doctor': {
    values: ['src/domain', 'src/system', 'src/toolchain'],
    packages: ['@temporalio/client', '@temporalio/proto'],
    node: 'any',
  },
  'src/cli': {
    values: [
      'src/compare',
      'src/doctor',
      'src/domain',
      'src/faults/read-faults.ts',
      'src/metrics/address.ts',
      'src/pkb',
      'src/planning',
      'src/report',
      'src/spec',
      'src/system',
      'src/toolchain',
      'src/unwind',
      'workflows/messages.ts',
    ],
    types: ['activities', 'src/measure', 'src/providers'],
    lazy: ['src/kubernetes', 'src/providers', 'src/sandbox', 'src/worker'],
    packages: ['@bomb.sh/tab', '@temporalio/client', '@temporalio/common', 'commander', 'log-update'],
    node: 'any',
  },
  'src/worker': {
    values: [
      'activities',
      'src/domain',
      'src/faults',
      'src/kubernetes',
      'src/metrics',
      'src/providers',
      'src/sandbox',
      'src/system',
      'src/toolchain',
      'src/unwind',
      'workflows/messages.ts',
    ],
    packages: ['@temporalio/client', '@temporalio/worker', 'get-port', 'pino', 'prom-client'],
    node: 'any',
  },
};

/** The map as docs/design.md shows it. */
export function importMapTable(map: Readonly<Record<string, LayerRule>> = IMPORT_MAP): string {
  const row = ([layer, rule]: [string, LayerRule]) => {
    const lazy = (rule.lazy ?? []).map((place) => `${place} (lazily)`);
    const cells = [
      layer,
      [...rule.values, ...lazy].join(', '),
      (rule.types ?? []).join(', '),
      rule.packages.join(', '),
      rule.node === 'any' ? 'any' : rule.node.join(', '),
    ];
    return `| ${cells.map((cell) => (cell === '' ? '-' : cell)).join(' | ')} |`;
  };
  return [
    '| layer | imports as values | as types alone | packages | of Node |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(map).map(row),
  ].join('\n');
}
