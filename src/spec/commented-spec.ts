import { Document, isPair, isScalar, visit } from 'yaml';
import { nodeAt, specJsonSchema } from './schema-node.ts';
import { resolveSpec } from './resolve.ts';

/** What somebody who has no spec yet begins with. */
const FIRST_LOAD = { qps: 5, duration: '30s' };
/** What a provider can't do without, to be replaced by the user's own. */
const NEEDED: Record<string, Record<string, string>> = { existing: { context: 'my-cluster' } };
/** What has to be said; everything else is shown as what it is when left out. */
const SAID = ['provider', 'load'];
/** Longer words stand above their key, not beside its value. */
const MOST_BESIDE = 70;

/**
 * A spec to begin with: a small load on the given provider, and below it, commented out, every other setting with its
 * default and what it means. Taking the signs off a line changes nothing, until its value is changed. `schema` is the
 * JSON Schema's place for editors, null for none.
 */
export function commentedSpec(providerType: string, schema: string | null): string {
  const asked = { provider: { type: providerType, ...NEEDED[providerType] }, load: FIRST_LOAD };
  const resolved = resolveSpec(asked);
  const { total: _, ...load } = resolved.load; // it follows from the other two
  const ordered = Object.entries({ ...resolved, load }).sort(([a], [b]) => rank(a) - rank(b));
  const sections = ordered.map(([key, value]) => section(key, value, asked));
  const head = [
    ...(schema === null ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '# A spec of sandtide. `sandtide plan` shows what it would do, `sandtide run` does it.',
    '# What is commented out is what holds when it is left out.',
  ];
  return `${[head.join('\n'), ...sections].join('\n\n')}\n`;
}

const rank = (key: string) => (SAID.includes(key) ? SAID.indexOf(key) : SAID.length);

/** One top-level key as YAML with the schema's words at each line; commented out unless it has to be said. */
function section(key: string, value: unknown, asked: Record<string, unknown>): string {
  const document = new Document({ [key]: value });
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key)) return;
      const path = [...ancestors.flatMap((node) => (isPair(node) ? [keyOf(node.key)] : [])), keyOf(pair.key)];
      const words = nodeAt(path, { ...asked, [key]: value }, specJsonSchema)?.description;
      if (words === undefined) return;
      if (isScalar(pair.value) && words.length <= MOST_BESIDE) pair.value.comment = ` ${words}`;
      else pair.key.commentBefore = ` ${words}`;
    },
  });
  const lines = document.toString({ lineWidth: 0, commentString: withSign }).trimEnd().split('\n');
  return lines.map((line) => (SAID.includes(key) || line.startsWith('#') ? line : `# ${line}`)).join('\n');
}

const withSign = (comment: string) => comment.replace(/^(?!$)/gm, '#');

const keyOf = (key: unknown) => (isScalar(key) ? String(key.value) : String(key));
