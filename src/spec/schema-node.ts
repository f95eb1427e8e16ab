import * as z from 'zod';
import { runSpecSchema } from './schema.ts';

/** The part of JSON Schema that the spec's own schema is written in. */
export interface SchemaNode {
  title?: string;
  description?: string;
  default?: unknown;
  type?: string;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  /** What each value of a list is. */
  items?: SchemaNode;
  /** What each value of a mapping is whose keys are the user's own; and what those keys may be. */
  additionalProperties?: SchemaNode | boolean;
  propertyNames?: SchemaNode;
  /** The options of a union that is told apart by a key such as `type`. */
  oneOf?: SchemaNode[];
  /** A value or null; or, beside `properties`, a condition that is no shape. */
  anyOf?: SchemaNode[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  maxLength?: number;
}

/** Steps from the document to a value in it. */
export type SpecPath = readonly (string | number)[];

/** The JSON Schema of a document as a user writes it: what editors read, and what messages and docs are made from. */
export function jsonSchemaOf(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input' }) as SchemaNode;
}

export const specJsonSchema: SchemaNode = jsonSchemaOf(runSpecSchema);

/** The key that tells the options of a union apart: the one that has another constant in each of them. */
export function tagOf({ oneOf }: SchemaNode): string {
  const [option] = oneOf ?? [];
  const tag = Object.entries(option?.properties ?? {}).find(
    ([, { const: constant }]) => constant !== undefined,
  );
  return tag?.[0] ?? 'type';
}

/** Keys that are known in this object; for a union, in the option that the document chose (else in any of them). */
export function propertiesOf(node: SchemaNode, chosen?: unknown): Record<string, SchemaNode> {
  if (node.oneOf === undefined) return node.properties ?? {};
  const tag = tagOf(node);
  const option = node.oneOf.filter((option) => option.properties?.[tag]?.const === chosen);
  return Object.assign({}, ...(option.length > 0 ? option : node.oneOf).map((each) => each.properties));
}

/** The schema of the value at `path`, or null where the schema knows no such place. */
export function nodeAt(path: SpecPath, input: unknown, root: SchemaNode = specJsonSchema): SchemaNode | null {
  let node = root;
  let value = input;
  for (const key of path) {
    const child: SchemaNode | undefined =
      typeof key === 'number'
        ? node.items
        : (ownProperty(propertiesOf(node, own(value, tagOf(node))), key) ?? valueOfMapping(node));
    if (child === undefined) return null;
    node = child;
    value = own(value, key);
  }
  return node;
}

/** The value at `path` of a document, own keys only; undefined where there is none. */
export function valueAt(path: SpecPath, input: unknown): unknown {
  return path.reduce<unknown>((value, key) => own(value, key), input);
}

function valueOfMapping({ additionalProperties: value }: SchemaNode): SchemaNode | undefined {
  return typeof value === 'object' ? value : undefined;
}

function ownProperty(properties: Record<string, SchemaNode>, key: string): SchemaNode | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function own(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}

/**
 * Every object and value that the schema knows, in its order. Options of a union come one after the other; what stands
 * in each value of a list has the list's own path.
 */
export function* schemaPlaces(
  node: SchemaNode = specJsonSchema,
  path: string[] = [],
): Generator<{ path: string[]; node: SchemaNode; parent: SchemaNode }> {
  const each = node.items ?? node;
  for (const option of each.oneOf ?? [each]) {
    for (const [key, child] of Object.entries(option.properties ?? {})) {
      yield { path: [...path, key], node: child, parent: option };
      yield* schemaPlaces(child, [...path, key]);
    }
  }
}
