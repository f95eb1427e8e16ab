import { allowedWords } from '../src/spec/allowed.ts';
import { THRESHOLD_LATENCIES, THRESHOLD_SPLITS, THRESHOLD_STATS } from '../src/domain/threshold.ts';
import type { SchemaNode } from '../src/spec/schema-node.ts';
import { specJsonSchema, tagOf } from '../src/spec/schema-node.ts';

/** One object of the spec, as a section of the page. */
interface Section {
  /** `load`; empty for the document itself. */
  place: string;
  title: string;
  /** The option of a union that all of this is within; in another one the same place may hold something else. */
  within: SchemaNode | undefined;
  node: SchemaNode;
  required: readonly string[];
}

/** docs/spec.md: each object of the schema as a table of its keys, so that page, messages and checks can't differ. */
export function specMarkdown(smokeYaml: string): string {
  const top = {
    place: '',
    title: 'The document',
    within: undefined,
    node: specJsonSchema,
    required: specJsonSchema.required ?? [],
  };
  return [
    '<!-- Made from src/spec/schema.ts by scripts/generate-spec-docs.ts; change the schema, not this page. -->',
    '# The spec',
    INTRODUCTION,
    '```yaml',
    smokeYaml.trim(),
    '```',
    ACROSS,
    ...[top, ...sectionsOf(specJsonSchema, '')].map(sectionMarkdown),
    THRESHOLDS,
  ].join('\n\n');
}

const INTRODUCTION = `One YAML or JSON document says what a run does. Only \`load\` is needed; everything else has a default. Unknown keys,
keys that stand twice, and values out of their bounds are refused, all of them at once and before anything is created.

Durations are written like \`250ms\`, \`90s\`, \`1h30m\` or \`2d\`. YAML is 1.2 without custom tags and merge keys. An
editor that knows JSON Schema checks a spec while it is typed, where its first line names the schema, as here
(\`examples/smoke.yaml\`):`;

const ACROSS = `## Rules across several values

- \`load\`: any two of \`qps\`, \`duration\` and \`total\` give the third. All three may be given if they agree. Arrivals of
  shape \`bursts\`, \`ramp\` or \`steps\` have a rate of their own: one of \`duration\` and \`total\` is enough. A \`closedLoop\`
  needs \`duration\`, has no \`qps\`, and its \`total\` is the most that it sends.
- \`load.phases\` have all this each for itself; the figures of the whole load follow from them.
- \`load.workloadDuration\` and \`load.workloadCommand\` are two ways to work: give one.
- \`limits.lease\` has to cover all that the run may take by its own bounds: the first fill of the warm pool, the load, the
  last claim's \`readyTimeout\`, work and \`dwell\`, and the teardown.
- \`limits.leaseCap\` is at least the lease plus \`keep\`.
- \`local\`: the warm pool, and all claims that are at work at once, fit on the nodes of \`provider.pools.sandbox\`.`;

const words = (list: readonly string[]) => list.map((word) => `\`${word}\``).join(', ');

const THRESHOLDS = `## Thresholds

Each one names a figure, \`<=\` or \`>=\`, and a limit. A figure that was not measured misses its threshold: no data is
never good news. The report lists all of them with what was measured; a run that misses one has the outcome
\`thresholds-missed\` and exit code 4.

\`\`\`yaml
thresholds:
  - warm dueToReady p99 <= 500ms
  - cold dueToReady p99 <= 5s
  - failedFraction <= 1%
  - warmFraction >= 95%
  - lateness p99 <= 10ms
\`\`\`

| figure | what | limit |
| --- | --- | --- |
| \`warm dueToReady p99\` | a latency: ${words(THRESHOLD_SPLITS)}, then ${words(THRESHOLD_LATENCIES)}, then ${words(THRESHOLD_STATS)} | a duration |
| \`lateness p99\` | how long after they fell due claims were sent | a duration |
| \`warm drift p99\` | how much \`dueToReady\` grew from the first quarter of the windows to the last; four windows are the least | a percentage |
| \`failedFraction\` | claims that failed or timed out, of those that fell due | a percentage |
| \`warmFraction\` | claims that were served from the warm pool, of those that became ready | a percentage |
| \`keptRate\` | the rate at which claims were sent, of the one that was asked | a percentage |
| \`readyRate\` | claims that became ready, from the first send to the last of them | claims a second, such as \`18/s\` |`;

function sectionsOf(node: SchemaNode, path: string, within?: SchemaNode): Section[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const place = placeOf(path, key);
    if (child.oneOf !== undefined) {
      return child.oneOf.flatMap((option) => {
        const title = titleOf(place, option);
        return [
          { place, title, within: option, node: option, required: option.required ?? [] },
          ...sectionsOf(option, place, option),
        ];
      });
    }
    const each = child.items ?? child;
    if (each.properties === undefined) return [];
    const whole = titleOf(place, within);
    const title = child.items === undefined ? whole : `${whole}, each of the list`;
    const section = { place, title, within, node: each, required: each.required ?? [] };
    return [section, ...sectionsOf(each, place, within)];
  });
}

function sectionMarkdown({ place, title, within, node, required }: Section): string {
  const rows = Object.entries(node.properties ?? {}).map(([key, child]) =>
    row([
      `\`${key}\``,
      what(child),
      allowed(placeOf(place, key), child, within),
      defaultOf(child, required.includes(key)),
    ]),
  );
  const description = node.description === undefined ? [] : [node.description];
  return [
    `## ${title}`,
    ...description,
    [row(['key', 'what', 'allowed', 'default']), row(['---', '---', '---', '---']), ...rows].join('\n'),
  ].join('\n\n');
}

const placeOf = (place: string, key: string) => (place === '' ? key : `${place}.${key}`);

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;

function what(node: SchemaNode): string {
  return node.description ?? '';
}

function allowed(place: string, node: SchemaNode, within?: SchemaNode): string {
  if (node.properties !== undefined || node.oneOf !== undefined) return linksOf(place, node, within);
  // Said once at the top of the page.
  return allowedWords(node).replace(', written like 250ms, 90s or 1h30m', '');
}

/** `[a mapping](#loadphases)`, or one link for each option of a union. */
function linksOf(place: string, node: SchemaNode, within?: SchemaNode): string {
  if (node.oneOf === undefined) return `[a mapping](#${anchor(titleOf(place, within))})`;
  const links = node.oneOf.map((option) => {
    const [tag, choice] = choiceOf(option);
    return `[\`${tag}: ${choice}\`](#${anchor(titleOf(place, option))})`;
  });
  return `a mapping of ${links.join(' or ')}`;
}

/** What chooses this option of a union: `type` and `local`. */
function choiceOf(option: SchemaNode): [tag: string, choice: string] {
  const tag = tagOf({ oneOf: [option] });
  return [tag, allowedWords(option.properties?.[tag] ?? {})];
}

function titleOf(place: string, option?: SchemaNode): string {
  if (option === undefined) return `\`${place}\``;
  const [tag, choice] = choiceOf(option);
  return `\`${place}\` of ${tag} \`${choice}\``;
}

/** What Markdown renderers make of a heading. */
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

function defaultOf(node: SchemaNode, required: boolean): string {
  if (required) return 'needed';
  if (node.properties !== undefined || node.oneOf !== undefined) return 'its own defaults';
  return node.default === undefined ? 'none' : `\`${textOf(node.default)}\``;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
