import { Document, isPair, isScalar, visit } from 'yaml';
import { printable } from '../spec/quote.ts';
import type { Imported } from './import-config.ts';

/** The spec as YAML, with the name that each value had beside it, and what was left behind above it. */
export function importedYaml(
  { spec, origins, left }: Imported,
  source: string,
  schema: string | null,
): string {
  const document = new Document(spec);
  visit(document, {
    Pair(_, pair, ancestors) {
      const keys = [...ancestors.flatMap((node) => (isPair(node) ? [node.key] : [])), pair.key];
      const origin = origins.get(keys.map((key) => (isScalar(key) ? String(key.value) : '')).join('.'));
      if (origin === undefined || !isScalar(pair.key)) return;
      if (isScalar(pair.value)) pair.value.comment = ` ${printable(origin)}`;
      else pair.key.commentBefore = ` ${printable(origin)}`;
    },
  });
  const head = [
    ...(schema === null ? [] : [`# yaml-language-server: $schema=${schema}`]),
    `# Made from ${printable(source)}, a config of PerfKitBenchmarker, whose names stand beside the values.`,
    ...(left.length === 0 ? [] : ['# Left behind:', ...left.map((line) => `# - ${printable(line)}`)]),
  ];
  return `${head.join('\n')}\n${document.toString({ lineWidth: 0 })}`;
}
