/** Where in a run a fault takes place: the columns of the matrix. */
export const PLACES = [
  'before create',
  'create-cluster',
  'install-agent-sandbox',
  'run-claims',
  'unwind',
  'between stages',
] as const;
export type Place = (typeof PLACES)[number];
