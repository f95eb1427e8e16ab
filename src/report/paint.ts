import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
/** Gives a text a style, or leaves it as it is where colour is not wanted. */
export type Paint = (style: Style, text: string) => string;

export function painter(colour: boolean): Paint {
  // The caller has decided about the stream; the text may go anywhere.
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}
