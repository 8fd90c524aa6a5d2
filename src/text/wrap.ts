import stringWidth from 'string-width';

/** Breaks a text into lines of at most so many columns of the screen: between words where it can. */
export function wrap(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else {
      const pieces = broken(word, columns);
      if (line === '') lines.pop();
      lines.push(...pieces);
    }
  }
  return lines;
}

/** One word, which may be longer than a line. */
function broken(word: string, columns: number): string[] {
  const pieces = [''];
  for (const character of word) {
    const piece = (pieces.at(-1) ?? '') + character;
    if (stringWidth(piece) <= columns) pieces[pieces.length - 1] = piece;
    else pieces.push(character);
  }
  return pieces;
}
