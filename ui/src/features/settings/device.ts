/** What a browser says of itself, as people would name it. null: nothing they would recognise. */
export interface Device {
  browser: string | null;
  system: string | null;
  /** Held in the hand. */
  mobile: boolean;
}

// The first that fits: nearly every browser also claims to be those below it.
const browsers: [RegExp, string][] = [
  [/\b(Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^Wget\//i, 'Wget'],
];
const systems: [RegExp, string, boolean][] = [
  [/\biPhone\b/, 'iPhone', true],
  [/\biPad\b/, 'iPad', true],
  [/\bAndroid\b/, 'Android', true],
  [/\bCrOS\b/, 'ChromeOS', false],
  [/\bWindows\b/, 'Windows', false],
  [/\b(Macintosh|Mac OS X)\b/, 'macOS', false],
  [/\bLinux\b/, 'Linux', false],
];

export function deviceOf(userAgent: string | null): Device {
  const text = userAgent ?? '';
  const system = systems.find(([pattern]) => pattern.test(text));
  return {
    browser: browsers.find(([pattern]) => pattern.test(text))?.[1] ?? null,
    system: system?.[1] ?? null,
    mobile: system?.[2] ?? false,
  };
}
