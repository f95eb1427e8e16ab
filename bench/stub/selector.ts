/** Tests an object's labels. */
export type Selector = (labels: Record<string, string>) => boolean;

/** `a=b,c=d`: equality, which is all that load drivers use. Throws RangeError for anything else. */
export function parseSelector(text: string): Selector {
  if (text === '') return () => true;
  const terms = text.split(',').map((term) => {
    const [, key = '', value = ''] = /^([\w./-]+)==?([\w.-]*)$/.exec(term) ?? [];
    if (key === '') throw new RangeError(`selector ${text} is not understood`);
    return [key, value] as const;
  });
  return (labels) => terms.every(([key, value]) => labels[key] === value);
}
