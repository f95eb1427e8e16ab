/** One poller of a task queue, as Temporal sees it. */
export interface Poller {
  identity: string;
  /** Epoch milliseconds. */
  lastAccessMs: number;
}

/** What a worker polls. */
export interface PolledQueue {
  name: string;
  kind: 'workflow' | 'activity';
}

/** What a worker can say of its own polling. */
export interface Polling {
  identity: string;
  queues: readonly PolledQueue[];
  /** The state of each of the SDK's workers; anything but `RUNNING` polls nothing. */
  states(): readonly string[];
  /** Who polls that queue. Throws where Temporal can't be asked. */
  pollers(queue: PolledQueue): Promise<Poller[]>;
  nowMs(): number;
}

/** A poll is held for a minute; a poller that has not been back for three of them is gone. */
const SILENT_MS = 180_000;

/** Why the worker can't do any work at the moment, in a sentence; null where it can: Temporal has seen it poll. */
export async function healthProblem(polling: Polling): Promise<string | null> {
  const { identity, queues } = polling;
  const idle = polling.states().find((state) => state !== 'RUNNING');
  if (idle !== undefined) return `the worker is ${idle.toLowerCase()}`;
  try {
    for (const queue of queues) {
      const own = (await polling.pollers(queue)).filter((poller) => poller.identity === identity);
      const lastMs = Math.max(-Infinity, ...own.map(({ lastAccessMs }) => lastAccessMs));
      if (polling.nowMs() - lastMs > SILENT_MS)
        return `Temporal has not seen this worker poll ${queue.name} for ${queue.kind} tasks of late`;
    }
    return null;
  } catch (error) {
    return `Temporal can't be asked: ${error instanceof Error ? error.message : String(error)}`;
  }
}
