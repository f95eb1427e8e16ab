/** What is bundled for the workflow sandbox. The names are the workflow types. */
export { sandboxRun } from './sandbox-run.ts';
export { runGuard } from './guard.ts';
export { sandtideSweep } from './sweep.ts';
