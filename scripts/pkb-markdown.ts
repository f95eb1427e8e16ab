import { PKB_NAMES } from '../src/pkb/names.ts';

/** docs/pkb.md: PerfKitBenchmarker's names and ours, from the very table that `sandtide import-pkb` reads by. */
export function pkbMarkdown(): string {
  const rows = PKB_NAMES.map(({ key, flags, place, note }) =>
    row([
      key === null ? '' : `\`${key}\``,
      flags.map((flag) => `\`--${flag}\``).join(', '),
      place === null ? 'none' : `\`${place}\``,
      note ?? '',
    ]),
  );
  return [INTRODUCTION, [row(HEAD), row(HEAD.map(() => '---')), ...rows].join('\n'), SAMPLES].join('\n\n');
}

const HEAD = ['in its config', 'flags', 'in a spec', 'what differs'];

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const INTRODUCTION = `<!-- Made from src/pkb/names.ts by scripts/generate-spec-docs.ts; change that, not this page. -->

# From PerfKitBenchmarker

\`sandtide import-pkb FILE\` turns a config of PerfKitBenchmarker's agent_sandbox benchmark into a spec; flags come after
two hyphens (\`sandtide import-pkb FILE -- --agent_sandbox_qps=20\`), and count over the config. Each value has its old name
beside it, what has no counterpart is named at the top, and what is wrong is told at once, with line and column. Settings
that PerfKitBenchmarker has defaults for and a spec has others (rate, duration, runtime class, size of the warm pool) are
written out with its defaults.

\`CLOUD\` is the config's cloud, \`POOL\` its \`agent_sandbox.sandbox_nodepool\`.`;

const SAMPLES = `## Samples

Beside \`report.json\` each run writes \`pkb-samples.jsonl\` and \`pkb-samples.csv\`, and \`sandtide report RUN --output pkb\`
shows the former: PerfKitBenchmarker's names, units and metadata keys, counted from the send, percentiles by linear
interpolation between the claims' own latencies. What differs:

- What was not measured is left out. PerfKitBenchmarker has 0 there.
- A claim whose exec failed is an error. PerfKitBenchmarker counts it as a success.
- The send is when the create was sent, not when a thread took the claim up. How late it was, and every latency from the
  moment that the claim was due, stand in \`report.json\`.
- Where the claims' timelines are on other machines, or there are more than five million, latencies come from the
  report's histograms, which keep three digits; the metadata then have \`sandtide_latencies_from\`.`;
