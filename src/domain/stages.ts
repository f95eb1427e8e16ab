/** The four stages of a run, in order. Teardown is the unwind of the three before it. */
export const STAGES = ['create-cluster', 'install-agent-sandbox', 'run-claims', 'teardown'] as const;
export type Stage = (typeof STAGES)[number];
