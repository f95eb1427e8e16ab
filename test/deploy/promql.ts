import { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** One selector of a query: a metric, and what its labels have to be. */
export interface Selector {
  metric: string;
  /** Equalities alone; our queries have no others. */
  labels: Record<string, string>;
  /** It is asked for by `absent()`: that nothing is found is what is asked. */
  absent: boolean;
}

/** Every selector of a PromQL query. Throws where it doesn't parse. */
export function selectorsOf(query: string): Selector[] {
  // Grafana's own variables stand for durations.
  const text = query.replaceAll(/\$__(rate_interval|interval|range)/g, '5m');
  const found: Selector[] = [];
  parser.parse(text).iterate({
    enter({ node, type, from, to }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (type.name !== 'VectorSelector') return;
      const textOf = (of: SyntaxNode | null | undefined): string => (of ? text.slice(of.from, of.to) : '');
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const labels = matchers.map((matcher): [string, string] => {
        if (textOf(matcher.getChild('MatchOp')) !== '=')
          throw new Error(`no equality: ${text.slice(from, to)}`);
        return [
          textOf(matcher.getChild('LabelName')),
          JSON.parse(textOf(matcher.getChild('StringLiteral'))) as string,
        ];
      });
      const call = node.parent?.parent;
      found.push({
        metric: textOf(node.getChild('Identifier')),
        labels: Object.fromEntries(labels),
        absent: call?.name === 'FunctionCall' && call.firstChild?.firstChild?.name === 'Absent',
      });
    },
  });
  if (found.length === 0) throw new Error(`nothing is asked for: ${text}`);
  return found;
}
