import jstat from 'jstat';

/** Samples that belong together (a run's, or a stretch of one): within a cluster they need not be independent. */
export type Cluster = Float64Array;

/** How two sets of samples differ in general. */
export interface RankEffect {
  /** Cliff's delta, from -1 to 1: above 0 where B's samples are mostly the greater ones. */
  cliffsDelta: number;
  /** Two-sided, of the hypothesis that neither side tends to be greater; null where clusters are too few to tell. */
  pValue: number | null;
}

/** One cluster has no spread of its own. */
const LEAST_CLUSTERS = 2;

/**
 * The Mann-Whitney comparison of two sets of clustered samples. The statistic is the usual one: how often a sample of B
 * exceeds one of A, ties counted half. Its spread is taken between clusters (Obuchowski 1997, Biometrics 53:567), and
 * Student's t with Welch's degrees of freedom stands in for the normal distribution, as Brunner and Munzel do it. Samples
 * that go up and down together thus count as few, where the plain test would count each for itself.
 */
export function rankEffect(a: readonly Cluster[], b: readonly Cluster[]): RankEffect {
  const [sortedA, sortedB] = [sorted(a), sorted(b)];
  const wins = part(b, (value) => placement(sortedA, value));
  const losses = part(a, (value) => 1 - placement(sortedB, value));
  const theta = wins.sum / wins.count;
  const cliffsDelta = 2 * theta - 1;
  if (a.length < LEAST_CLUSTERS || b.length < LEAST_CLUSTERS) return { cliffsDelta, pValue: null };
  const [varianceA, varianceB] = [variance(losses, theta), variance(wins, theta)];
  // Where no sample of one side reaches the other there is no spread to measure: one pair's worth is taken for it.
  const total = Math.max(varianceA + varianceB, 1 / (4 * sortedA.length * sortedB.length));
  const freedom =
    varianceA + varianceB === 0
      ? a.length + b.length - 2
      : (varianceA + varianceB) ** 2 / (varianceA ** 2 / (a.length - 1) + varianceB ** 2 / (b.length - 1));
  const t = Math.abs(theta - 0.5) / Math.sqrt(total);
  return { cliffsDelta, pValue: Math.min(1, 2 * jstat.jStat.studentt.cdf(-t, freedom)) };
}

interface Placements {
  clusters: { size: number; sum: number }[];
  count: number;
  sum: number;
}

function part(clusters: readonly Cluster[], place: (value: number) => number): Placements {
  const placed = clusters.map((cluster) => ({
    size: cluster.length,
    sum: cluster.reduce((sum, value) => sum + place(value), 0),
  }));
  return {
    clusters: placed,
    count: placed.reduce((sum, { size }) => sum + size, 0),
    sum: placed.reduce((sum, cluster) => sum + cluster.sum, 0),
  };
}

function variance({ clusters, count }: Placements, theta: number): number {
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.sum - cluster.size * theta) ** 2, 0);
  return (clusters.length / (clusters.length - 1)) * (squares / count ** 2);
}

/** The part of the sorted values that is less than `value`, its equals counted half. */
function placement(values: Float64Array, value: number): number {
  return (below(values, value, false) + below(values, value, true)) / (2 * values.length);
}

/** How many sorted values are less than `value`, or at most it. */
function below(values: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = values[middle] ?? Infinity;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All samples of some clusters in one rising list. */
export function sorted(clusters: readonly Cluster[]): Float64Array {
  const all = new Float64Array(clusters.reduce((sum, cluster) => sum + cluster.length, 0));
  let at = 0;
  for (const cluster of clusters) {
    all.set(cluster, at);
    at += cluster.length;
  }
  return all.sort();
}
