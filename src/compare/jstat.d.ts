/** The one function of it that is used; it brings no types of its own. */
declare module 'jstat' {
  const jstat: { jStat: { studentt: { cdf(x: number, degreesOfFreedom: number): number } } };
  export default jstat;
}
