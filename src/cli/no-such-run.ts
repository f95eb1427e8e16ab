import { InvalidSpecError } from '../domain/errors.ts';

/** Says where to look when Temporal does not know a run. */
export function noSuchRun(runName: string): InvalidSpecError {
  const message = `Temporal knows no run called ${runName}; its reports stay in runs/, and \`temporal workflow list\` shows what there is`;
  return new InvalidSpecError([{ path: '<run>', message }], 'command line');
}
