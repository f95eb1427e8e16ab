/** A dwell time of an exponential distribution is cut off at so many times its mean; one in 22,000 would be longer. */
export const LONGEST_DWELL_MEANS = 10;
