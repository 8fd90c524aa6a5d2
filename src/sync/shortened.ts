/** Words about something else, which may quote much of it: its first letters, so many at most. */
export function shortened(text: string, mostLetters: number): string {
  return text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text;
}
