import type { SchemaNode } from './schema-node.ts';
import { propertiesOf } from './schema-node.ts';

/** What a value may be, in words: for messages and docs. */
export function allowedWords(node: SchemaNode): string {
  if (node.title !== undefined) return node.title;
  const choices = choicesOf(node);
  if (choices !== null) return choices.join(' or ');
  if (node.properties !== undefined || node.oneOf !== undefined) {
    return `a mapping with the keys ${Object.keys(propertiesOf(node)).join(', ')}`;
  }
  if (node.anyOf !== undefined) {
    return node.anyOf.map((option) => (option.type === 'null' ? 'null' : allowedWords(option))).join('; or ');
  }
  switch (node.type) {
    case 'integer':
      return `a whole number${range(node)}`;
    case 'number':
      return `a number${range(node)}`;
    case 'string':
      return `text${node.maxLength === undefined ? '' : ` of ${node.maxLength} characters at most`}`;
    case 'array':
      return 'a list';
    case undefined:
    default:
      return `a ${node.type ?? 'value'}`;
  }
}

/** The listed values of an enum, a constant or a union's `type`; null where values aren't listed. */
export function choicesOf(node: SchemaNode): string[] | null {
  if (node.const !== undefined) return [constantText(node.const)];
  return node.enum === undefined ? null : node.enum.map(constantText);
}

const constantText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function range({ minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  const to = maximum === undefined ? '' : ` to ${maximum}`;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}${to === '' ? '' : `, up${to}`}`;
  if (minimum === undefined) return maximum === undefined ? '' : ` of ${maximum} at most`;
  return to === '' ? ` of ${minimum} or more` : ` from ${minimum}${to}`;
}
