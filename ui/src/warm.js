// A worker that opens the browser's tables for numbers and times, and ends: see early.js.
const tags = navigator.languages.filter((tag) => /^(en|de)\b/i.test(tag));
for (const tag of tags.length > 0 ? tags : ['en']) {
  new Intl.NumberFormat(tag).format(1.5);
  new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-2, 'hour');
  new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'medium' }).format(0);
  new Intl.ListFormat(tag, { type: 'conjunction' }).format(['a', 'b']);
  new Intl.Collator(tag, { numeric: true }).compare('a2', 'a10');
}
close();
