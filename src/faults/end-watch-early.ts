import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { durationMs } from '../domain/durations.ts';
import { createLineCutter } from '../kubernetes/json-lines.ts';
import type { Exchange, WatchEnding } from './exchange.ts';

/** What an API server sends in a watch from a version that etcd has compacted away. */
const GONE = `${JSON.stringify({
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'too old resource version (by a faults file)',
    reason: 'Expired',
    code: 410,
  },
})}\n`;

/** Passes a watch on until its time has come and then ends it. One that ends by itself before is left as it is. */
export async function endWatchEarly(
  watch: IncomingMessage,
  response: ServerResponse,
  exchange: Pick<Exchange, 'reset' | 'closed'>,
  { fault, happened }: WatchEnding,
): Promise<void> {
  const abruptly = fault.type === 'endWatch' && fault.abruptly;
  const passed = abruptly ? { stream: watch, end: () => exchange.reset() } : wholeLines(watch);
  const timer = setTimeout(() => {
    happened();
    passed.end(fault.type === 'watchGone' ? GONE : '');
  }, durationMs(fault.after));
  watch.once('close', () => clearTimeout(timer));
  await pipeline(passed.stream, response);
}

/** The watch's whole lines alone: nothing of ours may stand in the middle of an event. */
function wholeLines(watch: IncomingMessage): { stream: Transform; end(last: string): void } {
  const cut = createLineCutter();
  const lines = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const line of cut(chunk)) this.push(`${line}\n`);
      done();
    },
  });
  watch.once('error', (error) => lines.destroy(error));
  watch.pipe(lines);
  return {
    stream: lines,
    end(last) {
      watch.unpipe(lines);
      lines.push(last);
      lines.push(null); // not end(): an event of which only half has come is left out
    },
  };
}
