import type { InvalidSpecError } from '../domain/errors.ts';
import { refusedOption } from './refused-option.ts';

/** Says where to look when Temporal does not know a run. */
export function noSuchRun(runName: string): InvalidSpecError {
  const message = `Temporal knows no run called ${runName}; its reports stay in runs/, and \`temporal workflow list\` shows what there is`;
  return refusedOption('<run>', message);
}
