import { appendFile, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../system/replace-file.ts';

/** One line of the file: everything that is told of a window. */
export interface SeriesLine {
  window: number;
  [about: string]: unknown;
}

export function seriesPath(folder: string): string {
  return join(folder, 'series.jsonl');
}

/**
 * Adds a window's line: JSON, one a window, in their order. Done twice, it has the effect of once; a window that is done
 * anew replaces its line and what stood after it. The first one puts away what an earlier load left.
 */
export async function appendSeries(folder: string, line: SeriesLine, atMs: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = seriesPath(folder);
  const text = `${JSON.stringify(line)}\n`;
  const known = await linesIn(path);
  const kept = known.filter(({ window }) => window < line.window);
  if (line.window === 0 && known.length > 0) {
    await rename(path, path.replace(/\.jsonl$/, `.before-${Math.round(atMs)}.jsonl`));
  }
  if (kept.length === known.length) await appendFile(path, text);
  else await replaceFile(path, kept.map((each) => `${each.text}\n`).join('') + text);
}

async function linesIn(path: string): Promise<{ window: number; text: string }[]> {
  const whole = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return whole.split('\n').flatMap((text) => {
    const window = Number(/^\{"window":(\d+)/.exec(text)?.[1] ?? Number.NaN);
    // A line that was cut off with its writer is left out when the file is written anew.
    return Number.isNaN(window) || !text.endsWith('}') ? [] : [{ window, text }];
  });
}
