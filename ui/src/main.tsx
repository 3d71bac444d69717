import { render } from 'solid-js/web';
import { App } from './app.tsx';
import { startLanguage } from './i18n/words.ts';
import { fetchAhead } from './routes.tsx';

const root = document.getElementById('root');
// The words of another language come first: nobody reads one sentence in English and then in German.
if (root) void startLanguage().then(() => render(() => <App />, root));
fetchAhead(location.pathname);
