import fc from 'fast-check';
import { anythingAtAll, nearlySpecs, validSpecs } from '../spec/spec-samples.ts';

/** What programs, shells, file systems, YAML or terminals take for something else than a name. */
export const HOSTILE_TEXTS = [
  ...[
    '--help',
    '-n',
    '-',
    '--',
    '--kubeconfig=/etc/passwd',
    '@/etc/passwd',
    'file:///etc/passwd',
    '%2e%2e%2f',
  ],
  ...['/etc/passwd', '../../..', '..', '.', '/', '~', 'a/b', 'CON', '__proto__', 'constructor', ' ', ''],
  ...[
    '$(id)',
    '`id`',
    ';ls',
    '| sh',
    '&& ls',
    '{{.}}',
    '${HOME}',
    "'",
    '"',
    '\\',
    '*',
    'a\nb',
    'a\r\nb',
    '\t',
  ],
  ...['\u0000', '\u001b[2J', '\u202e', '\ud800', 'ü', '名', '😀', 'x-', '-x-', 'UPPER', '0', 'null', 'true'],
  ...[
    '!!js/function "x"',
    '&a [*a]',
    '*a',
    '<<: *a',
    '? {}: ',
    '--- !!binary |',
    '%YAML 1.2',
    '{"a":',
    '-guard',
  ],
  ...[
    'nightly-guard',
    'a'.repeat(63),
    `${'a'.repeat(62)}-b`,
    'a'.repeat(5_000),
    '😀'.repeat(225),
    '-'.repeat(99),
  ],
];

/** Workflow ids as anybody may choose them. */
export const hostileIds: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

/** Lists of lists of lists, each the same: some bytes in memory, millions of values when written out. */
function bomb(levels: number): unknown {
  let value: unknown = 'lol';
  for (let level = 0; level < levels; level += 1) value = Array(9).fill(value);
  return value;
}

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level += 1) value = { load: value };
  return value;
}

const bombs = fc.constantFrom<unknown>(
  ...[bomb(9), { load: bomb(7) }, { load: { qps: bomb(6) } }, nested(100_000), { load: nested(5_000) }],
  ...[Array(1_000_000).fill(0), { description: 'x'.repeat(1_000_000) }, { ['k'.repeat(1_000_000)]: 1 }],
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`--key-${index}`, index])),
);

/** A right spec but for one text, which is hostile; now and then it may stand there. */
const oneHostileText = fc
  .tuple(
    validSpecs,
    fc.constantFrom(
      ...[
        'description',
        'provider.type',
        'agentSandbox.type',
        'agentSandbox.version',
        'agentSandbox.namespace',
      ],
      ...[
        'agentSandbox.controller.image',
        'agentSandbox.controller.cpuRequest',
        'agentSandbox.template.image',
      ],
      ...['agentSandbox.controller.kubeApiQps', 'agentSandbox.template.runtimeClass', 'report.folder'],
      ...['agentSandbox.template.memoryRequest', 'load.workloadDuration', 'limits.lease', 'onFailure.hold'],
    ),
    fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary' })),
  )
  .map(([spec, path, text]) => withValue(spec as Record<string, unknown>, path.split('.'), text));

/** Specs as anybody may send them to the workflow. */
export const hostileSpecs: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 40, arbitrary: oneHostileText },
  { weight: 40, arbitrary: nearlySpecs },
  { weight: 15, arbitrary: validSpecs },
  { weight: 4, arbitrary: anythingAtAll },
  { weight: 1, arbitrary: bombs },
);

function withValue(spec: Record<string, unknown>, path: string[], value: unknown): Record<string, unknown> {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return { ...spec, [key]: value };
  const inner = (spec[key] ?? (key === 'provider' ? { type: 'local' } : {})) as Record<string, unknown>;
  return { ...spec, [key]: withValue(inner, rest, value) };
}
