import type { LoadOrders } from '../src/domain/load-orders.ts';
import { changesFrom } from '../src/domain/load-orders.ts';
import type { ListenForChanges, TellChanges } from '../src/load/load-changes.ts';
import { loadOrdersQuery } from '../workflows/messages.ts';
import { temporalCall } from './temporal-call.ts';
import { Context } from '@temporalio/activity';

/** How often the run is asked. What operators change counts only after several times that. */
const EVERY_MS = 1_000;
const ASK_MS = 5_000;

/** How a window hears from its run. */
export interface OrderedWindow {
  listen: ListenForChanges;
  /** The window's timeline stands: only now offsets can be counted from it. */
  started(startedAtMs: number): void;
}

/**
 * Asks the run for a window's orders again and again, by a query, which adds nothing to the history. Orders that can't be
 * had leave those that stand.
 */
export function followOrders(
  first: LoadOrders,
  windowIndex: number,
  startsAtMs: number | null,
  ask: (windowIndex: number) => Promise<LoadOrders> = askRun,
): OrderedWindow {
  let startedAtMs = startsAtMs;
  let newest = first;
  let told = JSON.stringify(first);
  let teller: TellChanges | null = null;
  const tell = () => {
    if (startedAtMs === null || teller === null) return;
    const untilMs = newest.untilMs === null ? null : newest.startedAtMs + newest.untilMs - startedAtMs;
    teller(changesFrom(startedAtMs, newest), untilMs);
  };
  const hear = async () => {
    const orders = await ask(windowIndex).catch(() => newest);
    const text = JSON.stringify(orders);
    if (text === told) return;
    [newest, told] = [orders, text];
    tell();
  };
  return {
    listen: async (to) => {
      teller = to;
      await hear();
      tell();
      let asking = false;
      const timer = setInterval(() => {
        if (asking) return;
        asking = true;
        void hear().finally(() => (asking = false));
      }, EVERY_MS);
      return () => clearInterval(timer);
    },
    started: (atMs) => {
      if (startedAtMs !== null) return;
      startedAtMs = atMs;
      tell();
    },
  };
}

function askRun(window: number): Promise<LoadOrders> {
  const { workflowId = '', runId } = Context.current().info.workflowExecution ?? {};
  return temporalCall(ASK_MS, (client) =>
    client.workflow.getHandle(workflowId, runId).query(loadOrdersQuery, { window }),
  );
}
