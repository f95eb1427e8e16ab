import { parseThreshold, THRESHOLD_LENGTH } from '../domain/threshold.ts';
import type { FoundProblem } from './field-problems.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';
import type { SpecPath } from './schema-node.ts';
import { valueAt } from './schema-node.ts';
import { MOST_THRESHOLDS } from './threshold-fields.ts';

/** What is wrong with the thresholds that a document lists at `path`; what is no text at all the schema tells. */
export function thresholdProblems(path: SpecPath, document: unknown): FoundProblem[] {
  const listed = valueAt(path, document);
  if (!Array.isArray(listed)) return [];
  return listed.slice(0, MOST_THRESHOLDS).flatMap((text: unknown, index) => {
    if (typeof text !== 'string' || text.length > THRESHOLD_LENGTH) return [];
    const found = parseThreshold(text);
    if (!('wanted' in found)) return [];
    const { word, wanted, known } = found;
    const near = nearest(word, known);
    const mean = near === null ? '' : `; did you mean ${near}?`;
    const words = known.length === 0 ? '' : `; known: ${known.join(', ')}`;
    return [{ path: [...path, index], message: `${quote(word)}: ${wanted}${mean}${words}` }];
  });
}
