// Runs before anything is drawn. A plain script: modules come too late for what is begun here.

// Nobody who chose dark sees a white flash.
try {
  const theme = localStorage.getItem('dynamight.theme') ?? localStorage.getItem('dynamight.theme.box');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // storage is switched off: the theme of the device
}

// The page at this address, with all it needs, comes along with what is around it; otherwise it would be asked for only
// when that has started.
const parts = location.pathname.split('/');
for (const [path, files] of Object.entries(JSON.parse(document.currentScript.dataset.routes ?? '{}'))) {
  const own = path.split('/');
  if (own.length !== parts.length || !own.every((part, at) => part.startsWith(':') || part === parts[at])) continue;
  for (const href of files) {
    const link = document.createElement('link');
    link.crossOrigin = '';
    if (href.endsWith('.js')) link.rel = 'modulepreload';
    else [link.rel, link.as] = ['preload', 'style'];
    link.href = href;
    document.head.append(link);
  }
  break;
}

// What the first screen waits for came with the page (src/http/told.ts), or is asked while the page itself is still on its
// way; lib/told.ts and api/client.ts take the answers.
window.told = { answers: {}, topics: [] };
try {
  window.told = JSON.parse(document.getElementById('told').textContent);
} catch {
  // a box in recovery, or a development server: nothing was told
}
window.askedEarly = {};
for (const path of ['/api/system/health', '/api/auth/setup-required', '/api/auth/me']) {
  if (window.told.answers[path]) continue;
  window.askedEarly[path] = fetch(path);
  window.askedEarly[path].catch(() => {});
}

// The first number or date written makes the browser open its tables of all languages, which holds the page for longer
// than anything else it does. They are the same for every thread of a page: another one opens them meanwhile.
try {
  new Worker(document.currentScript.dataset.warm);
} catch {
  // then the page does it itself
}
