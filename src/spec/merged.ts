/** A document with parts of it set anew: mappings are gone into, anything else is replaced. */
export function merged(base: unknown, changes: unknown): unknown {
  if (!isObject(base) || !isObject(changes)) return changes;
  const changed = Object.entries(changes).map(([key, value]) => [
    key,
    merged(Object.hasOwn(base, key) ? base[key] : undefined, value),
  ]);
  return Object.fromEntries([...Object.entries(base), ...changed]);
}

/** Whether it is a mapping, as JSON has them. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
