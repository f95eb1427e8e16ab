import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** What runs can be found by in Temporal. */
export const SEARCH_ATTRIBUTES = {
  SandtideStage: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  /** `running`, `held` or `unwinding`. */
  SandtideState: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  /** Set while something needs a person's eye. */
  SandtideAlarm: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SandtideProvider: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SandtideOutcome: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SandtideLeaseEnd: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
} as const;

/**
 * Registers what is missing and answers with those that the server really knows with the right type: a server may
 * refuse, and an upsert of an unknown attribute wedges a workflow for ever.
 */
export async function registerSearchAttributes(client: Client, namespace: string): Promise<string[]> {
  const operator = client.connection.operatorService;
  const known = async () => (await operator.listSearchAttributes({ namespace })).customAttributes ?? {};
  try {
    const before = await known();
    const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => before[name] === undefined);
    if (missing.length > 0) {
      // Two workers may start at once; the one that comes second is told that they exist, which is what it wanted.
      await operator
        .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) })
        .catch(() => undefined);
    }
    const now = await known();
    return Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => (now[name] === type ? [name] : []));
  } catch {
    return []; // no right to the operator service: runs do without
  }
}
