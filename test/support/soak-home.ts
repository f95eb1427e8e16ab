import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunReport } from '../../src/report/report.ts';
import { TemporalHome } from './temporal-home.ts';

/** What a server allows of a history, a hundredth of it. Hit, it ends the run by force. */
const LIMITS = [
  'limit.historyCount.error=512',
  'limit.historyCount.warn=102',
  'limit.historyCount.suggestContinueAsNew=40',
];

/** A home for a soak, on a server whose histories must stay short. */
export class SoakHome extends TemporalHome {
  override serverArguments = LIMITS.flatMap((limit) => ['--dynamic-config-value', limit]);

  /** Events and bytes of the run's executions, the first one first. */
  async historiesOf(name: string): Promise<{ events: number; bytes: number }[]> {
    const query = `WorkflowId = '${name}'`;
    const found: { events: number; bytes: number; startedMs: number }[] = [];
    for await (const { runId, startTime } of this.client.workflow.list({ query })) {
      const { historyLength, raw } = await this.client.workflow.getHandle(name, runId).describe();
      const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0);
      found.push({ events: historyLength, bytes, startedMs: startTime.getTime() });
    }
    return found.toSorted((one, other) => one.startedMs - other.startedMs);
  }

  async reportOf(name: string): Promise<RunReport | null> {
    const path = join(this.folder, 'runs', name, 'report.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RunReport) : null;
  }

  /** The run's files, but for the claims' timelines. */
  copyRun(name: string, to: string): void {
    for (const file of ['report.md', 'report.json', 'series.jsonl']) {
      const from = join(this.folder, 'runs', name, file);
      if (existsSync(from)) cpSync(from, join(to, file));
    }
  }
}
