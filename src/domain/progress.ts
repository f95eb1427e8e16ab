export type StepState =
  'pending' | 'running' | 'done' | 'failed' | 'held' | 'skipped' | 'undone' | 'undo-failed';
