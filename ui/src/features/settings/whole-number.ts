/** What somebody typed as a number: `1,000`, `1.000` and `1 000` are a thousand. null for anything else. */
export function wholeNumber(typed: string, min: number, max: number): number | null {
  const text = typed.trim();
  const plain = /^\d{1,3}([.,'’\s]\d{3})+$/.test(text) ? text.replace(/\D/g, '') : text;
  if (!/^\d{1,15}$/.test(plain)) return null;
  const number = Number(plain);
  return number >= min && number <= max ? number : null;
}
