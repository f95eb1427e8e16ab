import fc from 'fast-check';

/** Both ranges of code points that are characters; between them lie the halves of surrogate pairs. */
const characters = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));

/**
 * A character of Unicode, whichever: what `unit: 'binary'` means to fast-check, which takes most of a second to make
 * ready in each process.
 */
const anyCharacter = characters.map(
  (point) => String.fromCodePoint(point),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== text) throw new Error('no single character');
    return point;
  },
);

/** A text of any characters at all. */
export function anyText(constraints: { maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ unit: anyCharacter, ...constraints });
}
