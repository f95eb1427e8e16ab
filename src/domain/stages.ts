/** The stages that make something, in order. */
export const FORWARD_STAGES = ['create-cluster', 'install-agent-sandbox', 'run-claims'] as const;
export type ForwardStage = (typeof FORWARD_STAGES)[number];

/** The four stages of a run, in order. Teardown is the unwind of the three before it. */
export const STAGES = [...FORWARD_STAGES, 'teardown'] as const;
export type Stage = (typeof STAGES)[number];

/** The stages up to that one, it included. */
export function stagesThrough(last: ForwardStage): readonly ForwardStage[] {
  return FORWARD_STAGES.slice(0, FORWARD_STAGES.indexOf(last) + 1);
}
